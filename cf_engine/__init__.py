"""Neighbours: who likes alike, what is liked together, and the evidence for every score.

A person comes in as a `FoldIn`, whether their ratings were in the fitted matrix or not. Every model
gives a score for every item, the best n, and (neighbours only) where each score came from.
"""

from cf_engine.evidence import Evidence, LikedItem, Neighbour
from cf_engine.item_neighbours import ItemNeighbours, ItemNeighboursConfig
from cf_engine.model import Model
from cf_engine.popularity import Popularity
from cf_engine.prediction import weighted_average
from cf_engine.profile import FoldIn
from cf_engine.selection import best
from cf_engine.user_neighbours import UserNeighbours, UserNeighboursConfig

__all__ = [
    "Evidence",
    "FoldIn",
    "ItemNeighbours",
    "ItemNeighboursConfig",
    "LikedItem",
    "Model",
    "Neighbour",
    "Popularity",
    "UserNeighbours",
    "UserNeighboursConfig",
    "best",
    "weighted_average",
]
