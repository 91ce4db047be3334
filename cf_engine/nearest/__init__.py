"""The nearest items of every item, whatever finds them."""

from cf_engine.nearest.accelerators import Accelerator
from cf_engine.nearest.build import MEMORY, nearest
from cf_engine.nearest.similarity import Damping, Kind, Similarity
from cf_engine.nearest.table import NeighbourTable
from cf_engine.nearest.workers import nearest_in, share

__all__ = [
    "MEMORY",
    "Accelerator",
    "Damping",
    "Kind",
    "NeighbourTable",
    "Similarity",
    "nearest",
    "nearest_in",
    "share",
]
