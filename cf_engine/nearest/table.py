"""The k nearest of every item, in one order for all who find them: value descending, then item ascending."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Self

import numpy as np

from cf_engine.arrays import Indices, Single

NOTHING = -1
CHUNK = 4096
"""Rows sorted together."""


@dataclass(frozen=True, slots=True, eq=False)
class NeighbourTable:
    """Row i holds the neighbours of item i, best first, then -1 with value 0.

    `item` is int32 and `value` float32, both (n_items, k). Every value is above zero and no item is its
    own neighbour.
    """

    item: Indices
    value: Single

    @classmethod
    def empty(cls, n_items: int, k: int) -> Self:
        return cls(np.full((n_items, k), NOTHING, np.int32), np.zeros((n_items, k), np.float32))

    @property
    def k(self) -> int:
        return int(self.item.shape[1])

    def __len__(self) -> int:
        return len(self.item)

    def equals(self, other: Self) -> bool:
        """Whether both hold the same neighbours and the same values, bit for bit."""
        return np.array_equal(self.item, other.item) and np.array_equal(self.value, other.value)

    def merge(self, other: Self) -> Self:
        """The k best of both, which are of equal shape and have no pair in common."""
        best = type(self).empty(len(self), self.k)
        for first in range(0, len(self), CHUNK):
            rows = slice(first, first + CHUNK)
            item = np.concatenate((self.item[rows], other.item[rows]), axis=1)
            value = np.concatenate((self.value[rows], other.value[rows]), axis=1)
            order = np.lexsort((item, -value), axis=1)[:, : self.k]
            best.item[rows] = np.take_along_axis(item, order, axis=1)
            best.value[rows] = np.take_along_axis(value, order, axis=1)
        return best

    def offer(self, row: Indices, item: Indices, value: Single) -> None:
        """Let pairs in where they are better than what is there; three arrays of one length."""
        order = np.argsort(row, kind="stable")
        row, item, value = row[order], item[order], value[order]
        edges = np.searchsorted(row, np.arange(0, len(self) + CHUNK, CHUNK))
        for first, last in pairwise(edges):
            if first < last:
                part = slice(first, last)
                self._offer(row[part], item[part], value[part])

    def _offer(self, row: Indices, item: Indices, value: Single) -> None:
        touched: Indices = np.unique(row)
        own, place = np.nonzero(self.item[touched] != NOTHING)
        own = touched[own].astype(np.int32)
        row = np.concatenate((own, row))
        item = np.concatenate((self.item[own, place], item))
        value = np.concatenate((self.value[own, place], value))
        order = np.lexsort((item, -value, row))
        rank = np.arange(len(row)) - np.searchsorted(row[order], row[order])
        best, rank = order[rank < self.k], rank[rank < self.k]
        self.item[row[best], rank] = item[best]
        self.value[row[best], rank] = value[best]
