"""What every model of this room can do."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Self, TypeVar

import numpy as np

from catalog import Progress, RatingScale
from cf_engine.arrays import Double, Indices, Matrix, Single
from cf_engine.evidence import Evidence
from cf_engine.profile import FoldIn
from cf_engine.selection import best

State = TypeVar("State")


def fitted(state: State | None) -> State:
    """The state of a model. Raises RuntimeError while there is none."""
    if state is None:
        raise RuntimeError("fit or load the model before using it")
    return state


class Recommender(ABC):
    """What answers for one person, over a rating matrix (users, items) whose entries are ratings on one scale.

    Scores order items for one person and mean nothing across people. With an empty profile nothing is
    known of the person: a model of neighbours scores every item zero, `recommend` falls to its tie rule,
    and a caller does better with `Popularity`.
    """

    @property
    @abstractmethod
    def n_items(self) -> int:
        """Items the model was fitted on. Raises RuntimeError before `fit`."""

    @abstractmethod
    def scores(self, profile: FoldIn, *, exclude_user: int | None = None) -> Single:
        """A score for every item, shape (n_items,), the profile's own items included.

        `exclude_user` is the row of the person in the fitted matrix, who is then not their own neighbour.
        """

    @abstractmethod
    def explain(
        self, profile: FoldIn, items: Indices, *, exclude_user: int | None = None
    ) -> Sequence[Evidence]:
        """Where the score of each of the items came from. Raises ValueError for an index that is no item."""

    def evidence(self, profile: FoldIn, item_index: int, *, exclude_user: int | None = None) -> Evidence:
        """Where the score of one item came from."""
        return self.explain(profile, np.array([item_index], np.int32), exclude_user=exclude_user)[0]

    def recommend(
        self,
        profile: FoldIn,
        *,
        n: int,
        exclude: Collection[int] = (),
        exclude_user: int | None = None,
    ) -> tuple[Indices, Single]:
        """The n best items and their scores, best first, ties by item index.

        Left out are the profile's own items and those in `exclude`; exactly n come back when so many are
        left, whatever their scores. Raises ValueError for an excluded index that is no item.
        """
        barred = self._barred(exclude)
        found = self._top(profile, n=n, barred=barred, exclude_user=exclude_user)
        if found is not None:
            return found
        score = self.scores(profile, exclude_user=exclude_user)
        left_open = np.ones(len(score), dtype=np.bool_)
        left_open[barred] = False
        left_open[profile.item_index] = False
        left = np.flatnonzero(left_open)
        chosen = left[best(score[left], n)].astype(np.int32)
        return chosen, score[chosen]

    def _top(
        self,
        profile: FoldIn,  # noqa: ARG002
        *,
        n: int,  # noqa: ARG002
        barred: Indices,  # noqa: ARG002
        exclude_user: int | None,  # noqa: ARG002
    ) -> tuple[Indices, Single] | None:
        """What `recommend` returns, where a model finds it without scoring every item; None where it does not,
        or fewer than n items that are left have a score above zero."""
        return None

    def _barred(self, exclude: Collection[int]) -> Indices:
        barred = np.fromiter(exclude, dtype=np.int32, count=len(exclude))
        if len(barred) and not 0 <= barred.min() <= barred.max() < self.n_items:
            raise ValueError(f"an excluded index is outside the {self.n_items} items of the model")
        return barred

    def _known(self, items: Indices) -> Indices:
        """The items as an array. Raises ValueError when one of them is no item of the model."""
        wanted = np.asarray(items, dtype=np.int32)
        if len(wanted) and not 0 <= wanted.min() <= wanted.max() < self.n_items:
            strange = int(wanted[(wanted < 0) | (wanted >= self.n_items)][0])
            raise ValueError(f"there is no item {strange}; the model has {self.n_items} items")
        return wanted


class Model(Recommender):
    """A recommender that is fitted once, and saved."""

    @abstractmethod
    def fit(self, matrix: Matrix, *, scale: RatingScale, progress: Progress | None = None) -> Self:
        """Learn from ratings; `scale` says from where on a rating is a like, and up to where a dislike."""

    @abstractmethod
    def save(self, path: Path) -> None:
        """Write a folder of plain arrays, whole or not at all; readers of an older one go on with it."""

    @classmethod
    @abstractmethod
    def load(cls, path: Path) -> Self:
        """Open what `save` wrote, its arrays mapped into memory and shared between processes.

        Raises catalog.DataError for a missing, damaged or foreign folder.
        """


class RatingModel(Model):
    """A model that also expects what a person would rate an item."""

    @abstractmethod
    def predict(self, profile: FoldIn, item_index: Indices, *, exclude_user: int | None = None) -> Double:
        """Expected ratings of the items, float64 (len(item_index),), within the scale of the data."""
