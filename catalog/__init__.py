"""Items, interactions, dialogues, data sets and where they come from."""

from catalog.cards import CardTemplate, read_card, write_card
from catalog.coverage import coverage
from catalog.dataset import Dataset, load_tables
from catalog.dialogues import Dialogue, Feedback, Turn
from catalog.errors import (
    ConfigError,
    DataError,
    DownloadError,
    DuettoError,
    IndexInUse,
    MissingDependency,
    UnknownDataset,
)
from catalog.interactions import Interactions, RatingScale
from catalog.items import Item, Items, split_title
from catalog.paths import cache_home, data_home, dev_data
from catalog.progress import Progress
from catalog.sources import SOURCES, load
from catalog.tables import read_dialogues, read_interactions, read_items
from catalog.wheels import WheelFile, fetch

__all__ = [
    "SOURCES",
    "CardTemplate",
    "ConfigError",
    "DataError",
    "Dataset",
    "Dialogue",
    "DownloadError",
    "DuettoError",
    "Feedback",
    "IndexInUse",
    "Interactions",
    "Item",
    "Items",
    "MissingDependency",
    "Progress",
    "RatingScale",
    "Turn",
    "UnknownDataset",
    "WheelFile",
    "cache_home",
    "coverage",
    "data_home",
    "dev_data",
    "fetch",
    "load",
    "load_tables",
    "read_card",
    "read_dialogues",
    "read_interactions",
    "read_items",
    "split_title",
    "write_card",
]
