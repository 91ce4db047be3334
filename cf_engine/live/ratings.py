"""The ratings of one moment: a matrix that stays, and whole rows in place of those that changed since."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple, Self, cast

import numpy as np
from scipy import sparse

from cf_engine.arrays import Indices, Matrix, Single


class Row(NamedTuple):
    """What one user rated, ascending by item."""

    item: Indices
    rating: Single


NO_ROW = Row(np.empty(0, np.int32), np.empty(0, np.float32))


@dataclass(frozen=True, eq=False)
class LiveRatings:
    """`base` is (base users, capacity); `changed` holds the rows of the users that rated since.

    Nothing in it changes: an update gives new ratings that share all they have in common with the old. The
    columns of `base` from `n_items` on are room for items to come.
    """

    base: Matrix
    n_items: int
    changed: Mapping[int, Row] = field(default_factory=dict)

    @cached_property
    def n_users(self) -> int:
        return max(self.base.shape[0], 1 + max(self.changed, default=-1))

    @property
    def capacity(self) -> int:
        return self.base.shape[1]

    def row(self, user: int) -> Row:
        """Empty for a user who never rated."""
        found = self.changed.get(user)
        return self._base_row(user) if found is None else found

    def rows(self, users: Indices) -> Matrix:
        """The users' rows one below the other, (len(users), capacity)."""
        return _stacked((self.row(user) for user in users.tolist()), width=self.capacity)

    def matrix(self) -> Matrix:
        """All ratings, (n_users, n_items)."""
        count = np.zeros(self.n_users, np.int64)
        count[: self.base.shape[0]] = np.diff(self.base.indptr)
        count[self.touched] = np.diff(self.after.indptr)
        parts = list(self._in_order())
        item = np.concatenate([part.item for part in parts])
        rating = np.concatenate([part.rating for part in parts])
        start = np.concatenate(([0], np.cumsum(count)))
        return cast(Matrix, sparse.csr_array((rating, item, start), shape=(self.n_users, self.n_items)))

    @cached_property
    def touched(self) -> Indices:
        """The users whose rows changed, ascending, (t,)."""
        return np.array(sorted(self.changed), np.int32)

    @cached_property
    def after(self) -> Matrix:
        """Their rows now, (t, capacity)."""
        return self.rows(self.touched)

    @cached_property
    def before(self) -> Matrix:
        """Their rows in the base, (t, capacity)."""
        return _stacked((self._base_row(user) for user in self.touched.tolist()), width=self.capacity)

    def rated(self, user_index: Indices, item_index: Indices, rating: Single) -> dict[int, Row]:
        """The rows that these ratings change; of a repeated pair the last counts."""
        changed: dict[int, Row] = {}
        for user in np.unique(user_index).tolist():
            own = user_index == user
            changed[user] = _joined(self.row(user), Row(item_index[own], rating[own]))
        return changed

    def with_rows(self, rows: Mapping[int, Row]) -> Self:
        return replace(self, changed={**self.changed, **rows})

    def with_items(self, n_items: int) -> Self:
        return replace(self, n_items=n_items)

    def since(self, earlier: Self) -> dict[int, Row]:
        """The rows that changed after `earlier`, which these ratings grew from."""
        return {user: row for user, row in self.changed.items() if earlier.changed.get(user) is not row}

    def _in_order(self) -> Iterator[Row]:
        """All rows in the order of the users, those of the base that stand together as one."""
        first, end = 0, self.base.shape[0]
        for user in self.touched.tolist():
            yield self._base_rows(first, min(user, end))
            yield self.changed[user]
            first = min(user + 1, end)
        yield self._base_rows(first, end)

    def _base_row(self, user: int) -> Row:
        return self._base_rows(user, user + 1) if user < self.base.shape[0] else NO_ROW

    def _base_rows(self, first: int, end: int) -> Row:
        base = self.base
        part = slice(base.indptr[first], base.indptr[end])
        return Row(base.indices[part], base.data[part])


def padded(matrix: Matrix, *, width: int) -> Matrix:
    """The matrix with empty columns behind its own, over the same memory."""
    shape = matrix.shape[0], width
    return cast(Matrix, sparse.csr_array((matrix.data, matrix.indices, matrix.indptr), shape=shape))


def _joined(old: Row, new: Row) -> Row:
    item = np.concatenate((new.item[::-1], old.item))
    _, latest = np.unique(item, return_index=True)
    return Row(item[latest], np.concatenate((new.rating[::-1], old.rating))[latest])


def _stacked(rows: Iterable[Row], *, width: int) -> Matrix:
    found = list(rows)
    start = np.concatenate(([0], np.cumsum([len(row.item) for row in found], dtype=np.int64)))
    item = np.concatenate([NO_ROW.item, *(row.item for row in found)])
    rating = np.concatenate([NO_ROW.rating, *(row.rating for row in found)])
    return cast(Matrix, sparse.csr_array((rating, item, start), shape=(len(found), width)))
