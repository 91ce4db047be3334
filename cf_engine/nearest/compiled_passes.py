"""From item to item, one step up or down: add up what it shares with more popular ones, and offer that.

`reached`, int64 (users,), is the entry of each user's row that was met last. For everyone who has the item
whose turn it is, that item is a step further, and behind it are the more popular ones. Compiled.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cf_engine.nearest.compiled_bits import GROUP, Tiers, count_group
from cf_engine.nearest.compiled_heaps import Heaps
from cf_engine.nearest.compiled_scan import CLOSE, Room, Rule, near, scan, weigh
from cf_engine.nearest.layout import Layout

SPARSE = 3
"""An item with so many times fewer pairs than there are items before the end is gone through by its pairs."""


class Entries(NamedTuple):
    """The arrays of a layout."""

    user: NDArray[np.int32]
    user_start: NDArray[np.int64]
    item: NDArray[np.int32]
    item_start: NDArray[np.int64]
    value: NDArray[np.float32]


def entries(layout: Layout) -> Entries:
    by_item, by_user = layout.by_item, layout.by_user
    return Entries(by_item.index, by_user.start, by_user.index, by_item.start, by_user.value)


@njit(cache=True, nogil=True)
def _place(index: Any, start: Any, end: Any, least: Any) -> Any:
    """Where from start to end, over which the index ascends, it is `least` or more for the first time."""
    while start < end:
        middle = (start + end) >> 1
        if index[middle] < least:
            start = middle + 1
        else:
            end = middle
    return start


@njit(cache=True, nogil=True)
def begun(entries: Entries, tiers: Tiers, first: Any, step: Any) -> Any:
    """`reached` before the turn of item `first`: users of a tier are not met behind the tier's first item."""
    reached = np.empty(len(entries.user_start) - 1, np.int64)
    edge, tier = first if step > 0 else first + 1, 0
    for user in range(len(reached)):
        while tier < len(tiers.item) and tiers.user[tier + 1] <= user:
            tier += 1
        limit = min(edge, tiers.item[tier]) if tier < len(tiers.item) else edge
        place = _place(entries.item, entries.user_start[user], entries.user_start[user + 1], limit)
        reached[user] = place - 1 if step > 0 else place
    return reached


@njit(cache=True, nogil=True)
def _turns(first: Any, last: Any, step: Any) -> Any:
    """Where a range over first to last (exclusive) begins and ends in the direction of the step."""
    return (first, last) if step > 0 else (last - 1, first - 1)


@njit(cache=True, nogil=True)
def count_pass(  # noqa: PLR0913, PLR0917
    first: Any,
    last: Any,
    step: Any,
    entries: Entries,
    tiers: Tiers,
    reached: Any,
    count: Any,
    rule: Rule,
    heaps: Heaps,
    room: Room,
) -> None:
    """Offer the pairs of the items first to last (exclusive) by counts; `count`, int32 (GROUP, width), is zero."""
    width = count.shape[1]
    begin, end = _turns(first // GROUP, (last - 1) // GROUP + 1, step)
    for group in range(begin, end, step):
        start, met = group * GROUP, 0
        for tier in range(len(tiers.item)):
            if tiers.item[tier] <= start:
                count_group(tiers, tier, start, count)
                met = tiers.user[tier + 1]
        begin, end = _turns(max(first, start), min(last, start + GROUP), step)
        for left in range(begin, end, step):
            own = count[left - start]
            pairs = _add_counts(left, step, met, entries, reached, own)
            if met == 0 and pairs * SPARSE < width - left:
                _walk(left, entries, reached, own, own, rule, heaps)
            else:
                own[start : left + 1] = 0
                scan(left, own, own, rule, heaps, room)
                own[left:] = 0
        if met > 0:
            count[:, start:] = 0


@njit(cache=True, nogil=True)
def sum_pass(  # noqa: PLR0913, PLR0917
    first: Any,
    last: Any,
    step: Any,
    entries: Entries,
    reached: Any,
    total: Any,
    count: Any,
    rule: Rule,
    heaps: Heaps,
    room: Room,
) -> None:
    """The same by sums of products; `total`, float32 (width,), and `count`, int32, are zero.

    `count` is of length 0 where nothing depends on it.
    """
    begin, end = _turns(first, last, step)
    for left in range(begin, end, step):
        pairs = _add_sums(left, step, entries, reached, total, count)
        if pairs * SPARSE < len(total) - left:
            _walk(left, entries, reached, total, count, rule, heaps)
        else:
            scan(left, total, count, rule, heaps, room)
            total[left:] = 0
            count[left:] = 0


@njit(cache=True, nogil=True)
def _add_counts(left: Any, step: Any, met: Any, entries: Entries, reached: Any, count: Any) -> Any:
    """Count pairs of the item's users from number `met` on; how many there were."""
    pairs, end = 0, entries.item_start[left + 1]
    for place in range(_place(entries.user, entries.item_start[left], end, met), end):
        user = entries.user[place]
        reached[user] += step
        first, last = reached[user] + 1, entries.user_start[user + 1]
        pairs += last - first
        for entry in range(first, last):
            count[entries.item[entry]] += 1
    return pairs


@njit(cache=True, nogil=True)
def _add_sums(left: Any, step: Any, entries: Entries, reached: Any, total: Any, count: Any) -> Any:
    """Add up products of values, by ascending user; how many there were."""
    pairs = 0
    for place in range(entries.item_start[left], entries.item_start[left + 1]):
        user = entries.user[place]
        reached[user] += step
        first, last = reached[user] + 1, entries.user_start[user + 1]
        pairs += last - first
        value = entries.value[first - 1]
        for entry in range(first, last):
            total[entries.item[entry]] += value * entries.value[entry]
        if len(count):
            for entry in range(first, last):
                count[entries.item[entry]] += 1
    return pairs


@njit(cache=True, nogil=True)
def _walk(
    left: Any, entries: Entries, reached: Any, total: Any, count: Any, rule: Rule, heaps: Heaps
) -> None:
    """Offer what was added up, and clear it, along the entries that it came from."""
    least = heaps.least
    for place in range(entries.item_start[left], entries.item_start[left + 1]):
        user = entries.user[place]
        for entry in range(reached[user] + 1, entries.user_start[user + 1]):
            right = entries.item[entry]
            quick = near(left, right, total, count, rule)
            if quick > 0 and quick >= CLOSE * min(least[left], least[right]):
                weigh(left, right, total, count, rule, heaps)
            total[right] = 0
            if len(count):
                count[right] = 0
