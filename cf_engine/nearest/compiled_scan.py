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

    `popularity`, float64, is 1 and `scale`, float32 and its inverse root, is 0 beyond the last item. Where
    the total is the similarity, the scale is 1.
    """

    form: int
    shrinkage: float
    significance: float
    least: float
    damped: bool
    popularity: NDArray[np.float64]
    scale: NDArray[np.float32]


class Room(NamedTuple):
    """Room to work in, float32: quick similarities, (width,), and two things about every chunk of them.

    `top` is the largest and `excess` the largest above what the right item's row asks for.
    """

    near: NDArray[np.float32]
    top: NDArray[np.float32]
    excess: NDArray[np.float32]


def width_of(layout: Layout) -> int:
    """The length of an array over all items in whole chunks."""
    return -(-layout.n_items // CHUNK) * CHUNK


def rule_of(layout: Layout, similarity: Similarity) -> Rule:
    popularity, scale = np.ones(width_of(layout)), np.zeros(width_of(layout), np.float32)
    popularity[: layout.n_items] = np.maximum(layout.by_item.length, 1)
    scale[: layout.n_items] = 1 / np.sqrt(popularity[: layout.n_items]) if similarity.of_counts else 1
    return Rule(*similarity.rule, not similarity.damping.off, popularity, scale)


def room_for(layout: Layout) -> Room:
    width = width_of(layout)
    return Room(*(np.zeros(length, np.float32) for length in (width, width // CHUNK, width // CHUNK)))


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
def _look(left: Any, total: Any, count: Any, rule: Rule, heaps: Heaps, room: Room) -> None:
    """Fill the room."""
    quick, least = room.near, heaps.least
    for chunk in range(left // CHUNK, len(room.top)):
        first = chunk * CHUNK
        top, excess = np.float32(0), np.float32(-1)
        for right in range(first, first + CHUNK):
            value = near(left, right, total, count, rule)
            quick[right] = value
            top = max(top, value)
            excess = max(excess, value - CLOSE * least[right])
        room.top[chunk], room.excess[chunk] = top, excess


@njit(cache=True, nogil=True)
def _foresee(left: Any, room: Room, heaps: Heaps) -> None:
    """Raise what the left row asks for to what k pairs reach for sure: the k-th of groups' largest."""
    k = heaps.item.shape[1]
    first, groups = left // CHUNK, GROUPS * k
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

    `total` and `count`, (width,), are what was added up, zero for every other item; `count` is empty where
    the total says it all.
    """
    _look(left, total, count, rule, heaps, room)
    if rule.form != JACCARD:
        _foresee(left, room, heaps)
    quick, least = room.near, heaps.least
    for chunk in range(left // CHUNK, len(room.top)):
        top = room.top[chunk]
        if top > 0 and (top >= CLOSE * least[left] or room.excess[chunk] >= 0):
            for right in range(chunk * CHUNK, chunk * CHUNK + CHUNK):
                if quick[right] > 0 and quick[right] >= CLOSE * min(least[left], least[right]):
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
