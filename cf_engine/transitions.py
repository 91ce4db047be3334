"""What people turned to next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt
from scipy import sparse

from catalog import ConfigError, Progress, RatingScale
from cf_engine.arrays import Double, Indices, Matrix, checked
from cf_engine.item_lists import WeighedLists
from cf_engine.nearest import NeighbourTable
from cf_engine.weighting import ProfileWeights

BLOCK_PAIRS = 1 << 22
"""Pairs of ratings taken at once."""
FADED = 1 / 64
"""Pairs that would weigh less are left out."""


class TransitionsConfig(ProfileWeights):
    """Which ratings are steps, how far a step reaches, and what the items of a profile weigh.

    The defaults were chosen on the last but one ratings of MovieLens-100K.
    """

    vectors: Literal["likes", "rated"] = "rated"
    """Which ratings are steps on a person's way."""
    reach: PositiveFloat = 2.0
    """An item weighs half for every so many steps that it came later."""
    start_power: NonNegativeFloat = 0.5
    """A transition is divided by this power of how many people took the item it starts from."""
    end_power: NonNegativeFloat = 0.4
    """And by this power of how many took the item where it ends."""
    shrinkage: NonNegativeFloat = 5.0
    """Added to both counts, so that what few took says less."""
    k: PositiveInt = 300
    """Ends kept per item: the strongest, ties by item index."""
    neutral_weight: float = Field(default=1.0, ge=0, le=1)
    """What an item weighs that was neither liked (1) nor disliked."""
    dislike_weight: float = Field(default=1.0, ge=-1, le=1)
    """What a disliked item weighs: people move on from it all the same."""
    recency: PositiveFloat | None = 2.0
    """An item of the profile weighs half for every so many rated later; None: time does not count."""


class Transitions(WeighedLists[TransitionsConfig]):
    """Which items people took after an item, the sooner the more: neighbours with a direction.

    Item i counts for item j by the sum over people of 2 ** -((gap - 1) / reach), where gap is how many steps
    after i they took j, divided by (n_i + shrinkage) ** start_power and (n_j + shrinkage) ** end_power. It is
    the first-order Markov chain of Rendle et al. (Factorizing Personalized Markov Chains, WWW 2010) unfactored,
    with the decay of sequential rules (Ludewig & Jannach, Evaluation of Session-based Recommendation
    Algorithms, 2018). On MovieLens it learns the order of the pages that people clicked through, too.
    """

    kind = "transitions"
    settings = TransitionsConfig

    def fit(
        self,
        matrix: Matrix,
        *,
        scale: RatingScale,
        time: Double | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """`time` says when each rating was given, in any unit, in the order of a matrix with sorted rows.

        Ratings of one time follow each other both ways. Raises catalog.ConfigError without times.
        """
        rows = checked(matrix)
        if time is None or len(time) != rows.nnz:
            raise ConfigError("what people turned to next is known only where every rating has a time")
        return self._keep(self._followed(rows, time, scale, progress), scale)

    def _followed(
        self, rows: Matrix, time: Double, scale: RatingScale, progress: Progress | None
    ) -> NeighbourTable:
        config, n_items = self.config, rows.shape[1]
        way = _way(rows, time, least=scale.like_at if config.vectors == "likes" else -np.inf)
        count = np.bincount(way.item, minlength=n_items).astype(np.float64)
        damped = np.maximum(count + config.shrinkage, 1)
        start, end = damped**-config.start_power, damped**-config.end_power
        table = NeighbourTable.empty(n_items, config.k)
        by_item = np.argsort(way.item, kind="stable")
        last_of = np.cumsum(np.bincount(way.item, minlength=n_items))
        for first, last in _blocks(last_of, window=way.window(config.reach)):
            where = by_item[last_of[first - 1] if first else 0 : last_of[last - 1]]
            item, other, weight = way.pairs(where, config.reach)
            shape = (last - first, n_items)
            found = sparse.coo_array(sparse.csr_array((weight, (item - first, other)), shape=shape))
            own, other = found.row + first, found.col
            away = own != other
            value = (found.data * start[own] * end[other]).astype(np.float32)[away]
            table.offer(own[away].astype(np.int32), other[away].astype(np.int32), value)
            if progress is not None:
                progress("transitions", last, n_items)
        return table


@dataclass(frozen=True, slots=True, eq=False)
class _Way:
    """The steps of all people, one person after another, each in the order of time; arrays of one length."""

    user: Indices
    item: Indices
    time: Double

    def window(self, reach: float) -> int:
        """Steps after which a transition has faded."""
        most = int(np.bincount(self.user).max(initial=0))
        return max(1, min(most, 1 + int(-np.log2(FADED) * reach)))

    def pairs(self, where: NDArray[np.integer], reach: float) -> tuple[Indices, Indices, Double]:
        """What follows the steps at `where`: the item, what followed, and by how much."""
        item, other, weight = [], [], []
        for gap in range(1, self.window(reach) + 1):
            later, earlier = self._near(where, gap), self._near(where, -gap)
            after = later[self.time[later] <= self.time[later + gap]] + gap
            beside = earlier[self.time[earlier - gap] == self.time[earlier]] - gap
            item += [self.item[after - gap], self.item[beside + gap]]
            other += [self.item[after], self.item[beside]]
            weight.append(np.full(len(after) + len(beside), 0.5 ** ((gap - 1) / reach)))
        return np.concatenate(item), np.concatenate(other), np.concatenate(weight)

    def _near(self, where: NDArray[np.integer], gap: int) -> NDArray[np.integer]:
        """Those of the steps that have another of the same person so many places on."""
        inside = where[(where + gap >= 0) & (where + gap < len(self.user))]
        near: NDArray[np.integer] = inside[self.user[inside] == self.user[inside + gap]]
        return near


def _way(rows: Matrix, time: Double, *, least: float) -> _Way:
    """The ratings of at least `least`; those of one time by item."""
    user = np.repeat(np.arange(rows.shape[0], dtype=np.int32), np.diff(rows.indptr))
    taken = rows.data >= least
    user, item, time = user[taken], rows.indices[taken], time[taken]
    order = np.lexsort((item, time, user))
    return _Way(user[order], item[order], time[order])


def _blocks(last_of: NDArray[np.integer], *, window: int) -> Iterator[tuple[int, int]]:
    """Ranges of items whose steps make at most `BLOCK_PAIRS` pairs, where one item does not make more alone."""
    first, steps = 0, max(1, BLOCK_PAIRS // window)
    while first < len(last_of):
        before = int(last_of[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(last_of, before + steps, side="right")))
        yield first, last
        first = last
