"""Items where a random walk from the profile ends: item, user, item."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, PositiveFloat, PositiveInt
from scipy import sparse

from catalog import DataError, Progress, RatingScale
from cf_engine import storage
from cf_engine.arrays import Indices, Matrix, Single, checked, compressed
from cf_engine.evidence import Shares
from cf_engine.item_lists import ItemLists
from cf_engine.model import Model
from cf_engine.nearest import NeighbourTable
from cf_engine.profile import FoldIn
from cf_engine.weighting import degrees, weighted

BLOCK_PAIRS = 1 << 22
"""Largest number of pairs of items held at once."""


class RandomWalkConfig(BaseModel):
    """How the walk goes, and what the items of a profile weigh."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    vectors: Literal["likes", "rated"] = "likes"
    """Which ratings are edges between users and items."""
    alpha: NonNegativeFloat = 1.0
    """The probability of each step is raised to this."""
    beta: NonNegativeFloat = 0.4
    """Where the walk ends counts less by this power of how many users have the item."""
    k: PositiveInt = 100
    """Ends kept per item: the most probable, ties by item index."""
    neutral_weight: float = Field(default=0.5, ge=0, le=1)
    """What an item weighs that was neither liked (1) nor disliked."""
    dislike_weight: float = Field(default=-0.25, ge=-1, le=1)
    """What a disliked item weighs."""
    recency: PositiveFloat | None = None
    """An item of the profile weighs half for every so many rated later; None: time does not count."""


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    lists: ItemLists
    scale: RatingScale


class RandomWalk(Model):
    """RP3beta (Paudel et al., Updatable, Accurate, Diverse, and Scalable Recommendations, TiiS 2016).

    The walk goes from an item of the profile to one of its users and on to one of their items; `beta`
    holds down where everything leads.
    """

    def __init__(self, config: RandomWalkConfig | None = None) -> None:
        self.config = config or RandomWalkConfig()
        self._fitted: _Fitted | None = None

    def fit(self, matrix: Matrix, *, scale: RatingScale, progress: Progress | None = None) -> Self:
        edges = weighted(checked(matrix), self.config.vectors, scale=scale)
        self._fitted = _Fitted(ItemLists(self._walked(edges, progress)), scale)
        return self

    @property
    def n_items(self) -> int:
        return len(self._state.lists.table)

    def scores(self, profile: FoldIn, *, exclude_user: int | None = None) -> Single:  # noqa: ARG002
        """Where the walk ends, float32 (n_items,)."""
        item, score = self._state.lists.reached(*self._own(profile))
        found = np.zeros(self.n_items, np.float32)
        found[item] = score
        return found

    def explain(
        self,
        profile: FoldIn,
        items: Indices,
        *,
        exclude_user: int | None = None,  # noqa: ARG002
    ) -> Shares:
        """The score of each by the item of the profile where the walk began."""
        return self._state.lists.shares(*self._own(profile), self._known(items))

    def save(self, path: Path) -> None:
        state, table = self._state, self._state.lists.table
        arrays = {"item": table.item, "value": table.value}
        config = self.config.model_dump_json()
        storage.write(path, "random-walk", config=config, scale=state.scale, arrays=arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        config, scale, arrays = storage.read(path, "random-walk")
        try:
            model = cls(RandomWalkConfig.model_validate_json(config))
            table = NeighbourTable(arrays["item"], arrays["value"])
            model._fitted = _Fitted(ItemLists(table), scale)
        except (KeyError, ValueError, TypeError) as error:
            raise DataError("the saved model is damaged; build it again", file=path) from error
        return model

    def _walked(self, edges: Matrix, progress: Progress | None) -> NeighbourTable:
        config, n_items = self.config, edges.shape[1]
        of_user = np.diff(edges.indptr).astype(np.float64).clip(1) ** -config.alpha
        n_users_of = np.bincount(edges.indices, minlength=n_items).astype(np.float64).clip(1)
        owner = np.repeat(np.arange(edges.shape[0]), np.diff(edges.indptr))
        where, shape = (edges.indices, edges.indptr), edges.shape
        there = compressed(n_users_of[edges.indices] ** -config.alpha, *where, shape=shape)
        back = compressed(of_user[owner] * n_users_of[edges.indices] ** -config.beta, *where, shape=shape)
        start = sparse.csr_array(there.T)
        table = NeighbourTable.empty(n_items, config.k)
        size = max(1, BLOCK_PAIRS // max(1, n_items))
        for first in range(0, n_items, size):
            ends = sparse.coo_array(start[first : first + size] @ back)
            item = ends.row.astype(np.int32) + first
            other = ends.col.astype(np.int32)
            away = item != other
            table.offer(item[away], other[away], ends.data[away])
            if progress is not None:
                progress("random walk", min(first + size, n_items), n_items)
        return table

    def _top(
        self,
        profile: FoldIn,
        *,
        n: int,
        barred: Indices,
        exclude_user: int | None,  # noqa: ARG002
    ) -> tuple[Indices, Single] | None:
        return self._state.lists.top(*self._own(profile), barred=barred, n=n)

    def _own(self, profile: FoldIn) -> tuple[Indices, Single]:
        """The profile's items and what each weighs."""
        config, scale = self.config, self._state.scale
        degree = degrees(profile.rating, scale, neutral=config.neutral_weight, dislike=config.dislike_weight)
        return profile.within(self.n_items).item_index, degree * profile.recency(config.recency)

    @property
    def _state(self) -> _Fitted:
        if self._fitted is None:
            raise RuntimeError("fit or load the model before using it")
        return self._fitted
