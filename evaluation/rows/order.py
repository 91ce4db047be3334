"""Where a row ranks what, worked out only as far as it is asked for."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cf_engine import best
from evaluation.rows.situation import Situation


@dataclass(frozen=True, slots=True, eq=False)
class Order:
    """Items by tier, then by falling score, equals as they stand in `items`; all arrays have one length.

    `tier` is None where there is but one.
    """

    items: NDArray[np.int32]
    score: NDArray[np.floating]
    tier: NDArray[np.int8] | None = None

    @classmethod
    def of(cls, score: NDArray[np.floating], situation: Situation, *, tiers: bool) -> Self:
        """The candidates of a situation by `score`, (n_items,)."""
        rows = situation.candidates
        tier = situation.tier[rows] if tiers else None
        if tier is not None and (tier == tier[:1]).all():
            tier = None
        return cls(rows, score[rows], tier)

    def all(self) -> NDArray[np.int32]:
        """Every item, best first."""
        if self.tier is None:
            return self.first(len(self.items))
        return self.items[np.lexsort((-self.score, self.tier))]

    def first(self, n: int) -> NDArray[np.int32]:
        """The best n, or all there are."""
        return self.items[best(self.score, n)] if self.tier is None else self.all()[:n]

    def rank(self, item: int) -> int:
        """The place of the item, from 1. Raises ValueError when it is not ranked."""
        found = np.flatnonzero(self.items == item)
        if not len(found):
            raise ValueError(f"item {item} is not among the {len(self.items)} that are ranked")
        place = int(found[0])
        before = self.score > self.score[place]
        before[:place] |= self.score[:place] == self.score[place]
        if self.tier is not None:
            before = (self.tier < self.tier[place]) | (before & (self.tier == self.tier[place]))
        return int(before.sum()) + 1
