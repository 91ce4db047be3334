"""What every model of this room can do."""

from abc import ABC, abstractmethod
from collections.abc import Collection
from pathlib import Path
from typing import Self

import numpy as np

from catalog import RatingScale
from cf_engine.arrays import Indices, Matrix, Single
from cf_engine.profile import FoldIn
from cf_engine.selection import best


class Model(ABC):
    """A recommender over a rating matrix (users, items) whose entries are ratings on one scale.

    Scores order items for one person and mean nothing across people. With an empty profile nothing is
    known of the person: a model of neighbours scores every item zero, `recommend` falls to its tie rule,
    and a caller does better with `Popularity`.
    """

    @abstractmethod
    def fit(self, matrix: Matrix, *, scale: RatingScale) -> Self:
        """Learn from ratings; `scale` says from where on a rating is a like, and up to where a dislike."""

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
    def save(self, path: Path) -> None:
        """Write one `.npz` file without pickle, whole or not at all."""

    @classmethod
    @abstractmethod
    def load(cls, path: Path) -> Self:
        """Read what `save` wrote. Raises catalog.DataError for a missing, damaged or foreign file."""

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
        score = self.scores(profile, exclude_user=exclude_user)
        barred = np.fromiter(exclude, dtype=np.int64, count=len(exclude))
        if len(barred) and not 0 <= barred.min() <= barred.max() < len(score):
            raise ValueError(f"an excluded index is outside the {len(score)} items of the model")
        open_to_choice = np.ones(len(score), dtype=np.bool_)
        open_to_choice[barred] = False
        open_to_choice[profile.item_index] = False
        left = np.flatnonzero(open_to_choice)
        chosen = left[best(score[left], n)].astype(np.int32)
        return chosen, score[chosen]
