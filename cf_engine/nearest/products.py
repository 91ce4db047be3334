"""Similarities of a block of items by sparse matrix products."""

from typing import TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from cf_engine.arrays import Double, Indices, Matrix, Single
from cf_engine.nearest.layout import Layout
from cf_engine.nearest.similarity import Similarity, value

Pairs: TypeAlias = tuple[Indices, Indices, Single]
"""Left item, right item, similarity: three arrays of one length, the left item ascending."""
SLACK = 1.1
"""How much larger than needed a slice of the users' rows may be, so that it is not cut anew for every block."""
ROUNDING = 1e-9
"""A variance that is no larger than this part of the sum of squares is a rounding error."""


class Tail:
    """The users' rows from some item on. Asked for blocks from the last to the first, it is seldom cut."""

    def __init__(self, layout: Layout) -> None:
        self._start = layout.by_item.start
        self._rows = layout.by_user.matrix(0, layout.n_users, width=layout.n_items)
        self._edge, self._part = layout.n_items, self._rows[:, layout.n_items :]

    def since(self, item: int) -> tuple[int, Matrix]:
        """A number no larger than `item`, and the rows (users, items) with the items from that number on."""
        if item < self._edge:
            needed = self._start[-1] - self._start[item]
            edge = np.searchsorted(self._start, self._start[-1] - SLACK * needed)
            self._edge = min(int(edge), item)
            part = self._rows[:, self._edge :]
            self._part = _as(part, np.int32) if part.dtype == np.int8 else part
        return self._edge, self._part


def similarities(layout: Layout, similarity: Similarity, block: range, *, tail: Tail) -> Pairs:
    """All similarities above zero of the block's items to each other and to more popular items."""
    edge, rows = tail.since(block.start)
    items = layout.by_item.matrix(block.start, block.stop, width=layout.n_users)
    pattern, total, count = _sums(items, rows, similarity)
    left = np.repeat(np.arange(block.start, block.stop, dtype=np.int32), np.diff(pattern.indptr))
    right = (pattern.indices + edge).astype(np.int32, copy=False)
    keep = np.flatnonzero((right >= block.start) & (right != left) & (total > 0))
    left, right = left[keep], right[keep]
    count = count[keep] if len(count) > 1 else count
    popularity = layout.by_item.length.astype(np.float64)
    found = value(total[keep], count, popularity[left], popularity[right], *similarity.rule).astype(
        np.float32
    )
    real = found > 0
    return left[real], right[real], found[real]


def _sums(items: Matrix, rows: Matrix, similarity: Similarity) -> tuple[Matrix, Double, Double]:
    """Which pairs there are, and for each what `value` is made of: total and count (one for all if unused)."""
    if similarity.kind == "pearson":
        return _correlations(_as(items, np.float64), _as(rows, np.float64))
    if similarity.of_counts:
        shared = _product(_as(items, np.int32), rows)
        count = shared.data.astype(np.float64)
        return shared, count, count
    product = _product(items, rows)
    if similarity.damping.off:
        return product, product.data.astype(np.float64), np.ones(1)
    shared = _shared(items, rows)
    return shared, _at(shared, product), shared.data.astype(np.float64)


def _correlations(items: Matrix, rows: Matrix) -> tuple[Matrix, Double, Double]:
    shared = _shared(items, rows)
    count = shared.data.astype(np.float64)
    left, right = _at(shared, _product(items, _present(rows))), _at(shared, _product(_present(items), rows))
    common = count * _at(shared, _product(items, rows)) - left * right
    left = _spread(count, left, _at(shared, _product(_squared(items), _present(rows))))
    right = _spread(count, right, _at(shared, _product(_present(items), _squared(rows))))
    length = np.sqrt(left * right)
    return shared, np.divide(common, length, out=np.zeros_like(common), where=length > 0), count


def _spread(count: Double, total: Double, squares: Double) -> Double:
    """The squared deviations from the mean, times count; zero where that is a rounding error."""
    spread = count * squares - total**2
    spread[spread <= ROUNDING * count * squares] = 0
    return spread


def _product(items: Matrix, rows: Matrix) -> Matrix:
    return items @ rows


def _squared(matrix: Matrix) -> Matrix:
    return matrix.power(2)


def _as(matrix: Matrix, kind: type[np.int32 | np.float64]) -> Matrix:
    return cast(Matrix, matrix.astype(kind))


def _present(matrix: Matrix) -> Matrix:
    ones = np.ones(matrix.nnz, matrix.dtype)
    return cast(Matrix, sparse.csr_array((ones, matrix.indices, matrix.indptr), shape=matrix.shape))


def _shared(items: Matrix, rows: Matrix) -> Matrix:
    """How many users have both, columns ascending."""
    shared = _product(_as(_present(items), np.int32), _as(_present(rows), np.int32))
    shared.sort_indices()
    return shared


def _at(shared: Matrix, product: Matrix) -> Double:
    """The product for every pair of `shared`. A sparse product leaves out what adds up to zero."""
    product.sort_indices()
    if product.nnz == shared.nnz:
        return product.data.astype(np.float64)
    total = np.zeros(shared.nnz)
    total[np.searchsorted(_flat(shared), _flat(product))] = product.data
    return total


def _flat(matrix: Matrix) -> NDArray[np.int64]:
    row = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    return row * matrix.shape[1] + matrix.indices
