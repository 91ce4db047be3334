"""Where a score came from.

A score is a sum over neighbours, a similarity is a sum over shared items, so a score splits exactly both
ways. What belongs to nobody in particular (popularity, a damped mean) is the base.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self, overload

import numpy as np

from cf_engine.arrays import Double, Indices, Single

NOBODY: Indices = np.empty(0, np.int32)
NOTHING: Double = np.empty(0, np.float64)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A user who is like the person and rated the item: what they gave it, and their part of the score."""

    user_index: int
    similarity: float
    rating: float
    amount: float


@dataclass(frozen=True, slots=True)
class LikedItem:
    """An item of the person's own profile and its part of the score, below zero when it speaks against."""

    item_index: int
    amount: float


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """One item's score in parts: `base + sum(own_amount) == score`, and without a base so is the neighbours'.

    `own_item` and `own_amount`, (m,), are the profile's items and what each gave. `user`, `similarity`,
    `rating` and `user_amount`, (u,), are the neighbours; there are none where a model compares items only,
    and in a blend their amounts add up to the part that neighbours gave.
    """

    item_index: int
    score: float
    own_item: Indices
    own_amount: Double
    base: float = 0.0
    user: Indices = field(default_factory=lambda: NOBODY)
    similarity: Double = field(default_factory=lambda: NOTHING)
    rating: Single | Double = field(default_factory=lambda: NOTHING)
    user_amount: Double = field(default_factory=lambda: NOTHING)

    @property
    def neighbours(self) -> tuple[Neighbour, ...]:
        """The largest amount first, ties by user index."""
        columns = self.user, self.similarity, self.rating, self.user_amount
        order = np.lexsort((self.user, -self.user_amount))
        rows = zip(*(column[order].tolist() for column in columns), strict=True)
        return tuple(Neighbour(*row) for row in rows)

    @property
    def profile_items(self) -> tuple[LikedItem, ...]:
        """Those with a part in the score, the largest amount first, ties by item index."""
        order = np.lexsort((self.own_item, -self.own_amount))
        order = order[self.own_amount[order] != 0]
        rows = zip(self.own_item[order].tolist(), self.own_amount[order].tolist(), strict=True)
        return tuple(LikedItem(*row) for row in rows)

    def scaled(self, factor: float) -> Self:
        """The same evidence for `factor` times the score."""
        return type(self)(
            self.item_index,
            self.score * factor,
            self.own_item,
            self.own_amount * factor,
            self.base * factor,
            self.user,
            self.similarity,
            self.rating,
            self.user_amount * factor,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Shares(Sequence[Evidence]):
    """The evidence of a list of items where all of it comes from the profile's own items.

    `items` are (n,), `own_item` (m,), and `own_amount`, (n, m), what each of the second gave each of the
    first.
    """

    items: Indices
    own_item: Indices
    own_amount: Double

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, place: int) -> Evidence: ...
    @overload
    def __getitem__(self, place: slice) -> "Shares": ...
    def __getitem__(self, place: int | slice) -> "Evidence | Shares":
        amount = self.own_amount[place]
        if isinstance(place, slice):
            return Shares(self.items[place], self.own_item, amount)
        return Evidence(int(self.items[place]), float(amount.sum()), self.own_item, amount)
