"""Items that the same people like."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    model_validator,
)
from scipy import sparse

from catalog import Progress, RatingScale
from cf_engine import storage
from cf_engine.arrays import Double, Indices, Matrix, Single, checked, counts, totals
from cf_engine.item_lists import ItemLists, ListedModel
from cf_engine.model import RatingModel, fitted
from cf_engine.nearest import Accelerator, Damping, Kind, NeighbourTable, Similarity, nearest
from cf_engine.profile import FoldIn
from cf_engine.weighting import ProfileWeights, weighted


class ItemNeighboursConfig(ProfileWeights):
    """How the neighbours of an item are found and what the items of a profile weigh."""

    similarity: Literal["cosine", "jaccard", "adjusted", "pearson"] = "cosine"
    """cosine: between the items' vectors. jaccard: users of both over users of either. adjusted: cosine
    between deviations from each user's mean rating (Sarwar et al. 2001). pearson: over the users of both."""
    vectors: Literal["likes", "rated", "ratings", "tf-idf", "bm25"] = "likes"
    """What an entry counts in cosine; jaccard takes likes or rated, the others always ratings."""
    k: PositiveInt = 100
    """Neighbours kept per item: the most similar, ties by item index."""
    shrinkage: NonNegativeFloat = 10.0
    """A similarity over c shared users is multiplied by c / (c + shrinkage)."""
    significance: NonNegativeInt = 0
    """A similarity over c shared users is multiplied by min(c, significance) / significance; 0: it is not."""
    min_overlap: PositiveInt = 1
    """Fewer shared users than this are no similarity."""
    power: PositiveFloat = 1.0
    """Similarities count raised to this (case amplification, Breese et al. 1998)."""
    mean_centring: bool = True
    """Predict a rating as the item's mean plus the average deviation of the person's similar items."""

    @model_validator(mode="after")
    def _has_vectors(self) -> Self:
        if self.similarity == "jaccard" and self.vectors not in {"likes", "rated"}:
            raise ValueError(f"jaccard compares who likes or rated items, not {self.vectors}")
        return self


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    lists: ItemLists
    item_mean: Single
    overall_mean: float
    scale: RatingScale


