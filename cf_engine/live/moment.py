"""All models at one moment."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cf_engine.live.base import Base
from cf_engine.live.items import LiveItemNeighbours
from cf_engine.live.ratings import LiveRatings
from cf_engine.live.users import LiveUserNeighbours
from cf_engine.popularity import Popularity


@dataclass(frozen=True, eq=False)
class Moment:
    """It never changes: who begins an answer with it ends with it. Each model equals one fitted to `ratings`."""

    base: Base
    ratings: LiveRatings

    @cached_property
    def users(self) -> LiveUserNeighbours:
        """Raises ValueError when they are not kept."""
        base = self.base
        if base.users is None:
            raise ValueError("user neighbours are not kept live here; name them in the config")
        return LiveUserNeighbours(base.users, self.ratings, total=base.total, scale=base.scale)

    @cached_property
    def items(self) -> LiveItemNeighbours:
        """Raises ValueError when they are not kept."""
        base = self.base
        if base.items is None or base.pairs is None:
            raise ValueError("item neighbours are not kept live here; name them in the config")
        return LiveItemNeighbours(base.items, base.pairs, self.ratings, scale=base.scale)

    @cached_property
    def popularity(self) -> Popularity:
        ratings, scale = self.ratings, self.base.scale
        likes = self.base.likes.copy()
        for rows, sign in ((ratings.before, -1), (ratings.after, 1)):
            liked = rows.indices[rows.data >= scale.like_at]
            likes += np.float32(sign) * np.bincount(liked, minlength=len(likes)).astype(np.float32)
        return Popularity.counted(likes[: ratings.n_items], scale=scale)
