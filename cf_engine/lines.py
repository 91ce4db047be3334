"""Ratings by user or by item, each line with its likes first, so that they can be read alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import starmap
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from cf_engine.arrays import Columns, Indices, Matrix, Single

Offsets = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Lines:
    """`start` is (2 n + 1,): the likes of line i are at start[2 i] to start[2 i + 1], the rest of its
    ratings up to start[2 i + 2]. `index` and `rating`, (ratings,), say across and how much; the index
    ascends within the likes and within the rest.
    """

    start: Offsets
    index: Indices
    rating: Single

    @classmethod
    def by_item(cls, rows: Matrix, *, like_at: float) -> Self:
        """The columns of a matrix (users, items)."""
        half = 2 * rows.indices
        half += rows.data < like_at
        shape = rows.shape[0], 2 * rows.shape[1]
        columns = sparse.csr_array((rows.data, half, _short(rows.indptr)), shape=shape).tocsc()
        return cls._of(columns)

    def across(self, n: int) -> Self:
        """The same ratings by what was across, n lines: by user, if these are by item."""
        half = 2 * self.index
        half += np.repeat(np.tile([False, True], len(self)), np.diff(self.start))
        parts = self.rating, half, _short(self.start[::2])
        return self._of(sparse.csc_array(parts, shape=(2 * n, len(self))).tocsr())

    @classmethod
    def _of(cls, halves: Matrix | Columns) -> Self:
        index = halves.indices.astype(np.int32, copy=False)
        return cls(halves.indptr.astype(np.int64), index, np.asarray(halves.data))

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Self:
        """What `arrays` named. Raises KeyError or ValueError when the parts do not fit together."""
        start, index, rating = (arrays[f"{prefix}{name}"] for name in ("start", "index", "rating"))
        if not len(index) == len(rating) == start[-1] or len(start) % 2 == 0:
            raise ValueError(
                f"{len(index)} indices, {len(rating)} ratings and {start[-1]} entries do not fit"
            )
        return cls(start, index, rating)

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        return {f"{prefix}start": self.start, f"{prefix}index": self.index, f"{prefix}rating": self.rating}

    def __len__(self) -> int:
        return len(self.start) // 2

    def counts(self) -> NDArray[np.int64]:
        """Ratings of every line; `counts_of` of some."""
        return np.diff(self.start[::2])

    def counts_of(self, line: Indices) -> NDArray[np.int64]:
        return self.start[2::2][line] - self.start[:-1:2][line]

    def likes(self) -> NDArray[np.int64]:
        """Likes of every line."""
        return self.start[1::2] - self.start[:-1:2]


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Stretches of the arrays of `Lines`: from `begin` up to `end`, (r,) each."""

    begin: Offsets
    end: Offsets

    @classmethod
    def whole(cls, lines: Lines, line: Indices) -> Self:
        return cls(lines.start[:-1:2][line], lines.start[2::2][line])

    @classmethod
    def liked(cls, lines: Lines, line: Indices) -> Self:
        return cls(lines.start[:-1:2][line], lines.start[1::2][line])

    def slices(self) -> list[slice]:
        return list(starmap(slice, zip(self.begin.tolist(), self.end.tolist(), strict=True)))

    def offsets(self) -> Indices:
        """Where each run begins when they are put one behind the other, and where the last ends, (r + 1,)."""
        offset = np.zeros(len(self.begin) + 1, np.int32)
        np.cumsum(self.end - self.begin, out=offset[1:])
        return offset


def _short(offset: NDArray[np.integer]) -> NDArray[np.integer]:
    """The offsets in 32 bits where they fit: the conversions take indices of the same width."""
    return offset.astype(np.int32 if offset[-1] < 2**31 else np.int64, copy=False)
