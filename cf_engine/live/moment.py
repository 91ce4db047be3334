"""All models at one moment."""

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from cf_engine.blended import Blended
from cf_engine.item_neighbours import ItemNeighbours
from cf_engine.live.base import Base
from cf_engine.live.items import LiveItemNeighbours
from cf_engine.live.ratings import LiveRatings
from cf_engine.live.settled import Settled
from cf_engine.live.users import LiveUserNeighbours
from cf_engine.model import Model, Recommender
from cf_engine.popularity import Popularity
from cf_engine.user_neighbours import UserNeighbours


@dataclass(frozen=True, eq=False)
class Moment:
    """It never changes: who begins an answer with it ends with it.

    Each part of the blend that can be kept live equals one fitted to `ratings`; the others, and weights that
    rest on everyone, are of the base.
    """

    base: Base
    ratings: LiveRatings

    @classmethod
    def of(cls, base: Base) -> Self:
        """Before any update."""
        return cls(base, LiveRatings(base.rows, base.n_items))

    @cached_property
    def blend(self) -> Blended:
        """The parts at this moment."""
        fitted = self.base.blend
        return Blended([self._part(part) for part in fitted.parts], fitted.config)

    @cached_property
    def popularity(self) -> Popularity:
        ratings, scale = self.ratings, self.base.scale
        likes = self.base.likes.copy()
        for rows, sign in ((ratings.before, -1), (ratings.after, 1)):
            liked = rows.indices[rows.data >= scale.like_at]
            likes += np.float32(sign) * np.bincount(liked, minlength=len(likes)).astype(np.float32)
        return Popularity.counted(likes[: ratings.n_items], scale=scale)

    def _part(self, fitted: Model) -> Recommender:
        base, ratings = self.base, self.ratings
        if isinstance(fitted, Popularity):
            return self.popularity
        if isinstance(fitted, UserNeighbours):
            return LiveUserNeighbours(fitted, ratings, total=base.total, scale=base.scale)
        if isinstance(fitted, ItemNeighbours) and base.pairs is not None:
            return LiveItemNeighbours(fitted, base.pairs, ratings, scale=base.scale)
        return Settled(fitted, n_items=ratings.n_items)
