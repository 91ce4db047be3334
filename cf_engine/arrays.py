"""Array types, and the moves over compressed sparse storage that every model makes."""

from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Indices: TypeAlias = NDArray[np.int32]
Single: TypeAlias = NDArray[np.float32]
Double: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Matrix: TypeAlias = sparse.csr_array[np.float32, tuple[int, int]]
Columns: TypeAlias = sparse.csc_array[np.float32]

CHUNK = 1 << 20
"""Entries added up together: numpy makes 16 bytes of each on its way."""


def checked(matrix: Matrix) -> Matrix:
    """The matrix with float32 ratings, int32 indices and sorted rows; stored zeros are ratings and stay.

    It shares the memory of a matrix that is so already, and must not be changed in place.
    Raises ValueError for a rating that is not finite and for two ratings of one item by one user.
    """
    rows = sparse.csr_array(matrix).astype(np.float32, copy=False)
    if not rows.has_sorted_indices:
        rows = rows.sorted_indices()
    if not np.isfinite(rows.data).all():
        raise ValueError("the rating matrix holds a value that is not a finite number")
    if not rows.has_canonical_format:
        raise ValueError("the rating matrix holds two ratings of one item by one user")
    if rows.indices.dtype == np.int32:
        return rows
    return compressed(rows.data, rows.indices, rows.indptr, shape=rows.shape)


def compressed(
    data: NDArray[Any], indices: NDArray[Any], indptr: NDArray[Any], *, shape: tuple[int, int]
) -> Matrix:
    """A CSR matrix of the three arrays, as float32 values under int32 indices and int64 offsets; it shares what is
    so already."""
    parts = (
        data.astype(np.float32, copy=False),
        indices.astype(np.int32, copy=False),
        indptr.astype(np.int64, copy=False),
    )
    return cast(Matrix, sparse.csr_array(parts, shape=shape))


def totals(index: NDArray[np.integer], weight: NDArray[Any], *, length: int) -> Double:
    """The weights added up by index, in double precision, shape (length,)."""
    total: Double = np.zeros(length)
    for first in range(0, len(index), CHUNK):
        part = slice(first, first + CHUNK)
        total += np.bincount(index[part], weights=weight[part], minlength=length)
    return total


def counts(index: NDArray[np.integer], *, length: int) -> NDArray[np.int64]:
    """How often each index comes, shape (length,)."""
    count = np.zeros(length, np.int64)
    for first in range(0, len(index), CHUNK):
        count += np.bincount(index[first : first + CHUNK], minlength=length)
    return count
