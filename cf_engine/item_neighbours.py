"""Items that the same people like."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, PositiveInt

from catalog import DataError, Progress, RatingScale
from cf_engine import storage
from cf_engine.arrays import Double, Indices, Matrix, Single, checked, entries, totals
from cf_engine.evidence import Evidence
from cf_engine.item_similarity import deviations, likes, nearest_items
from cf_engine.model import RatingModel
from cf_engine.prediction import weighted_average
from cf_engine.profile import FoldIn


class ItemNeighboursConfig(BaseModel):
    """How the neighbours of an item are found and what the items of a profile weigh."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    similarity: Literal["cosine", "adjusted"] = "cosine"
    """cosine: between who liked the items. adjusted: between deviations from each user's mean rating."""
    k: PositiveInt = 100
    """Neighbours kept per item: the most similar, ties by item index."""
    shrinkage: NonNegativeFloat = 10.0
    """A similarity over c shared users is multiplied by c / (c + shrinkage)."""
    min_overlap: PositiveInt = 1
    """Fewer shared users than this are no similarity."""
    mean_centring: bool = True
    """Predict a rating as the item's mean plus the average deviation of the person's similar items."""
    neutral_weight: float = Field(default=0.5, ge=0, le=1)
    """What an item weighs that was neither liked (1) nor disliked."""
    dislike_weight: float = Field(default=-0.25, ge=-1, le=0)
    """What a disliked item weighs: never above zero, so that it cannot raise what is like it."""


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    similar: Matrix
    item_mean: Single
    overall_mean: float
    scale: RatingScale


class ItemNeighbours(RatingModel):
    """Neighbours among the items, found once.

    An item's score is the sum, over the profile's items that have it among their k neighbours, of what
    that item weighs times the similarity. The similarities are over everyone, a known person included, so
    `exclude_user` changes nothing.
    """

    def __init__(self, config: ItemNeighboursConfig | None = None) -> None:
        self.config = config or ItemNeighboursConfig()
        self._fitted: _Fitted | None = None

    def fit(self, matrix: Matrix, *, scale: RatingScale, progress: Progress | None = None) -> Self:
        rows, config = checked(matrix), self.config
        vectors = likes(rows, like_at=scale.like_at) if config.similarity == "cosine" else deviations(rows)
        similar = nearest_items(
            vectors, k=config.k, shrinkage=config.shrinkage, min_overlap=config.min_overlap, progress=progress
        )
        overall = float(rows.data.mean(dtype=np.float64)) if rows.nnz else (scale.low + scale.high) / 2
        count = np.bincount(rows.indices, minlength=rows.shape[1])
        total = totals(rows.indices, rows.data, length=rows.shape[1])
        item_mean = np.where(count > 0, total / np.maximum(count, 1), overall).astype(np.float32)
        self._fitted = _Fitted(similar, item_mean, overall, scale)
        return self

    @property
    def n_items(self) -> int:
        return self._state.similar.shape[1]

    def scores(self, profile: FoldIn, *, exclude_user: int | None = None) -> Single:  # noqa: ARG002
        """Weighted similarity to the profile's items, float32 (n_items,), below zero for what is disliked."""
        position, item, similarity = self._pairs(profile)
        part = self._weights(profile)[position] * similarity
        return totals(item, part, length=self.n_items).astype(np.float32)

    def predict(
        self,
        profile: FoldIn,
        item_index: Indices,
        *,
        exclude_user: int | None = None,  # noqa: ARG002
    ) -> Double:
        """Expected ratings of the items, float64 (len(item_index),), within the scale of the data.

        The weighted average over the profile's items that have the item among their neighbours. Where
        there is none: the person's mean, or with an empty profile the mean of all ratings.
        """
        state = self._state
        position, item, similarity = self._pairs(profile)
        own_mean = float(profile.rating.mean()) if len(profile) else state.overall_mean
        shift = state.item_mean if self.config.mean_centring else np.zeros_like(state.item_mean)
        expected = np.empty(len(item_index), np.float64)
        for place, wanted in enumerate(item_index):
            here = item == wanted
            rated = position[here]
            deviation = profile.rating[rated] - shift[profile.item_index[rated]]
            average = weighted_average(similarity[here], deviation)
            expected[place] = own_mean if np.isnan(average) else shift[wanted] + average
        return np.clip(expected, state.scale.low, state.scale.high)

    def explain(
        self,
        profile: FoldIn,
        items: Indices,
        *,
        exclude_user: int | None = None,  # noqa: ARG002
    ) -> tuple[Evidence, ...]:
        """The score of each by item of the profile; there are no neighbours, since nobody was compared."""
        position, item, similarity = self._pairs(profile)
        part = self._weights(profile)[position] * similarity
        return tuple(
            self._evidence(profile, wanted, position[item == wanted], part[item == wanted])
            for wanted in self._known(items).tolist()
        )

    def _evidence(self, profile: FoldIn, item: int, position: Indices, part: Double) -> Evidence:
        by_item = totals(position, part, length=len(profile))
        return Evidence(item, float(by_item.sum()), profile.item_index, by_item)

    def save(self, path: Path) -> None:
        state = self._state
        arrays = storage.sparse_arrays(state.similar) | {
            "item_mean": state.item_mean,
            "overall_mean": np.array(state.overall_mean),
        }
        config = self.config.model_dump_json()
        storage.write(path, "item-neighbours", config=config, scale=state.scale, arrays=arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        config, scale, arrays = storage.read(path, "item-neighbours")
        try:
            model = cls(ItemNeighboursConfig.model_validate_json(config))
            similar = storage.sparse_matrix(arrays)
            item_mean = arrays["item_mean"].astype(np.float32).reshape(similar.shape[1])
            model._fitted = _Fitted(similar, item_mean, float(arrays["overall_mean"]), scale)
        except (KeyError, ValueError, TypeError) as error:
            raise DataError("the saved model is damaged; build it again", file=path) from error
        return model

    def _pairs(self, profile: FoldIn) -> tuple[Indices, Indices, Single]:
        """Position in the profile, item, similarity: every neighbour of every item of the profile."""
        position, item, similarity = entries(self._state.similar, profile.within(self.n_items).item_index)
        return position.astype(np.int32), item, similarity

    def _weights(self, profile: FoldIn) -> Double:
        scale, config = self._state.scale, self.config
        disliked = np.where(profile.rating <= scale.dislike_at, config.dislike_weight, config.neutral_weight)
        return np.where(profile.rating >= scale.like_at, 1.0, disliked)

    @property
    def _state(self) -> _Fitted:
        if self._fitted is None:
            raise RuntimeError("fit or load the model before using it")
        return self._fitted
