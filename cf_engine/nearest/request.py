"""What is asked of an engine that finds pairs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from catalog import ConfigError
from cf_engine.nearest.similarity import Similarity

Done: TypeAlias = Callable[[int], None]
"""Told how many more items are done."""


@dataclass(frozen=True, slots=True)
class Request:
    """The k nearest of every item, in blocks of about `memory` bytes. Raises ConfigError out of range."""

    similarity: Similarity
    k: int
    memory: int

    def __post_init__(self) -> None:
        if self.k < 1:
            raise ConfigError(f"k must be at least 1, not {self.k!r}")
        if self.memory < 1:
            raise ConfigError(f"memory must be at least 1 byte, not {self.memory!r}")
