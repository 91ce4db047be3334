"""User neighbours over the ratings of one moment."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from catalog import RatingScale
from cf_engine.arrays import Double, Indices, Matrix, Single
from cf_engine.evidence import Evidence
from cf_engine.lines import Lines
from cf_engine.live.ratings import LiveRatings
from cf_engine.model import Recommender
from cf_engine.profile import FoldIn
from cf_engine.user_evidence import told
from cf_engine.user_neighbours import UserNeighbours
from cf_engine.user_similarity import Space
from cf_engine.user_votes import Votes


class LiveUserNeighbours(Recommender):
    """Equal to `UserNeighbours` fitted on all ratings of the moment, with the item weights of the fitted model.

    Only tf-idf and bm25 vectors and adjusted cosine have such weights, which rest on everyone. Users whose rows
    changed are left out of what the fitted model finds, and found by a search of their own.
    """

    def __init__(
        self, fitted: UserNeighbours, ratings: LiveRatings, *, total: float, scale: RatingScale
    ) -> None:
        """`total` is the sum of the ratings that the model was fitted on."""
        self.config = fitted.config
        self._fitted, self._ratings, self._total, self._scale = fitted, ratings, total, scale

    @property
    def n_items(self) -> int:
        return self._ratings.n_items

    def neighbours(
        self, profile: FoldIn, *, k: int | None = None, exclude_user: int | None = None
    ) -> tuple[Indices, Double]:
        """As `UserNeighbours.neighbours`."""
        profile.within(self.n_items)
        k = k or self.config.k
        old, theirs = self._unchanged(profile, k, exclude_user)
        new, others = self._changed(profile, exclude_user)
        user, similarity = np.concatenate((old, new)), np.concatenate((theirs, others))
        order = np.lexsort((user, -similarity))[:k]
        return user[order], similarity[order]

    def scores(self, profile: FoldIn, *, exclude_user: int | None = None) -> Single:
        """As `UserNeighbours.scores`, float32 (n_items,)."""
        if not self._ratings.changed:
            return self._fitted.scores(profile.within(self.n_items), exclude_user=exclude_user)[
                : self.n_items
            ]
        return self._votes(profile, exclude_user)[1].scores(self.n_items).astype(np.float32)

    def explain(
        self, profile: FoldIn, items: Indices, *, exclude_user: int | None = None
    ) -> Sequence[Evidence]:
        """As `UserNeighbours.explain`."""
        known = self._known(items)
        if not self._ratings.changed:
            return self._fitted.explain(profile.within(self.n_items), known, exclude_user=exclude_user)
        user, votes = self._votes(profile, exclude_user)
        evidence = told(self._space, votes, self._space.person(profile), known, profile=profile)
        return replace(evidence, user=user[evidence.user])

    def _unchanged(self, profile: FoldIn, k: int, exclude_user: int | None) -> tuple[Indices, Double]:
        ratings = self._ratings
        if exclude_user is not None and exclude_user >= ratings.base.shape[0]:
            exclude_user = None
        touched = ratings.touched
        user, similarity = self._fitted.neighbours(profile, k=k + len(touched), exclude_user=exclude_user)
        left = np.flatnonzero(~np.isin(user, touched))[:k]
        return user[left], similarity[left]

    def _changed(self, profile: FoldIn, exclude_user: int | None) -> tuple[Indices, Double]:
        touched = self._ratings.touched
        similarity = self._space.similarity(self._space.person(profile), exclude_user=None)
        near = np.flatnonzero(similarity)
        if exclude_user is not None:
            near = near[touched[near] != exclude_user]
        return touched[near], similarity[near].astype(np.float64)

    def _votes(self, profile: FoldIn, exclude_user: int | None) -> tuple[Indices, Votes]:
        """The neighbours, (k,), and what they say, in which they are numbered 0 to k - 1."""
        user, similarity = self.neighbours(profile, exclude_user=exclude_user)
        by_user = _by_user(self._ratings.rows(user), like_at=self._scale.like_at)
        place = np.arange(len(user), dtype=np.int32)
        return user, Votes(self.config, by_user, place, similarity, self._mean, self._scale)

    @cached_property
    def _space(self) -> Space:
        """The vectors of the users that changed."""
        after = self._ratings.after
        by_item = Lines.by_item(after, like_at=self._scale.like_at)
        by_user, entries = by_item.across(after.shape[0]), self._fitted.entries
        return Space.fit(self.config, by_item, by_user, scale=self._scale, entries=entries)

    @cached_property
    def _mean(self) -> float:
        """Of all ratings."""
        ratings, scale = self._ratings, self._scale
        count = ratings.base.nnz - ratings.before.nnz + ratings.after.nnz
        total = (
            self._total - ratings.before.data.sum(dtype=np.float64) + ratings.after.data.sum(dtype=np.float64)
        )
        return float(total / count) if count else (scale.low + scale.high) / 2


def _by_user(rows: Matrix, *, like_at: float) -> Lines:
    half = 2 * np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr)) + (rows.data < like_at)
    order = np.argsort(half, kind="stable")
    start = np.concatenate(([0], np.cumsum(np.bincount(half, minlength=2 * rows.shape[0]))))
    return Lines(start, rows.indices[order], rows.data[order])
