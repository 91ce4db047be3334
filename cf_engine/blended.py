"""Several recommenders as one voice."""

from collections.abc import Sequence

import numpy as np

from cf_engine.arrays import Double, Indices, Single
from cf_engine.blend_config import BlendConfig, Name
from cf_engine.evidence import Evidence
from cf_engine.model import Recommender, fitted
from cf_engine.profile import FoldIn


class Blended(Recommender):
    """A weighted sum of recommenders, each brought to one scale.

    A part's scores are divided by their standard deviation over all items, so that an item's score is
    the sum over parts of `weight * score / deviation`; a part that scores all items alike says nothing. As
    nothing is subtracted, what the parts give as evidence adds up to the score.
    """

    def __init__(self, parts: Sequence[Recommender], config: BlendConfig) -> None:
        """The parts are in the order of the config's."""
        self.config = config
        self.parts: tuple[Recommender, ...] = tuple(parts)

    @property
    def n_items(self) -> int:
        return self._ready[0].n_items

    def scores(self, profile: FoldIn, *, exclude_user: int | None = None) -> Single:
        """Shape (n_items,), float32."""
        scores = [part.scores(profile, exclude_user=exclude_user) for part in self._ready]
        total = np.zeros(self.n_items)
        for score, factor in zip(scores, self._factors(scores, len(profile)), strict=True):
            total += score * factor
        return total.astype(np.float32)

    def explain(
        self, profile: FoldIn, items: Indices, *, exclude_user: int | None = None
    ) -> Sequence[Evidence]:
        """The evidence of the parts together, each in its share of the score."""
        scores = [part.scores(profile, exclude_user=exclude_user) for part in self._ready]
        shares = [
            [one.scaled(factor) for one in part.explain(profile, items, exclude_user=exclude_user)]
            for part, factor in zip(self._ready, self._factors(scores, len(profile)), strict=True)
        ]
        return tuple(_together(profile, share) for share in zip(*shares, strict=True))

    def part(self, name: Name) -> Recommender | None:
        """The recommender of that name, None when it has no part in the blend."""
        return dict(zip(self.config.parts, self._ready, strict=True)).get(name)

    def _factors(self, scores: list[Single], n_known: int) -> list[float]:
        """What a point of each part's score counts."""
        found = []
        for score, part in zip(scores, self.config.parts.values(), strict=True):
            spread = float(score.std(dtype=np.float64))
            trust = n_known / (n_known + part.trusted_from) if part.trusted_from else 1.0
            found.append(part.weight * trust / spread if spread > 0 else 0.0)
        return found

    @property
    def _ready(self) -> tuple[Recommender, ...]:
        return fitted(self.parts or None)


def _together(profile: FoldIn, shares: tuple[Evidence, ...]) -> Evidence:
    """Amounts of the same item of the profile added up, neighbours of all parts one after another."""
    own: Double = np.zeros(len(profile))
    for one in shares:
        own[np.searchsorted(profile.item_index, one.own_item)] += one.own_amount
    return Evidence(
        shares[0].item_index,
        sum(one.score for one in shares),
        profile.item_index,
        own,
        sum(one.base for one in shares),
        np.concatenate([one.user for one in shares]),
        np.concatenate([one.similarity for one in shares]),
        np.concatenate([one.rating for one in shares]),
        np.concatenate([one.user_amount for one in shares]),
    )
