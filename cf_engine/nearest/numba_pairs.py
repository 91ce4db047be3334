"""Pairs of items by compiled loops: every pair is met once, from the rarer item, and offered to both."""

import numpy as np

from cf_engine.arrays import Double
from cf_engine.nearest.compiled_bits import GROUP, Tiers, counting_cost, tiers
from cf_engine.nearest.compiled_heaps import heaps, put_in_order
from cf_engine.nearest.compiled_passes import begun, count_pass, entries, sum_pass
from cf_engine.nearest.compiled_scan import room_for, rule_of, width_of
from cf_engine.nearest.layout import Layout
from cf_engine.nearest.request import Done, Request
from cf_engine.nearest.table import NeighbourTable

STEPS = 64
"""How often each order of a part tells that it goes on."""
RARE = 16
"""Users of an item that is not rare any more.

Similarities rise from pair to pair when rare items, which share a user or two with others, come by popularity,
the popular first; then every pair enters a row to be driven out again. So the rarest come first among them.
"""


def costs(layout: Layout, request: Request) -> Double:
    """What the pairs of each item cost, in nanoseconds, float64 (n_items,)."""
    return counting_cost(layout, _tiers(layout, request))


def pairs(layout: Layout, request: Request, part: range, *, done: Done) -> NeighbourTable:
    """The k best among the pairs whose rarer item is in `part`, in the rows of both items."""
    table = NeighbourTable.empty(layout.n_items, request.k)
    similarity, width = request.similarity, width_of(layout)
    best = heaps(table, layout.item, width=width)
    given, rule, work = entries(layout), rule_of(layout, similarity), room_for(layout)
    bits = _tiers(layout, request)
    total = np.zeros(width, np.float32)
    count = np.zeros((GROUP, width), np.int32)
    added = count[0, : 0 if similarity.damping.off else width]
    for turns in _orders(layout, part):
        reached, size = begun(given, bits, turns.start, turns.step), -(-len(turns) // STEPS)
        for some in (turns[first : first + size] for first in range(0, len(turns), size)):
            between = min(some), max(some) + 1, some.step
            if similarity.of_counts:
                count_pass(*between, given, bits, reached, count, rule, best, work)
            else:
                sum_pass(*between, given, reached, total, added, rule, best, work)
            done(len(some))
    put_in_order(best)
    return table


def _orders(layout: Layout, part: range) -> list[range]:
    """The part's items in the order of their turns: the popular first but for the rare, the rarest first."""
    edge = int(np.clip(np.searchsorted(layout.by_item.length, RARE), part.start, part.stop))
    orders = range(part.stop - 1, edge - 1, -1), range(part.start, edge)
    return [order for order in orders if order]


def _tiers(layout: Layout, request: Request) -> Tiers:
    """Bits count users and add up nothing else."""
    return tiers(layout, memory=request.memory if request.similarity.of_counts else 0)
