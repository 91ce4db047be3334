"""How many users liked each item."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from catalog import DataError, Progress, RatingScale
from cf_engine import storage
from cf_engine.arrays import Indices, Matrix, Single, checked
from cf_engine.evidence import NOBODY, NOTHING, Evidence
from cf_engine.model import Model, fitted
from cf_engine.profile import FoldIn


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    likes: Single
    scale: RatingScale


class Popularity(Model):
    """The count of likes per item, the same for everyone; what to fall back on for an empty profile.

    Only likes count: what many watched and few enjoyed is not recommended.
    """

    _fitted: _Fitted | None = None

    def fit(self, matrix: Matrix, *, scale: RatingScale, progress: Progress | None = None) -> Self:  # noqa: ARG002
        rows = checked(matrix)
        liked = rows.indices[rows.data >= scale.like_at]
        likes = np.bincount(liked, minlength=rows.shape[1]).astype(np.float32)
        self._fitted = _Fitted(likes, scale)
        return self

    @classmethod
    def counted(cls, likes: Single, *, scale: RatingScale) -> Self:
        """Of likes per item, (n_items,), that were counted elsewhere."""
        model = cls()
        model._fitted = _Fitted(likes, scale)
        return model

    @property
    def n_items(self) -> int:
        return len(self._state.likes)

    def scores(self, profile: FoldIn, *, exclude_user: int | None = None) -> Single:  # noqa: ARG002
        """Likes of every item, float32 (n_items,). One person's own like is not taken out."""
        profile.within(self.n_items)
        return self._state.likes.copy()

    def explain(
        self, profile: FoldIn, items: Indices, *, exclude_user: int | None = None
    ) -> tuple[Evidence, ...]:
        """All of it is the base: nobody's part is larger than another's."""
        score = self.scores(profile, exclude_user=exclude_user)
        parts = [(item, float(score[item])) for item in self._known(items).tolist()]
        return tuple(Evidence(item, amount, NOBODY, NOTHING, base=amount) for item, amount in parts)

    def save(self, path: Path) -> None:
        state = self._state
        storage.write(path, "popularity", config="{}", scale=state.scale, arrays={"likes": state.likes})

    @classmethod
    def load(cls, path: Path) -> Self:
        _, scale, arrays = storage.read(path, "popularity")
        if set(arrays) != {"likes"}:
            raise DataError("the saved model is damaged; build it again", file=path)
        return cls.counted(arrays["likes"].astype(np.float32, copy=False), scale=scale)

    @property
    def _state(self) -> _Fitted:
        return fitted(self._fitted)
