"""What was added up for one item, offered to the rows of both items of every pair; compiled."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cf_engine.nearest import similarity
from cf_engine.nearest.compiled_heaps import Heaps, offer, sink
from cf_engine.nearest.layout import Layout
from cf_engine.nearest.similarity import JACCARD, Similarity

CLOSE = np.float32(0.9999)
"""A similarity in quick arithmetic is off by less than this."""
CHUNK = 16
"""Pairs that are passed over together where none can get in."""
GROUPS = 2
"""So many groups of pairs to each place in a row when a row's least is foreseen."""
TINY = np.float32(1e-30)

_value = njit(inline="always")(similarity.value)


class Rule(NamedTuple):
    """The similarity as the loops need it: the numbers of `Similarity.rule`, and two for every item.

    `popularity` is float64, and `scale`, float32, its inverse root, or 1 where the total is what counts.
    """

    form: int
    shrinkage: float
    significance: float
    least: float
    damped: bool
    popularity: NDArray[np.float64]
    scale: NDArray[np.float32]


def rule_of(layout: Layout, similarity: Similarity) -> Rule:
    popularity = layout.by_item.length.astype(np.float64)
    root = np.sqrt(np.maximum(popularity, 1)) if similarity.of_counts else np.ones(layout.n_items)
    return Rule(*similarity.rule, not similarity.damping.off, popularity, (1 / root).astype(np.float32))


class Room(NamedTuple):
    """Room to work in: `near`, (items,), and `top`, (chunks,), both float32."""

    near: NDArray[np.float32]
    top: NDArray[np.float32]


def room(n_items: int) -> Room:
    return Room(np.zeros(n_items, np.float32), np.zeros(-(-n_items // CHUNK), np.float32))


@njit(cache=True, nogil=True, inline="always")
def near(left: Any, right: Any, total: Any, count: Any, rule: Rule) -> Any:
    """The similarity in single precision; the cosine for Jaccard's, which is never above it."""
    value = np.float32(total[right]) * (rule.scale[left] * rule.scale[right])
    if rule.damped:
        users = np.float32(count[right])
        value *= users / (users + np.float32(rule.shrinkage) + TINY)
        value *= min(users, np.float32(rule.significance)) * np.float32(1 / rule.significance)
        value = value if users >= np.float32(rule.least) else np.float32(0)
    return value


@njit(cache=True, nogil=True, fastmath={"nnan", "nsz"})
def _look(left: Any, total: Any, count: Any, rule: Rule, room: Room) -> None:
    """Fill the room with every pair's quick similarity and the largest of every chunk."""
    n_items = len(room.near)
    for chunk in range((left + 1) // CHUNK, len(room.top)):
        largest = np.float32(0)
        for right in range(max(chunk * CHUNK, left + 1), min(chunk * CHUNK + CHUNK, n_items)):
            value = near(left, right, total, count, rule)
            room.near[right] = value
            largest = max(largest, value)
        room.top[chunk] = largest


@njit(cache=True, nogil=True)
def _foresee(left: Any, room: Room, heaps: Heaps) -> None:
    """Raise what the left row asks for to what k pairs reach for sure: the k-th of groups' largest."""
    k = heaps.item.shape[1]
    first, groups = (left + 1) // CHUNK, GROUPS * k
    size = (len(room.top) - first) // groups
    if size == 0:
        return
    reach, nobody = np.zeros(k, np.float32), np.zeros(k, np.int32)
    for group in range(groups):
        largest = np.float32(0)
        for chunk in range(first + group, first + groups * size, groups):
            largest = max(largest, room.top[chunk])
        if largest > reach[0]:
            sink(nobody, reach, k, largest, 0)
    heaps.least[left] = max(heaps.least[left], CLOSE * reach[0])


@njit(cache=True, nogil=True)
def scan(left: Any, total: Any, count: Any, rule: Rule, heaps: Heaps, room: Room) -> None:
    """Offer all pairs of an item with more popular ones.

    `total` and `count`, (items,), are what was added up; `count` is empty where the total says it all.
    """
    _look(left, total, count, rule, room)
    if rule.form != JACCARD:
        _foresee(left, room, heaps)
    n_items, least = len(room.near), heaps.least
    for chunk in range((left + 1) // CHUNK, len(room.top)):
        first, last = max(chunk * CHUNK, left + 1), min(chunk * CHUNK + CHUNK, n_items)
        wanted = room.top[chunk] >= CLOSE * least[left]
        for right in range(first, last):
            wanted |= room.near[right] >= CLOSE * least[right]
        if wanted and room.top[chunk] > 0:
            for right in range(first, last):
                quick = room.near[right]
                if quick > 0 and quick >= CLOSE * min(least[left], least[right]):
                    weigh(left, right, total, count, rule, heaps)


@njit(cache=True, nogil=True)
def weigh(left: Any, right: Any, total: Any, count: Any, rule: Rule, heaps: Heaps) -> None:
    """Offer one pair to both rows."""
    users = np.float64(count[right]) if len(count) else np.float64(1)
    whole = np.float64(total[right])
    ours, theirs = rule.popularity[left], rule.popularity[right]
    value = np.float32(
        _value(whole, users, ours, theirs, rule.form, rule.shrinkage, rule.significance, rule.least)
    )
    if value > 0:
        if value >= heaps.least[left]:
            offer(heaps, left, right, value)
        if value >= heaps.least[right]:
            offer(heaps, right, left, value)
