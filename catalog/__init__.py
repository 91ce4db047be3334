"""Items, interactions, dialogues, data sets and where they come from."""

from catalog.errors import (
    ConfigError,
    DataError,
    DownloadError,
    DuettoError,
    IndexInUse,
    MissingDependency,
    UnknownDataset,
)
from catalog.items import Item, Items, split_title
from catalog.paths import cache_home, data_home, dev_data
from catalog.progress import Progress
from catalog.wheels import WheelFile, fetch

__all__ = [
    "ConfigError",
    "DataError",
    "DownloadError",
    "DuettoError",
    "IndexInUse",
    "Item",
    "Items",
    "MissingDependency",
    "Progress",
    "UnknownDataset",
    "WheelFile",
    "cache_home",
    "data_home",
    "dev_data",
    "fetch",
    "split_title",
]
