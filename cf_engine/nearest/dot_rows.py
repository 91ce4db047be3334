"""Rows of inner products by sparse_dot_topn, which cuts every row to its best while it multiplies."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sparse_dot_topn import sp_matmul_topn

from cf_engine.arrays import Double, Mask, totals
from cf_engine.nearest.layout import Layout
from cf_engine.nearest.request import Done, Request
from cf_engine.nearest.table import NeighbourTable

ROW_BYTES = 64
"""What a kept product takes at the most on its way into the table."""
THREADS = 2
"""With fewer the library takes another path, which is slower by half."""


def costs(layout: Layout, request: Request) -> Double:  # noqa: ARG001 - what is asked of every engine
    """What each item costs, float64 (n_items,): here every pair is found from both of its items."""
    owner = np.repeat(np.arange(layout.n_items), layout.by_item.length)
    per_user = layout.by_user.length.astype(np.float64)
    return totals(owner, per_user[layout.by_item.index], length=layout.n_items)


def pairs(layout: Layout, request: Request, part: range, *, done: Done) -> NeighbourTable:
    """The rows of the part's items, complete."""
    table = NeighbourTable.empty(layout.n_items, request.k)
    rows = sparse.csr_matrix(layout.by_user.matrix(0, layout.n_users, width=layout.n_items))
    keep = min(request.k + 2, layout.n_items)
    size = max(1, request.memory // (ROW_BYTES * keep))
    for start in range(part.start, part.stop, size):
        stop = min(start + size, part.stop)
        items = sparse.csr_matrix(layout.by_item.matrix(start, stop, width=layout.n_users))
        best = sp_matmul_topn(items, rows, top_n=keep, threshold=0.0, n_threads=THREADS)
        decided = _decided(best, keep=keep, start=start, k=request.k)
        whole = np.flatnonzero(~decided)
        some = max(1, request.memory // (ROW_BYTES * layout.n_items))
        for lines in (whole[first : first + some] for first in range(0, len(whole), some)):
            _offer(table, items[lines] @ rows, layout, number=start + lines)
        _offer(table, best[decided], layout, number=start + np.flatnonzero(decided))
        done(stop - start)
    return table


def _offer(
    table: NeighbourTable, rows: sparse.csr_matrix, layout: Layout, *, number: NDArray[np.integer]
) -> None:
    """Let the rows of the items of these numbers into the table, but for the items themselves."""
    left = np.repeat(number, np.diff(rows.indptr))
    keep = (rows.indices != left) & (rows.data > 0)
    row, other = layout.item[left[keep]], layout.item[rows.indices[keep]]
    table.offer(row, other, rows.data[keep].astype(np.float32))


def _decided(best: sparse.csr_matrix, *, keep: int, start: int, k: int) -> Mask:
    """Rows whose k best others are sure: the library does not cut among equal values by index."""
    decided: Mask = np.diff(best.indptr) < keep
    cut = np.flatnonzero(~decided)
    place = best.indptr[cut][:, None] + np.arange(keep)
    value = best.data[place]
    better = (value > value.min(axis=1, keepdims=True)) & (best.indices[place] != cut[:, None] + start)
    decided[cut] = better.sum(axis=1) >= k
    return decided
