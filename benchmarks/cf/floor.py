"""The least that counting shared users takes: each pair of entries once, added up and thrown away."""

from collections.abc import Callable
from importlib import import_module

import numpy as np
from scipy.sparse import csr_array


def bare_loop(matrix: csr_array, *, rarest_first: bool) -> Callable[[], None]:
    """Only the loop itself is work; the matrix is turned round before, its items from rare to popular or not."""
    kernel = import_module("benchmarks.cf.floor_kernel")
    columns = matrix.tocsc()
    if rarest_first:
        columns = columns[:, np.argsort(np.diff(columns.indptr), kind="stable")]
    rows = columns.tocsr()
    after = rows.indptr[:-1].copy()  # where each user's row goes on
    count = np.zeros(matrix.shape[1], np.int32)
    arrays = columns.indptr, columns.indices, rows.indptr, rows.indices, after, count

    def count_pairs() -> None:
        kernel.count_pairs(*arrays)

    return count_pairs
