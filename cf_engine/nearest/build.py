"""The nearest items of every item, part by part."""

from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from itertools import pairwise
from threading import Lock

import numpy as np

from catalog import Progress
from cf_engine.arrays import Double, Matrix
from cf_engine.nearest.accelerators import Accelerator, chosen, engine
from cf_engine.nearest.layout import Layout
from cf_engine.nearest.request import Request
from cf_engine.nearest.similarity import Similarity
from cf_engine.nearest.table import NeighbourTable

MEMORY = 128 << 20


def nearest(
    vectors: Matrix,
    similarity: Similarity,
    *,
    k: int,
    memory: int = MEMORY,
    threads: int = 1,
    accelerator: Accelerator = "auto",
    progress: Progress | None = None,
) -> NeighbourTable:
    """The k most similar columns of every column of a matrix (users, items).

    Every stored entry says that the user has the item, a stored zero too; the indices of a row ascend.
    Beside the matrix and the tables each thread takes about `memory` bytes. Neighbours and values are the
    same, bit for bit, whatever the accelerator, the memory and the number of threads.
    Raises ConfigError for a setting out of its range or an accelerator that cannot do it, and
    MissingDependency for one that is not installed.
    """
    request = Request(similarity, k, memory)
    per_user = np.diff(vectors.indptr).astype(np.float64)
    finder = engine(chosen(accelerator, similarity, pairs=float(per_user @ per_user) / 2))
    layout = Layout.of(vectors, similarity)
    parts = split(finder.costs(layout, request), threads) if threads > 1 else [range(layout.n_items)]
    meter = _Meter(progress, layout.n_items)
    with ThreadPoolExecutor(threads) as pool:
        tables = pool.map(lambda part: finder.pairs(layout, request, part, done=meter), parts)
        return reduce(NeighbourTable.merge, tables)


def split(cost: Double, parts: int) -> list[range]:
    """Ranges that cover all items, in order and at most so many, of about equal cost."""
    total = np.concatenate(([0.0], np.cumsum(cost)))
    inner = np.searchsorted(total, total[-1] * np.arange(1, parts) / parts).tolist()
    edges = sorted({0, *inner, len(cost)})
    return [range(first, last) for first, last in pairwise(edges)] or [range(0)]


class _Meter:
    """Reports items done in any thread to one progress."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._count, self._lock = progress, total, 0, Lock()

    def __call__(self, more: int) -> None:
        if self._progress is not None:
            with self._lock:
                self._count += more
                self._progress("item neighbours", self._count, self._total)
