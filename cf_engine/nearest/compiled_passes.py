"""From item to item, the popular ones first: add up what it shares with more popular ones, and offer that.

`behind`, int64 (users,), is where in each user's row the more popular items begin. It moves back by one
for everyone who has the item. Compiled.
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
def places(entries: Entries, tiers: Tiers, stop: Any) -> Any:
    """`behind` for a part that ends before item `stop`: users of a tier are not met behind its first item."""
    behind = np.empty(len(entries.user_start) - 1, np.int64)
    tier = 0
    for user in range(len(behind)):
        while tier < len(tiers.item) and tiers.user[tier + 1] <= user:
            tier += 1
        limit = min(stop, tiers.item[tier]) if tier < len(tiers.item) else stop
        behind[user] = _place(entries.item, entries.user_start[user], entries.user_start[user + 1], limit)
    return behind


@njit(cache=True, nogil=True)
def count_pass(  # noqa: PLR0913, PLR0917
    first: Any,
    last: Any,
    entries: Entries,
    tiers: Tiers,
    behind: Any,
    count: Any,
    rule: Rule,
    heaps: Heaps,
    room: Room,
) -> None:
    """Offer the pairs of items `last - 1` down to `first` by counts; `count`, int32 (GROUP, width), is zero."""
    width = count.shape[1]
    for group in range((last - 1) // GROUP, first // GROUP - 1, -1):
        start, met = group * GROUP, 0
        for tier in range(len(tiers.item)):
            if tiers.item[tier] <= start:
                count_group(tiers, tier, start, count)
                met = tiers.user[tier + 1]
        for left in range(min(last, start + GROUP) - 1, max(first, start) - 1, -1):
            own = count[left - start]
            pairs = _add_counts(left, met, entries, behind, own)
            if met == 0 and pairs * SPARSE < width - left:
                _walk(left, entries, behind, own, own, rule, heaps)
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
    entries: Entries,
    behind: Any,
    total: Any,
    count: Any,
    rule: Rule,
    heaps: Heaps,
    room: Room,
) -> None:
    """The same by sums of products; `total`, float32 (width,), and `count`, int32, are zero.

    `count` is of length 0 where nothing depends on it.
    """
    for left in range(last - 1, first - 1, -1):
        pairs = _add_sums(left, entries, behind, total, count)
        if pairs * SPARSE < len(total) - left:
            _walk(left, entries, behind, total, count, rule, heaps)
        else:
            scan(left, total, count, rule, heaps, room)
            total[left:] = 0
            count[left:] = 0


@njit(cache=True, nogil=True)
def _add_counts(left: Any, met: Any, entries: Entries, behind: Any, count: Any) -> Any:
    """Count pairs of the item's users from number `met` on; how many there were."""
    pairs, end = 0, entries.item_start[left + 1]
    for place in range(_place(entries.user, entries.item_start[left], end, met), end):
        user = entries.user[place]
        first, last = behind[user], entries.user_start[user + 1]
        behind[user] = first - 1
        pairs += last - first
        for entry in range(first, last):
            count[entries.item[entry]] += 1
    return pairs


@njit(cache=True, nogil=True)
def _add_sums(left: Any, entries: Entries, behind: Any, total: Any, count: Any) -> Any:
    """Add up products of values, by ascending user; how many there were."""
    pairs = 0
    for place in range(entries.item_start[left], entries.item_start[left + 1]):
        user = entries.user[place]
        first, last = behind[user], entries.user_start[user + 1]
        behind[user] = first - 1
        pairs += last - first
        value = entries.value[first - 1]
        for entry in range(first, last):
            total[entries.item[entry]] += value * entries.value[entry]
        if len(count):
            for entry in range(first, last):
                count[entries.item[entry]] += 1
    return pairs


@njit(cache=True, nogil=True)
def _walk(left: Any, entries: Entries, behind: Any, total: Any, count: Any, rule: Rule, heaps: Heaps) -> None:
    """Offer what was added up, and clear it, along the entries that it came from."""
    least = heaps.least
    for place in range(entries.item_start[left], entries.item_start[left + 1]):
        user = entries.user[place]
        for entry in range(behind[user] + 1, entries.user_start[user + 1]):
            right = entries.item[entry]
            quick = near(left, right, total, count, rule)
            if quick > 0 and quick >= CLOSE * min(least[left], least[right]):
                weigh(left, right, total, count, rule, heaps)
            total[right] = 0
            if len(count):
                count[right] = 0
