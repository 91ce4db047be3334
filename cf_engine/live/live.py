"""Models that take in new users, ratings and items while they answer."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from catalog import Progress, RatingScale
from cf_engine.arrays import Indices, Matrix, Single
from cf_engine.blend_config import BlendConfig
from cf_engine.live.base import Base, roomy
from cf_engine.live.moment import Moment
from cf_engine.live.ratings import NO_ROW, LiveRatings, Row
from cf_engine.live.store import Store


class Live:
    """A fitted blend and the updates since, behind one reference that readers take once per answer: `now`.

    User neighbours, item neighbours from who likes or rated an item, and popularity take everything in at once.
    Other parts, and the item weights of tf-idf, bm25 and adjusted cosine, are those of the last rebuild.
    An update costs what the rows of its users cost, and is on disk before it shows. Updates may come from any
    thread, and `rebuild` may run in one of its own; nobody who reads waits for either.
    """

    def __init__(self, base: Base, ratings: LiveRatings, store: Store | None) -> None:
        self._now = Moment(base, ratings)
        self._store = store
        self._updating, self._rebuilding = threading.Lock(), threading.Lock()

    @classmethod
    def fit(
        cls,
        matrix: Matrix,
        *,
        scale: RatingScale,
        config: BlendConfig | None = None,
        folder: Path | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Fit to a matrix (users, items); with a folder, keep it there in place of what that held.

        Raises catalog.IndexInUse when the folder is open elsewhere.
        """
        store = None if folder is None else Store(folder)
        try:
            base = Base.fit(matrix, scale=scale, config=config or BlendConfig(), progress=progress)
            if store is not None:
                base = store.save(base)
            ratings = LiveRatings(base.rows, base.n_items)
            if store is not None:
                store.switch(ratings)
        except BaseException:
            if store is not None:
                store.close()
            raise
        return cls(base, ratings, store)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open what `fit` and all updates left in the folder.

        Raises catalog.DataError where there is nothing or it is damaged, and catalog.IndexInUse when the
        folder is open elsewhere.
        """
        store = Store(folder)
        try:
            return cls(*store.opened(), store)
        except BaseException:
            store.close()
            raise

    @property
    def now(self) -> Moment:
        return self._now

    def add_ratings(self, user_index: ArrayLike, item_index: ArrayLike, rating: ArrayLike) -> None:
        """Take in ratings, three arrays of one length; of a repeated pair the last counts, new over old.

        New users are numbered on from the last one. Raises ValueError for an unknown item, a gap in the users'
        numbers, or a rating outside the scale, before anything changes.
        """
        user, item = np.asarray(user_index, np.int32), np.asarray(item_index, np.int32)
        value = np.asarray(rating, np.float32)
        if user.ndim != 1 or not user.shape == item.shape == value.shape:
            raise ValueError(
                f"ratings are three arrays of one length, not {user.shape}, {item.shape}, {value.shape}"
            )
        with self._updating:
            self._check(user, item, value)
            ratings = self._now.ratings
            self._update(ratings, ratings.rated(user, item, value))

    def remove_user(self, user_index: int) -> None:
        """Forget what a user rated; the others keep their numbers. The next `rebuild` wipes it from the disk.

        Raises ValueError for an unknown user.
        """
        with self._updating:
            ratings = self._now.ratings
            if not 0 <= user_index < ratings.n_users:
                raise ValueError(f"there is no user {user_index}; there are {ratings.n_users}")
            self._update(ratings, {user_index: NO_ROW})

    def grow_items(self, n: int) -> int:
        """Take in n items that nobody has rated; returns the index of the first.

        Only when there is no room left for them, everything is rebuilt with more.
        """
        if n < 0:
            raise ValueError(f"{n} items cannot be added")
        while True:
            with self._updating:
                ratings = self._now.ratings
                first = ratings.n_items
                if first + n <= ratings.capacity:
                    self._update(ratings.with_items(first + n), {})
                    return first
            self._rebuild(room=n, progress=None)

    def rebuild(self, *, progress: Progress | None = None) -> None:
        """Fit anew to the ratings of this moment, and take in what comes meanwhile; then swap, at once."""
        self._rebuild(room=0, progress=progress)

    def close(self) -> None:
        """Release the folder. Readers may go on; updates may not."""
        if self._store is not None:
            self._store.close()

    def _update(self, ratings: LiveRatings, rows: Mapping[int, Row]) -> None:
        after = ratings.with_rows(rows)
        if self._store is not None:
            self._store.add(after, rows)
        self._now = Moment(self._now.base, after)

    def _rebuild(self, *, room: int, progress: Progress | None) -> None:
        with self._rebuilding:
            frozen, store = self._now, self._store
            seen = frozen.ratings
            base = Base.fit(
                seen.matrix(),
                scale=frozen.base.scale,
                config=frozen.base.blend.config,
                capacity=max(seen.capacity, roomy(seen.n_items + room)),
                progress=progress,
            )
            if store is not None:
                base = store.save(base)
            with self._updating:
                latest = self._now.ratings
                ratings = LiveRatings(base.rows, latest.n_items, latest.since(seen))
                if store is not None:
                    store.switch(ratings)
                self._now = Moment(base, ratings)

    def _check(self, user: Indices, item: Indices, rating: Single) -> None:
        ratings, scale = self._now.ratings, self._now.base.scale
        if not len(user):
            return
        if not 0 <= item.min() <= item.max() < ratings.n_items:
            raise ValueError(
                f"items are numbered 0 to {ratings.n_items - 1}, not {item.min()} to {item.max()}"
            )
        new = np.unique(user[user >= ratings.n_users])
        if user.min() < 0 or (len(new) and new[-1] != ratings.n_users + len(new) - 1):
            raise ValueError(
                f"users are numbered from 0, and new ones on from {ratings.n_users} without a gap"
            )
        if not ((rating >= scale.low) & (rating <= scale.high)).all():
            raise ValueError(f"a rating is a number from {scale.low:g} to {scale.high:g}")
