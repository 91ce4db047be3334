"""The matrix arranged for counting pairs: items by popularity, users by activity.

Pairs are found from the rarer item to the more popular one. With popular items last, what is left of a
user's row after an item is short for most items, and the places where counts gather lie close together.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from catalog import DataError
from cf_engine.arrays import Double, Indices, Matrix
from cf_engine.nearest.similarity import Similarity

Offsets = NDArray[np.int64]
CHUNK = 1 << 22
"""Entries looked at together where a pass over the matrix would need arrays of its size."""


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """Compressed lines: line i holds `index[start[i] : start[i + 1]]`, ascending, and a value for each.

    `start` is int64 (lines + 1,), `index` int32, `value` float32, or empty where only presence counts.
    """

    start: Offsets
    index: Indices
    value: NDArray[np.float32]

    @classmethod
    def of(cls, matrix: sparse.csr_array | sparse.csc_array, *, presence: bool) -> Self:
        value = np.empty(0, np.float32) if presence else matrix.data.astype(np.float32, copy=False)
        start, index = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32, copy=False)
        return cls(start, index, value)

    def __len__(self) -> int:
        return len(self.start) - 1

    @property
    def length(self) -> Offsets:
        return np.diff(self.start)

    def matrix(self, first: int, last: int, *, width: int) -> Matrix:
        """Lines first to last (exclusive) as rows of a CSR matrix; where only presence counts, int8 ones."""
        start = self.start[first : last + 1]
        part = slice(start[0], start[-1])
        data = self.value[part] if len(self.value) else np.ones(part.stop - part.start, np.int8)
        shape = last - first, width
        return cast(Matrix, sparse.csr_array((data, self.index[part], start - start[0]), shape=shape))


@dataclass(frozen=True, eq=False)
class Layout:
    """A matrix (users, items) by item and by user, both renumbered.

    `item`, int32 (n_items,), gives the item behind every number: the rarest first. Users are numbered by
    activity, the most active first, unless values are added up: their order is the order of adding.
    """

    item: Indices
    by_item: Lines
    by_user: Lines

    @classmethod
    def of(cls, vectors: Matrix, similarity: Similarity) -> Self:
        """Arrange a matrix whose every stored entry says that the user has the item."""
        presence = similarity.of_counts
        columns = (_active_first(vectors) if presence else vectors).tocsc()
        item = np.argsort(np.diff(columns.indptr), kind="stable").astype(np.int32)
        columns = columns[:, item]
        return cls(item, Lines.of(columns, presence=presence), Lines.of(columns.tocsr(), presence=presence))

    @property
    def n_items(self) -> int:
        return len(self.by_item)

    @property
    def n_users(self) -> int:
        return len(self.by_user)

    @property
    def n_entries(self) -> int:
        return len(self.by_user.index)

    @property
    def counts_only(self) -> bool:
        """Whether there is nothing but who has what."""
        return len(self.by_user.value) == 0

    @cached_property
    def entry_pairs(self) -> Double:
        """How many pairs of entries start at each item, float64 (n_items,): what the item costs to count."""
        pairs = np.zeros(self.n_items)
        start, index = self.by_user.start, self.by_user.index
        for first in range(0, len(index), CHUNK):
            entry = np.arange(first, min(first + CHUNK, len(index)))
            end = start[np.searchsorted(start, entry, side="right")]
            pairs += np.bincount(index[entry], weights=end - entry - 1, minlength=self.n_items)
        return pairs

    def save(self, folder: Path) -> None:
        """Write every array as a file of its own, to be mapped into the memory of any number of readers."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in self._arrays().items():
            np.save(folder / f"{name}.npy", array, allow_pickle=False)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """What `save` wrote, mapped. Raises DataError where a file is missing or damaged.

        Mapped copy-on-write and never written: compiled libraries refuse arrays that are read only.
        """
        try:
            item, *lines = (
                np.asarray(np.load(folder / f"{name}.npy", mmap_mode="c", allow_pickle=False))
                for name in NAMES
            )
        except (OSError, ValueError, EOFError) as error:
            raise DataError("the shared matrix is missing or damaged; share it again", file=folder) from error
        return cls(item, Lines(*lines[:3]), Lines(*lines[3:]))

    def _arrays(self) -> dict[str, NDArray[np.generic]]:
        lines = (
            array for line in (self.by_item, self.by_user) for array in (line.start, line.index, line.value)
        )
        return dict(zip(NAMES, (self.item, *lines), strict=True))


def _active_first(matrix: Matrix) -> Matrix:
    """The rows by length, the longest first, with a one (int8) for every entry."""
    ones = np.ones(matrix.nnz, np.int8)
    present = cast(Matrix, sparse.csr_array((ones, matrix.indices, matrix.indptr), shape=matrix.shape))
    return present[np.argsort(-np.diff(matrix.indptr), kind="stable")]


NAMES = ("item", "item_start", "item_user", "item_value", "user_start", "user_item", "user_value")