class ItemNeighbours(ListedModel, RatingModel):
    """Neighbours among the items, found once.

    An item's score is the sum, over the profile's items that have it among their k neighbours, of what
    that item weighs times the similarity. The similarities are over everyone, a known person included, so
    `exclude_user` changes nothing.
    """

    def __init__(self, config: ItemNeighboursConfig | None = None) -> None:
        self.config = config or ItemNeighboursConfig()
        self._fitted: _Fitted | None = None

    def fit(
        self,
        matrix: Matrix,
        *,
        scale: RatingScale,
        progress: Progress | None = None,
        accelerator: Accelerator = "auto",
    ) -> Self:
        """Whatever the accelerator, the neighbours are the same."""
        rows = checked(matrix)
        table = self._nearest(rows, scale, accelerator, progress)
        overall = float(rows.data.mean(dtype=np.float64)) if rows.nnz else (scale.low + scale.high) / 2
        count = counts(rows.indices, length=rows.shape[1])
        total = totals(rows.indices, rows.data, length=rows.shape[1])
        item_mean = np.where(count > 0, total / np.maximum(count, 1), overall).astype(np.float32)
        self._fitted = _Fitted(ItemLists(table), item_mean, overall, scale)
        return self

    @property
    def lists(self) -> ItemLists:
        return self._state.lists

    @property
    def table(self) -> NeighbourTable:
        """Every item's neighbours, best first."""
        return self.lists.table

    def recommend_many(self, matrix: Matrix, *, n: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The n best for every row of a rating matrix (people, items): items and scores, (people, n).

        A person's rated items are left out. Where fewer than n items have a score above zero, the rest is
        item -1 and score 0. Time is not known here, so recency does not count.
        """
        rows = checked(matrix)
        if rows.shape[1] != self.n_items:
            raise ValueError(f"the ratings are of {rows.shape[1]} items; the model has {self.n_items}")
        weights = sparse.csr_array(
            (self.config.degrees(rows.data, self._state.scale), rows.indices, rows.indptr), shape=rows.shape
        )
        return self._state.lists.top_many(cast(Matrix, weights), n=n)

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
        state, known = self._state, profile.within(self.n_items).item_index
        wanted = self._known(item_index)
        own_mean = float(profile.rating.mean()) if len(profile) else state.overall_mean
        shift = state.item_mean if self.config.mean_centring else np.zeros_like(state.item_mean)
        similarity = state.lists.shares(known, np.ones(len(known), np.float32), wanted).own_amount
        total = similarity.sum(axis=1)
        deviation = similarity @ (profile.rating - shift[known]).astype(np.float64)
        expected = np.full(len(wanted), own_mean)
        np.divide(deviation, total, out=expected, where=total > 0)
        expected[total > 0] += shift[wanted][total > 0]
        return expected.clip(state.scale.low, state.scale.high)

    def save(self, path: Path) -> None:
        state, table = self._state, self._state.lists.table
        arrays = {
            "item": table.item,
            "value": table.value,
            "item_mean": state.item_mean,
            "overall_mean": np.array(state.overall_mean),
        }
        config = self.config.model_dump_json()
        storage.write(path, "item-neighbours", config=config, scale=state.scale, arrays=arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        config, scale, arrays = storage.read(path, "item-neighbours")
        with storage.intact(path):
            model = cls(ItemNeighboursConfig.model_validate_json(config))
            lists = ItemLists(NeighbourTable(arrays["item"], arrays["value"]))
            item_mean = arrays["item_mean"].reshape(len(lists.table))
            model._fitted = _Fitted(lists, item_mean, float(arrays["overall_mean"]), scale)
        return model

    def _nearest(
        self, rows: Matrix, scale: RatingScale, accelerator: Accelerator, progress: Progress | None
    ) -> NeighbourTable:
        config = self.config
        damping = Damping(config.shrinkage, config.significance, config.min_overlap)
        kind, vectors = _compared(rows, config, scale)
        table = nearest(
            vectors, Similarity(kind, damping), k=config.k, accelerator=accelerator, progress=progress
        )
        if config.power == 1:
            return table
        return NeighbourTable(table.item, table.value ** np.float32(config.power))

    def _lists(self, profile: FoldIn) -> tuple[ItemLists, Indices, Single]:
        state, own = self._state, profile.within(self.n_items).item_index
        return state.lists, own, self.config.of(profile, state.scale)

    @property
    def _state(self) -> _Fitted:
        return fitted(self._fitted)


def _compared(rows: Matrix, config: ItemNeighboursConfig, scale: RatingScale) -> tuple[Kind, Matrix]:
    """What is computed over which vectors."""
    if config.similarity == "pearson":
        return "pearson", rows
    if config.similarity == "adjusted":
        return "dot", _normalised(weighted(rows, "centred", scale=scale))
    vectors = rows if config.vectors == "rated" else weighted(rows, config.vectors, scale=scale)
    if config.vectors in {"likes", "rated"}:  # what is stored is not looked at
        return ("cosine-counts" if config.similarity == "cosine" else "jaccard-counts"), vectors
    return "dot", _normalised(vectors)


def _normalised(vectors: Matrix) -> Matrix:
    """Every column divided by its length."""
    length = np.sqrt(totals(vectors.indices, vectors.data.astype(np.float64) ** 2, length=vectors.shape[1]))
    inverse = np.divide(1.0, length, out=np.zeros_like(length), where=length > 0).astype(np.float32)
    value = vectors.data * inverse[vectors.indices]
    return cast(Matrix, sparse.csr_array((value, vectors.indices, vectors.indptr), shape=vectors.shape))
