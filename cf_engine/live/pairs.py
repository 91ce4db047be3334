"""How many users have both of two items: counted when first asked for, corrected for who changed."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from catalog import RatingScale
from cf_engine.arrays import Matrix
from cf_engine.weighting import Vectors, weighted

KEPT_BYTES = 64 << 20
"""What the counts of the items asked for last may take."""


class Pairs:
    """Of a matrix (users, items) in which every stored entry says that the user has the item."""

    def __init__(self, rows: sparse.csr_array, columns: sparse.csc_array) -> None:
        self.rows, self.columns = rows, columns
        kept = max(16, KEPT_BYTES // (4 * max(1, rows.shape[1])))
        self.with_item = lru_cache(maxsize=kept)(self._with_item)
        """The counts of one item with all items, int32 (n_items,), its own users among them."""

    @classmethod
    def of(cls, matrix: Matrix, vectors: Vectors, *, scale: RatingScale) -> "Pairs":
        having = weighted(matrix, vectors, scale=scale)
        ones = np.ones(having.nnz, np.int8)
        rows = sparse.csr_array((ones, having.indices, having.indptr), shape=having.shape)
        return cls(rows, rows.tocsc())

    @property
    def users(self) -> NDArray[np.int64]:
        """How many have each item, (n_items,)."""
        return np.diff(self.columns.indptr).astype(np.int64)

    def _with_item(self, item: int) -> NDArray[np.int32]:
        columns = self.columns
        users = columns.indices[columns.indptr[item] : columns.indptr[item + 1]]
        both = self.rows[users].indices
        return np.bincount(both, minlength=self.rows.shape[1]).astype(np.int32)
