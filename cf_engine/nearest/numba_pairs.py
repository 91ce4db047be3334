"""Pairs of items by compiled loops: every pair is met once, from the rarer item, and offered to both."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cf_engine.arrays import Double
from cf_engine.nearest import similarity
from cf_engine.nearest.layout import Layout
from cf_engine.nearest.request import Done, Request
from cf_engine.nearest.table import NeighbourTable

STEPS = 64
"""How often a part tells that it goes on."""
CLOSE = 0.9999
"""A quick bound in other roundings is trusted only so far."""

_value = njit(inline="always")(similarity.value)


def costs(layout: Layout, request: Request) -> Double:  # noqa: ARG001 - what every engine is asked
    """What the pairs of each item cost, in units of their own, float64 (n_items,)."""
    return layout.entry_pairs + layout.by_item.length


def pairs(layout: Layout, request: Request, part: range, *, done: Done) -> NeighbourTable:
    """The k best among the pairs whose rarer item is in `part`, in the rows of both items."""
    table = NeighbourTable.empty(layout.n_items, request.k)
    n_items, by_item, by_user = layout.n_items, layout.by_item, layout.by_user
    similarity = request.similarity
    counted = similarity.of_counts or not similarity.damping.off
    here = _last(by_user.start, by_user.index, part.stop)
    count = np.zeros(n_items if counted else 0, np.int32)
    total = np.zeros(0 if similarity.of_counts else n_items, np.float32)
    popularity = by_item.length.astype(np.float64)
    scale = (1 / np.sqrt(np.maximum(popularity, 1))).astype(np.float32)
    least, size = np.zeros(n_items, np.float32), np.zeros(n_items, np.int32)
    step = max(1, -(-len(part) // STEPS))
    for stop in range(part.stop, part.start, -step):
        start = max(stop - step, part.start)
        _pass(
            *(start, stop, by_item.start, by_item.index, by_user.start, by_user.index, by_user.value, here),
            *(popularity, scale, layout.item, similarity.rule, count, total),
            *(least, table.item, table.value, size),
        )
        done(stop - start)
    _sort(table.item, table.value, size)
    return table


@njit(cache=True, nogil=True)
def _last(start: NDArray[Any], index: NDArray[Any], item: int) -> NDArray[Any]:
    """Where in every line the last index below `item` stands, int64 (lines,)."""
    here = np.empty(len(start) - 1, np.int64)
    for line in range(len(here)):
        here[line] = start[line] + np.searchsorted(index[start[line] : start[line + 1]], item) - 1
    return here


@njit(cache=True, nogil=True)
def _pass(  # noqa: PLR0913, PLR0917
    first: int,
    last: int,
    item_start: NDArray[Any],
    item_user: NDArray[Any],
    user_start: NDArray[Any],
    user_item: NDArray[Any],
    user_value: NDArray[Any],
    here: NDArray[Any],
    popularity: NDArray[Any],
    scale: NDArray[Any],
    number: NDArray[Any],
    rule: tuple[int, float, float, float],
    count: NDArray[Any],
    total: NDArray[Any],
    least: NDArray[Any],
    best_item: NDArray[Any],
    best_value: NDArray[Any],
    size: NDArray[Any],
) -> None:
    """Go through the items from `last` down to `first`: the popular ones raise what their rows ask for."""
    for item in range(last - 1, first - 1, -1):
        _add(item, item_start, item_user, user_start, user_item, user_value, here, count, total)
        _offer_all(item, popularity, scale, number, rule, count, total, least, best_item, best_value, size)


@njit(cache=True, nogil=True)
def _add(  # noqa: PLR0913, PLR0917
    item: int,
    item_start: NDArray[Any],
    item_user: NDArray[Any],
    user_start: NDArray[Any],
    user_item: NDArray[Any],
    user_value: NDArray[Any],
    here: NDArray[Any],
    count: NDArray[Any],
    total: NDArray[Any],
) -> None:
    """Add up, for every more popular item, the users it shares with this one and the products of values.

    `here`, (users,), is the last entry of each user that is not of a more popular item, and moves back.
    """
    for place in range(item_start[item], item_start[item + 1]):
        user = item_user[place]
        own, end = here[user], user_start[user + 1]
        here[user] = own - 1
        if len(count):
            for entry in range(own + 1, end):
                count[user_item[entry]] += 1
        if len(total):
            value = user_value[own]
            for entry in range(own + 1, end):
                total[user_item[entry]] += value * user_value[entry]


@njit(cache=True, nogil=True)
def _offer_all(  # noqa: PLR0913, PLR0917
    left: int,
    popularity: NDArray[Any],
    scale: NDArray[Any],
    number: NDArray[Any],
    rule: tuple[int, float, float, float],
    count: NDArray[Any],
    total: NDArray[Any],
    least: NDArray[Any],
    best_item: NDArray[Any],
    best_value: NDArray[Any],
    size: NDArray[Any],
) -> None:
    """Offer the pairs of an item to the rows of both, and clear what was added up.

    `scale`, (items,), is one over the root of the popularity; `least`, (items,), what a row asks for.
    """
    form, shrinkage, significance, at_least = rule
    of_counts, damped = len(total) == 0, len(count) > 0
    for right in range(left + 1, len(popularity)):
        plain = np.float32(count[right]) if of_counts else total[right]
        if plain <= 0:
            continue
        bound = plain * (scale[left] * scale[right]) if of_counts else plain
        if damped:
            bound *= np.float32(count[right]) / np.float32(count[right] + shrinkage)
        if bound < CLOSE * min(least[left], least[right]):
            continue
        users = np.float64(count[right]) if damped else 1.0
        whole = users if of_counts else np.float64(plain)
        near = np.float32(
            _value(whole, users, popularity[left], popularity[right], form, shrinkage, significance, at_least)
        )
        if near > 0:
            _offer(best_item, best_value, size, number, least, left, right, near)
            _offer(best_item, best_value, size, number, least, right, left, near)
    count[left:] = 0
    total[left:] = 0


@njit(cache=True, nogil=True, inline="always")
def _worse(value: float, item: int, than_value: float, than_item: int) -> bool:
    return value < than_value or (value == than_value and item > than_item)


@njit(cache=True, nogil=True)
def _offer(
    best_item: NDArray[Any],
    best_value: NDArray[Any],
    size: NDArray[Any],
    number: NDArray[Any],
    least: NDArray[Any],
    of: int,
    other: int,
    value: Any,
) -> None:
    """Let a pair into the heap of an item, whose worst is at its root."""
    row, item = number[of], number[other]
    items, values, filled = best_item[row], best_value[row], size[row]
    if filled < len(items):
        size[row] = filled + 1
        place = filled
        while place > 0:
            above = (place - 1) >> 1
            if not _worse(value, item, values[above], items[above]):
                break
            values[place], items[place] = values[above], items[above]
            place = above
        values[place], items[place] = value, item
    elif _worse(values[0], items[0], value, item):
        _sink(items, values, filled, value, item)
    if size[row] == len(items):
        least[of] = values[0]


@njit(cache=True, nogil=True)
def _sink(items: NDArray[Any], values: NDArray[Any], filled: int, value: float, item: int) -> None:
    """Put a pair in the place of the heap's root and let it find its own."""
    place = 0
    while True:
        below = 2 * place + 1
        if below >= filled:
            break
        if below + 1 < filled and _worse(values[below + 1], items[below + 1], values[below], items[below]):
            below += 1
        if not _worse(values[below], items[below], value, item):
            break
        values[place], items[place] = values[below], items[below]
        place = below
    values[place], items[place] = value, item


@njit(cache=True, nogil=True)
def _sort(best_item: NDArray[Any], best_value: NDArray[Any], size: NDArray[Any]) -> None:
    """Turn every heap into a row, best first."""
    for row in range(len(best_item)):
        items, values = best_item[row], best_value[row]
        for last in range(size[row] - 1, 0, -1):
            value, item = values[last], items[last]
            values[last], items[last] = values[0], items[0]
            _sink(items, values, last, value, item)
