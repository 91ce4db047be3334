"""Users in common counted 64 at a time, for popular items and active users; compiled.

A tier is a range of users and the items from some number on, as a bit for everyone: whom two items share
are the bits they have in common. It pays where the bits are dense, so active users join at rarer items.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numba.extending import intrinsic
from numpy.typing import NDArray

from cf_engine.arrays import Double
from cf_engine.nearest.layout import Layout

WORD = 64
GROUP = 4
"""Items counted against another at once, so that its bits are read once for them."""
SMALLEST = 256
"""Users of the first tier; each further one holds twice as many as the one before."""
SAMPLE = 8
"""One user in so many tells what a tier would save."""
PAIR, ENTRY, WORDS, ROW = 1.2, 150.0, 0.25, 0.5
"""Nanoseconds: of a pair counted on its own, of finding where a user's pairs begin, of a word against another,
and of what is done once for two items."""


class Tiers(NamedTuple):
    """Tier t holds users `user[t]` to `user[t + 1]` and the items from `item[t]` on, both int64.

    Its bits are `bits[start[t] : start[t + 1]]`, a row of `words[t]` for each item, as many rows as make
    whole groups. Both users and items ascend from tier to tier.
    """

    user: NDArray[np.int64]
    item: NDArray[np.int64]
    words: NDArray[np.int64]
    start: NDArray[np.int64]
    bits: NDArray[np.uint64]


def tiers(layout: Layout, *, memory: int) -> Tiers:
    """The tiers that save time, of at most `memory` bytes."""
    users, n_items = layout.by_user, layout.n_items
    edges, room = [0], memory // 8
    first: list[int] = []
    while edges[-1] < len(users):
        edge = min(2 * edges[-1] + SMALLEST, len(users))
        words = -(-(edge - edges[-1]) // WORD)
        saved = _saved(users.start, users.index, edges[-1], edge, n_items)
        net = saved - _bits_cost(words, n_items)
        item = _best_start(net, least=first[-1] if first else 0)
        room -= (n_items - item + GROUP) * words
        if item >= n_items or room < 0:
            break
        edges.append(edge)
        first.append(item)
    return _filled(layout, np.array(edges), np.array(first, np.int64))


def counting_cost(layout: Layout, tiers: Tiers) -> Double:
    """Nanoseconds that each item takes, float64 (n_items,)."""
    cost = _bits_cost(1, layout.n_items)
    _add_rest(layout.by_user.start, layout.by_user.index, tiers.user, tiers.item, cost)
    for item, words in zip(tiers.item, tiers.words, strict=True):
        cost[item:] += _bits_cost(words, layout.n_items - item)
    return cost


def _bits_cost(words: int, n_items: int) -> Double:
    """What each of n items takes to be counted by `words` words against those after it."""
    return np.arange(n_items, 0, -1, dtype=np.float64) * (words * WORDS + ROW)


def _best_start(net: Double, *, least: int) -> int:
    """From which item on a tier saves most in all, a multiple of GROUP and not before `least`."""
    total = np.cumsum(net[::-1])[::-1]
    best = int(np.argmax(total[least:])) + least if least < len(net) else len(net)
    return -(-best // GROUP) * GROUP if best < len(net) and total[best] > 0 else len(net)


def _filled(layout: Layout, user: NDArray[np.int64], item: NDArray[np.int64]) -> Tiers:
    words = -(-np.diff(user) // WORD)
    rows = -(-(layout.n_items - item) // GROUP) * GROUP
    start = np.concatenate(([0], np.cumsum(rows * words)))
    bits = np.zeros(start[-1], np.uint64)
    _fill(layout.by_user.start, layout.by_user.index, user, item, words, start, bits)
    return Tiers(user, item, words, start, bits)


def _population(context: Any, word: Any) -> Any:  # noqa: ARG001 - numba passes it
    """How many bits of a word are set, as the one instruction that it is."""
    return word(word), lambda context, builder, signature, values: builder.ctpop(values[0])  # noqa: ARG005


_ones: Any = intrinsic(_population)


@njit(cache=True, nogil=True)
def _saved(start: Any, item: Any, first: Any, last: Any, n_items: Any) -> Any:
    """What users first to last cost by item when they are counted pair by pair, from a sample of them."""
    saved = np.zeros(n_items)
    for user in range(first, last, SAMPLE):
        for entry in range(start[user], start[user + 1]):
            saved[item[entry]] += SAMPLE * (PAIR * (start[user + 1] - entry - 1) + ENTRY)
    return saved


@njit(cache=True, nogil=True)
def _add_rest(start: Any, item: Any, tier_user: Any, tier_item: Any, cost: Any) -> None:
    """Add what the entries cost that are in no tier."""
    tier = 0
    for user in range(len(start) - 1):
        while tier < len(tier_item) and tier_user[tier + 1] <= user:
            tier += 1
        for entry in range(start[user], start[user + 1]):
            if tier < len(tier_item) and item[entry] >= tier_item[tier]:
                break
            cost[item[entry]] += PAIR * (start[user + 1] - entry - 1) + ENTRY


@njit(cache=True, nogil=True)
def _fill(
    start: Any, item: Any, tier_user: Any, tier_item: Any, words: Any, tier_start: Any, bits: Any
) -> None:
    for tier in range(len(tier_item)):
        for user in range(tier_user[tier], tier_user[tier + 1]):
            place = user - tier_user[tier]
            mask = np.uint64(1) << np.uint64(place % WORD)
            for entry in range(start[user + 1] - 1, start[user] - 1, -1):
                row = item[entry] - tier_item[tier]
                if row < 0:
                    break
                bits[tier_start[tier] + row * words[tier] + place // WORD] |= mask


@njit(cache=True, nogil=True)
def count_group(tiers: Tiers, tier: Any, item: Any, count: Any) -> None:
    """Add to `count`, (GROUP, width), whom each item of the group from `item` on shares with later ones."""
    first, words = tiers.item[tier], tiers.words[tier]
    bits = tiers.bits[tiers.start[tier] : tiers.start[tier + 1]].reshape((-1, words))
    row = item - first
    one, two, three, four = bits[row], bits[row + 1], bits[row + 2], bits[row + 3]
    for other in range(row + 1, len(bits)):
        a, b, c, d = np.uint64(0), np.uint64(0), np.uint64(0), np.uint64(0)
        for word in range(words):
            theirs = bits[other, word]
            a += _ones(one[word] & theirs)
            b += _ones(two[word] & theirs)
            c += _ones(three[word] & theirs)
            d += _ones(four[word] & theirs)
        count[0, first + other] += np.int32(a)
        count[1, first + other] += np.int32(b)
        count[2, first + other] += np.int32(c)
        count[3, first + other] += np.int32(d)
