"""Pairs of items by compiled loops: every pair is met once, from the rarer item, and offered to both."""

import numpy as np

from cf_engine.arrays import Double
from cf_engine.nearest.compiled_bits import GROUP, Tiers, counting_cost, tiers
from cf_engine.nearest.compiled_heaps import heaps, put_in_order
from cf_engine.nearest.compiled_passes import count_pass, entries, places, sum_pass
from cf_engine.nearest.compiled_scan import room_for, rule_of, width_of
from cf_engine.nearest.layout import Layout
from cf_engine.nearest.request import Done, Request
from cf_engine.nearest.table import NeighbourTable

STEPS = 64
"""How often a part tells that it goes on."""


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
    behind = places(given, bits, part.stop)
    total = np.zeros(width, np.float32)
    count = np.zeros((GROUP, width), np.int32)
    added = count[0, : 0 if similarity.damping.off else width]
    step = max(1, -(-len(part) // STEPS))
    for stop in range(part.stop, part.start, -step):
        start = max(stop - step, part.start)
        if similarity.of_counts:
            count_pass(start, stop, given, bits, behind, count, rule, best, work)
        else:
            sum_pass(start, stop, given, behind, total, added, rule, best, work)
        done(stop - start)
    put_in_order(best)
    return table


def _tiers(layout: Layout, request: Request) -> Tiers:
    """Bits count users and add up nothing else."""
    return tiers(layout, memory=request.memory if request.similarity.of_counts else 0)
