"""Pairs of items by sparse products: a block of items against all that are at least as popular."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cf_engine.arrays import Double, Indices, Mask, Single
from cf_engine.nearest.layout import Layout
from cf_engine.nearest.products import Tail, similarities
from cf_engine.nearest.request import Done, Request
from cf_engine.nearest.table import NeighbourTable

PAIR_BYTES = 96
"""What a pair takes at the most while its similarity is found."""
BLOCKS = 32
"""At least so many blocks, since pairs within a block are found from both sides."""


def costs(layout: Layout, request: Request) -> Double:  # noqa: ARG001 - what is asked of every engine
    """What the pairs of each item cost, in units of their own, float64 (n_items,)."""
    return layout.entry_pairs + layout.by_item.length


def pairs(layout: Layout, request: Request, part: range, *, done: Done) -> NeighbourTable:
    """The k best among the pairs whose rarer item is in `part`, in the rows of both items."""
    table = NeighbourTable.empty(layout.n_items, request.k)
    tail = Tail(layout)
    waiting = _Waiting(table, layout.item, room=request.memory // PAIR_BYTES)
    for block in _blocks(layout, request, part):
        left, right, value = similarities(layout, request.similarity, block, tail=tail)
        cut = _cuts(left - block.start, value, n_rows=len(block), k=request.k)
        waiting.least[block.start : block.stop] = np.maximum(cut, 0)
        waiting.add(left, right, value, keep=value >= cut[left - block.start])
        waiting.add(right, left, value, keep=(right >= block.stop) & (value >= waiting.least[right]))
        done(len(block))
    waiting.flush()
    return table


@dataclass(slots=True, eq=False)
class _Waiting:
    """Pairs on their way into the table, `room` of them at a time; `least` is what a row asks for."""

    table: NeighbourTable
    item: Indices
    room: int
    least: Single = field(init=False)
    pairs: list[tuple[Indices, Indices, Single]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.least = np.zeros(len(self.item), np.float32)

    def add(self, row: Indices, other: Indices, value: Single, *, keep: Mask) -> None:
        self.pairs.append((self.item[row[keep]], self.item[other[keep]], value[keep]))
        if sum(len(value) for *_, value in self.pairs) > self.room:
            self.flush()

    def flush(self) -> None:
        if self.pairs:
            row, other, value = (np.concatenate(column) for column in zip(*self.pairs, strict=True))
            self.pairs.clear()
            self.table.offer(row, other, value)
            np.maximum(self.least, self.table.value[self.item, -1], out=self.least)


def _blocks(layout: Layout, request: Request, part: range) -> Iterator[range]:
    """The part from its end, where thresholds rise soonest, in blocks whose pairs fit into memory."""
    n_items = layout.n_items
    most = np.minimum(layout.entry_pairs, n_items - np.arange(n_items))
    total = np.concatenate(([0.0], np.cumsum(most)))
    rows = -(-n_items // BLOCKS)
    stop = part.stop
    while stop > part.start:
        fits = int(np.searchsorted(total, total[stop] - request.memory / PAIR_BYTES))
        start = max(part.start, stop - rows, min(fits, stop - 1))
        yield range(start, stop)
        stop = start


def _cuts(row: NDArray[np.integer], value: Single, *, n_rows: int, k: int) -> Single:
    """The k-th largest value of every row, float32 (n_rows,), -1 where there are no more than k; rows ascend."""
    cut = np.full(n_rows, -1, np.float32)
    edge = np.searchsorted(row, np.arange(n_rows + 1))
    for line in np.flatnonzero(np.diff(edge) > k):
        own = value[edge[line] : edge[line + 1]]
        cut[line] = np.partition(own, len(own) - k)[len(own) - k]
    return cut
