"""Similarity between items, built once, a block of items at a time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from catalog import Progress
from cf_engine.arrays import Columns, Double, Indices, Matrix, Single, compressed, totals
from cf_engine.selection import best

BLOCK_ENTRIES = 1 << 24
"""Largest number of similarities held at once: about 200 MB while a block is being cut to its best k."""


@dataclass(frozen=True, slots=True, eq=False)
class ItemVectors:
    """Items as columns over users, (users, items), and who counts as present in a column (all ones)."""

    value: Matrix
    present: Matrix


def likes(matrix: Matrix, *, like_at: float) -> ItemVectors:
    """One where a user liked an item, nothing elsewhere: the cosine of these ignores how far ratings go."""
    liked = compressed(matrix.data >= like_at, matrix.indices, matrix.indptr, shape=matrix.shape)
    liked.eliminate_zeros()
    return ItemVectors(liked, liked)


def deviations(matrix: Matrix) -> ItemVectors:
    """Ratings less their user's mean; the cosine of these is the adjusted cosine (Sarwar et al. 2001)."""
    count = np.diff(matrix.indptr)
    owner = np.repeat(np.arange(matrix.shape[0]), count)
    total = totals(owner, matrix.data, length=matrix.shape[0])
    mean = total / np.maximum(count, 1)
    where, shape = (matrix.indices, matrix.indptr), matrix.shape
    centred = compressed(matrix.data - mean[owner], *where, shape=shape)
    present = compressed(np.ones_like(matrix.data), *where, shape=shape)
    return ItemVectors(centred, present)


def nearest_items(
    vectors: ItemVectors,
    *,
    k: int,
    shrinkage: float,
    min_overlap: int,
    block_entries: int = BLOCK_ENTRIES,
    progress: Progress | None = None,
) -> Matrix:
    """Row i holds the k items most similar to item i and their cosines, (items, items), columns ascending.

    Only similarities above zero count, and no item is its own neighbour. A cosine over c shared users is
    multiplied by c / (c + shrinkage).
    """
    n_items = vectors.value.shape[1]
    value, present = sparse.csc_array(vectors.value), sparse.csc_array(vectors.present)
    norm = np.sqrt(_squared(value))
    size = max(1, block_entries // max(1, n_items))
    rows: list[tuple[Indices, Single]] = []
    for start in range(0, n_items, size):
        part = slice(start, min(start + size, n_items))
        product = _products(value, vectors.value, part)
        overlap = product if vectors.value is vectors.present else _products(present, vectors.present, part)
        similarity = _shrunk(product, overlap, norm=norm, part=part, shrinkage=shrinkage, least=min_overlap)
        rows.extend(
            _best_of_row(similarity, row, item=start + row, k=k) for row in range(similarity.shape[0])
        )
        if progress is not None:
            progress("item neighbours", part.stop, n_items)
    return _stacked(rows, n_items)


def _squared(columns: Columns) -> Double:
    owner = np.repeat(np.arange(columns.shape[1]), np.diff(columns.indptr))
    return totals(owner, columns.data.astype(np.float64) ** 2, length=columns.shape[1])


def _products(columns: Columns, rows: Matrix, part: slice) -> Matrix:
    """Inner products of the block's items with all items, columns ascending."""
    product = sparse.csr_array(columns[:, part].T @ rows)
    product.sort_indices()
    return product


def _shrunk(
    product: Matrix, overlap: Matrix, *, norm: Double, part: slice, shrinkage: float, least: int
) -> Matrix:
    left = np.repeat(norm[part], np.diff(product.indptr))
    length = left * norm[product.indices]
    count = _counts(overlap, product)
    cosine = np.zeros(len(length))
    np.divide(product.data, length, out=cosine, where=length > 0)
    cosine *= count / (count + shrinkage) * (count >= least)
    return compressed(cosine, product.indices, product.indptr, shape=product.shape)


def _counts(overlap: Matrix, product: Matrix) -> Double:
    """The overlap of every stored product. A sparse product leaves out sums of zero, so they may be fewer."""
    if overlap is product:
        return product.data.astype(np.float64)
    place = np.searchsorted(_flat(overlap), _flat(product))
    return overlap.data[place].astype(np.float64)


def _flat(matrix: Matrix) -> NDArray[np.int64]:
    row = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    return row * matrix.shape[1] + matrix.indices


def _best_of_row(similarity: Matrix, row: int, *, item: int, k: int) -> tuple[Indices, Single]:
    part = slice(similarity.indptr[row], similarity.indptr[row + 1])
    other, value = similarity.indices[part], similarity.data[part]
    real = np.flatnonzero((value > 0) & (other != item))
    chosen = np.sort(real[best(value[real], k)])
    return other[chosen].astype(np.int32), value[chosen]


def _stacked(rows: list[tuple[Indices, Single]], n_items: int) -> Matrix:
    indptr = np.concatenate(([0], np.cumsum([len(other) for other, _ in rows]))).astype(np.int64)
    indices = np.concatenate([np.empty(0, np.int32), *(other for other, _ in rows)])
    data = np.concatenate([np.empty(0, np.float32), *(value for _, value in rows)])
    return compressed(data, indices, indptr, shape=(n_items, n_items))
