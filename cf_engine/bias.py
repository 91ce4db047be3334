"""What a person and an item add to a rating by themselves: the baseline that neighbours improve on."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from catalog import RatingScale
from cf_engine.arrays import Double, Indices, Matrix, checked, totals
from cf_engine.profile import FoldIn


@dataclass(frozen=True, slots=True, eq=False)
class Bias:
    """A rating is `mean + the item's deviation + the person's`, and the rest is taste.

    `item`, (n_items,), are the deviations of the items, zero for one without ratings. A person's deviation
    comes from their own ratings, so people outside the matrix have one too.
    """

    mean: float
    item: Double
    user_damping: float

    @classmethod
    def fit(
        cls,
        matrix: Matrix,
        *,
        scale: RatingScale,
        user_damping: float = 5.0,
        item_damping: float = 4.0,
        rounds: int = 10,
    ) -> Self:
        """Alternating ridge regression (Koren, Factor in the Neighbors, TKDD 2010, section 2.1).

        A damping is how many ratings without a deviation each user or item counts as having besides. One
        round is the two-step form: items from the mean, then users from what is left. Without ratings the
        mean is the middle of the scale.
        """
        rows = checked(matrix)
        n_users, n_items = rows.shape
        owner = np.repeat(np.arange(n_users), np.diff(rows.indptr))
        mean = float(rows.data.mean(dtype=np.float64)) if rows.nnz else (scale.low + scale.high) / 2
        rest = rows.data.astype(np.float64) - mean
        item_count = np.bincount(rows.indices, minlength=n_items) + item_damping
        user_count = np.bincount(owner, minlength=n_users) + user_damping
        item, user = np.zeros(n_items), np.zeros(n_users)
        for _ in range(rounds):
            item = _ratio(totals(rows.indices, rest - user[owner], length=n_items), item_count)
            user = _ratio(totals(owner, rest - item[rows.indices], length=n_users), user_count)
        return cls(mean, item, user_damping)

    def person(self, profile: FoldIn) -> float:
        """The deviation of the person from what their items get, each rating by its weight."""
        rest = profile.rating - self.mean - self.item[profile.item_index]
        count = float(profile.weight.sum(dtype=np.float64)) + self.user_damping
        return float((rest * profile.weight).sum()) / count if count > 0 else 0.0

    def expected(self, profile: FoldIn, items: Indices) -> Double:
        """Ratings of the items by this person, float64 (len(items),), not bounded by the scale."""
        found: Double = self.mean + self.item[items] + self.person(profile)
        return found

    def deviations(self, rows: Matrix) -> Double:
        """Of every rating of a matrix (users, items), (ratings,), what is left: the taste."""
        n_users = rows.shape[0]
        owner = np.repeat(np.arange(n_users), np.diff(rows.indptr))
        rest = rows.data - self.mean - self.item[rows.indices]
        count = np.diff(rows.indptr) + self.user_damping
        left: Double = rest - _ratio(totals(owner, rest, length=n_users), count)[owner]
        return left


def _ratio(total: Double, count: NDArray[np.floating]) -> Double:
    """Zero where nothing is counted."""
    ratio: Double = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
    return ratio
