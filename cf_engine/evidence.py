"""Where a score came from.

A score is a sum over neighbours, a similarity is a sum over shared items, so a score splits exactly both
ways. The amounts of either tuple add up to `Evidence.score`; the largest comes first, ties by index.
"""

from dataclasses import dataclass

import numpy as np

from cf_engine.arrays import Double, Indices


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A user who is like the person and liked the item: what they gave it, and their part of the score."""

    user_index: int
    similarity: float
    rating: float
    amount: float


@dataclass(frozen=True, slots=True)
class LikedItem:
    """An item of the person's own profile and its part of the score, below zero when it speaks against."""

    item_index: int
    amount: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """One item's score in parts. `neighbours` is empty for a model that compares items, not people."""

    item_index: int
    score: float
    neighbours: tuple[Neighbour, ...]
    profile_items: tuple[LikedItem, ...]


def profile_parts(item_index: Indices, amount: Double) -> tuple[LikedItem, ...]:
    """The profile's items with a part in a score; both arrays have the profile's length."""
    order = np.lexsort((item_index, -amount))
    return tuple(LikedItem(int(item_index[i]), float(amount[i])) for i in order if amount[i] != 0)
