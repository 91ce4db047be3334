"""Who rated what: ratings of a known scale, or implicit feedback."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from catalog.errors import DataError

Rows = tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64] | None]


@dataclass(frozen=True)
class RatingScale:
    """The range of the ratings; `implicit` when a row only says that something happened."""

    low: float
    high: float
    implicit: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low < self.high):
            raise DataError(
                "A rating scale needs two finite ends, the lower one first.", value=(self.low, self.high)
            )

    @property
    def like_at(self) -> float:
        """From this rating on a person likes the item: three quarters up the scale."""
        return self.low + 0.75 * (self.high - self.low)

    @property
    def dislike_at(self) -> float:
        """Up to this rating a person dislikes the item: one third up the scale."""
        return self.low + (self.high - self.low) / 3

    @classmethod
    def of(cls, rating: NDArray[np.float32]) -> "RatingScale":
        """The scale read from the ratings; a single positive value throughout is implicit."""
        if not rating.size:
            return IMPLICIT
        low, high = float(rating.min()), float(rating.max())
        if low < high:
            return cls(low, high)
        return cls(min(low, 0.0), high if high > 0 else max(low, 0.0) + 1.0, implicit=high > 0)


IMPLICIT = RatingScale(0.0, 1.0, implicit=True)


@dataclass(frozen=True, eq=False)
class Interactions:
    """Rows (user, item, rating, time), sorted by user, each pair of user and item once.

    `user_index` and `item_index` are int32 of shape (n,), `rating` float32 (n,), `timestamp`
    int64 (n,) in seconds since 1970 UTC, or None when the data have no times. `user_ids[u]`
    is the external id of the user with index u. `attributes` holds further columns, each of
    n texts. `Interactions.of` makes one from rows in any order.
    """

    user_ids: tuple[str, ...]
    user_index: NDArray[np.int32]
    item_index: NDArray[np.int32]
    rating: NDArray[np.float32]
    timestamp: NDArray[np.int64] | None
    scale: RatingScale
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        users: Sequence[str],
        item_index: ArrayLike,
        *,
        rating: ArrayLike | None = None,
        timestamp: ArrayLike | None = None,
        scale: RatingScale | None = None,
        attributes: Mapping[str, Sequence[str]] | None = None,
    ) -> "Interactions":
        """From one entry a row; `users` are ids, indexed in order of first appearance.

        Without `rating` the feedback is implicit (1.0), without `scale` the scale is read from
        the ratings. Of a repeated pair the latest row stays: by time, then by position.
        Raises DataError for a rating that is not finite or outside the scale.
        """
        ids = {user: index for index, user in enumerate(dict.fromkeys(users))}
        user = np.fromiter((ids[user] for user in users), np.int32, len(users))
        item = np.asarray(item_index, dtype=np.int32)
        time = None if timestamp is None else np.asarray(timestamp, dtype=np.int64)
        if rating is None:
            values, scale = np.ones(len(users), np.float32), scale or IMPLICIT
        else:
            values = np.asarray(rating, dtype=np.float32)
        scale = scale or RatingScale.of(values)
        _check_ratings(values, scale)
        rows = _latest_rows(user, item, time)
        columns = {name: tuple(column[row] for row in rows) for name, column in (attributes or {}).items()}
        return cls(
            tuple(ids),
            user[rows],
            item[rows],
            values[rows],
            None if time is None else time[rows],
            scale,
            columns,
        )

    def __len__(self) -> int:
        return len(self.item_index)

    @cached_property
    def _user_rows(self) -> dict[str, int]:
        return {user_id: index for index, user_id in enumerate(self.user_ids)}

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        """Shape (users + 1,): the rows of user u are _starts[u] to _starts[u + 1]."""
        return np.searchsorted(self.user_index, np.arange(len(self.user_ids) + 1))

    def user_index_of(self, user_id: str) -> int | None:
        """The index of a user, None for someone who is not in the data."""
        return self._user_rows.get(user_id)

    def of_user(self, user_id: str) -> Rows:
        """Item indices, ratings and times of one user; empty for someone not in the data."""
        user = self.user_index_of(user_id)
        rows = slice(0, 0) if user is None else slice(self._starts[user], self._starts[user + 1])
        time = None if self.timestamp is None else self.timestamp[rows]
        return self.item_index[rows], self.rating[rows], time

    def matrix(self, n_items: int) -> csr_array:
        """Ratings as float32 of shape (users, n_items), indices sorted.

        A rating of 0 is a stored entry: "not rated" is the absence of one.
        """
        shape = (len(self.user_ids), n_items)
        parts = (self.rating.copy(), self.item_index.copy(), self._starts.astype(np.int32))
        matrix = csr_array(parts, shape=shape)
        matrix.sort_indices()
        return matrix

    def subset(self, rows: NDArray[np.intp]) -> "Interactions":
        """Some of the rows, in their order; users and scale stay as they are, even of a user without rows."""
        time = self.timestamp
        return replace(
            self,
            user_index=self.user_index[rows],
            item_index=self.item_index[rows],
            rating=self.rating[rows],
            timestamp=None if time is None else time[rows],
            attributes={name: tuple(column[row] for row in rows) for name, column in self.attributes.items()},
        )

    def with_added(self, added: "Interactions") -> "Interactions":
        """These rows and the added ones, on this scale; of a repeated pair the latest stays.

        Known users keep their indices. Added rows without a time take the latest time of these
        data; where these have no times, the added times are left out.
        """
        _check_ratings(added.rating, self.scale)
        place = dict(self._user_rows)
        theirs = np.array([place.setdefault(user, len(place)) for user in added.user_ids], np.int32)
        user = np.concatenate([self.user_index, theirs[added.user_index]])
        item = np.concatenate([self.item_index, added.item_index])
        rating, time = np.concatenate([self.rating, added.rating]), self._joined_times(added)
        names = dict.fromkeys([*self.attributes, *added.attributes])
        columns = {name: self._column(name) + added._column(name) for name in names}
        both = Interactions(tuple(place), user, item, rating, time, self.scale, columns)
        touched = np.isin(user, theirs)
        changed, others = np.flatnonzero(touched), np.flatnonzero(~touched)
        latest = _latest_rows(user[changed], item[changed], None if time is None else time[changed])
        rows = np.concatenate([others, changed[latest]])
        return both.subset(rows[np.argsort(user[rows], kind="stable")])

    def _column(self, name: str) -> tuple[str, ...]:
        return self.attributes.get(name, ("",) * len(self))

    def _joined_times(self, added: "Interactions") -> NDArray[np.int64] | None:
        if self.timestamp is None:
            return added.timestamp if not len(self) else None
        time = added.timestamp
        if time is None:
            time = np.full(len(added), self.timestamp.max(initial=0))
        return np.concatenate([self.timestamp, time])


def _check_ratings(rating: NDArray[np.float32], scale: RatingScale) -> None:
    wrong = ~((rating >= scale.low) & (rating <= scale.high))
    if wrong.any():
        raise DataError(
            f"A rating lies outside the scale {scale.low:g} to {scale.high:g}.",
            column="rating",
            value=float(rating[wrong][0]),
        )


def _latest_rows(
    user: NDArray[np.int32], item: NDArray[np.int32], time: NDArray[np.int64] | None
) -> NDArray[np.intp]:
    """Row numbers to keep: sorted by user, in their order, of each pair the latest."""
    keys = (item, user) if time is None else (time, item, user)
    order = np.lexsort(keys)
    u, i = user[order], item[order]
    last = np.ones(len(order), bool)
    last[:-1] = (u[1:] != u[:-1]) | (i[1:] != i[:-1])
    kept = np.sort(order[last])
    return kept[np.argsort(user[kept], kind="stable")]
