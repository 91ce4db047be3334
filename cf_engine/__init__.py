"""Neighbours: who likes alike, what is liked together, and the evidence for every score.

A person comes in as a `FoldIn`, whether their ratings were in the fitted matrix or not. Every model
gives a score for every item, the best n, and (neighbours only) where each score came from.
"""

from cf_engine.baskets import Baskets, BasketsConfig
from cf_engine.bias import Bias
from cf_engine.blend import Blend
from cf_engine.blend_config import BlendConfig, Part
from cf_engine.blended import Blended
from cf_engine.ease import EASE, EASEConfig
from cf_engine.evidence import Evidence, LikedItem, Neighbour
from cf_engine.item_neighbours import ItemNeighbours, ItemNeighboursConfig
from cf_engine.live import Live
from cf_engine.long_tail import attribute_shares, calibrated, cosines, discounted, mmr
from cf_engine.mentions import Mentions, mentions
from cf_engine.model import Model, RatingModel, Recommender
from cf_engine.popularity import Popularity
from cf_engine.prediction import weighted_average
from cf_engine.presets import preset
from cf_engine.profile import FoldIn
from cf_engine.random_walk import RandomWalk, RandomWalkConfig
from cf_engine.residual_neighbours import ResidualNeighbours, ResidualNeighboursConfig
from cf_engine.selection import best
from cf_engine.transitions import Transitions, TransitionsConfig
from cf_engine.user_config import UserNeighboursConfig
from cf_engine.user_neighbours import UserNeighbours

__all__ = [
    "EASE",
    "Baskets",
    "BasketsConfig",
    "Bias",
    "Blend",
    "BlendConfig",
    "Blended",
    "EASEConfig",
    "Evidence",
    "FoldIn",
    "ItemNeighbours",
    "ItemNeighboursConfig",
    "LikedItem",
    "Live",
    "Mentions",
    "Model",
    "Neighbour",
    "Part",
    "Popularity",
    "RandomWalk",
    "RandomWalkConfig",
    "RatingModel",
    "Recommender",
    "ResidualNeighbours",
    "ResidualNeighboursConfig",
    "Transitions",
    "TransitionsConfig",
    "UserNeighbours",
    "UserNeighboursConfig",
    "attribute_shares",
    "best",
    "calibrated",
    "cosines",
    "discounted",
    "mentions",
    "mmr",
    "preset",
    "weighted_average",
]
