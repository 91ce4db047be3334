"""What a person would rate an item: the biases of both, moved by how they rated similar items."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, NonNegativeFloat, PositiveFloat, PositiveInt
from scipy import sparse

from catalog import Progress, RatingScale
from cf_engine import storage
from cf_engine.arrays import Double, Indices, Matrix, checked, totals
from cf_engine.bias import Bias
from cf_engine.evidence import Evidence
from cf_engine.model import fitted
from cf_engine.nearest import Accelerator, Damping, NeighbourTable, Similarity, nearest
from cf_engine.profile import FoldIn

SPREAD_PRIOR = 10.0
"""Ratings of average spread that a user counts as having besides when their own spread is found."""
CHUNK = 2048
"""Items predicted together."""


class ResidualNeighboursConfig(BaseModel):
    """How similar items are found and how far they move a prediction."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    user_damping: PositiveFloat = 5.0
    """Ratings without a deviation that a person counts as having besides, for their bias."""
    item_damping: PositiveFloat = 4.0
    """The same of an item."""
    k: PositiveInt = 400
    """Neighbours kept per item, of which those in the profile count: ties by item index."""
    shrinkage: NonNegativeFloat = 3.0
    """A similarity over c shared users is multiplied by c / (c + shrinkage)."""
    damping: PositiveFloat = 0.2
    """Similarity without a deviation that every item has besides: with little support it stays at the bias."""
    gain: PositiveFloat = 1.8
    """The damped average deviation counts this many times."""


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    bias: Bias
    table: NeighbourTable
    scale: RatingScale


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """Of n items the biases, (n,), their neighbours, (n, k), and how far each moves the rating, (n, k)."""

    base: Double
    near: Indices
    amount: Double


class ResidualNeighbours:
    """Predicts ratings from the deviations of a person's similar items; it is not made for ranking.

    Over the profile's items j that are neighbours of item i, each by its weight w,
    `bias(i) + gain * sum(s_ij w_j deviation_j) / (sum(s_ij w_j) + damping)`. A similarity is the cosine of
    the items' deviations from the biases, each divided by its user's spread, over all users of either item,
    times c / sqrt(n_i n_j): c of their n_i and n_j users have both. So those count who agree, and who many
    have in common. People outside the matrix are predicted alike, from their profile.
    """

    def __init__(self, config: ResidualNeighboursConfig | None = None) -> None:
        self.config = config or ResidualNeighboursConfig()
        self._fitted: _Fitted | None = None

    def fit(
        self,
        matrix: Matrix,
        *,
        scale: RatingScale,
        progress: Progress | None = None,
        accelerator: Accelerator = "auto",
    ) -> Self:
        """Learn from ratings, (users, items). Whatever the accelerator, the neighbours are the same."""
        rows, config = checked(matrix), self.config
        bias = Bias.fit(rows, scale=scale, user_damping=config.user_damping, item_damping=config.item_damping)
        most = max(1, int(np.bincount(rows.indices, minlength=1).max()))
        similarity = Similarity("dot", Damping(config.shrinkage, significance=most))
        k = max(1, min(config.k, rows.shape[1] - 1))
        vectors = _vectors(rows, bias.deviations(rows))
        table = nearest(vectors, similarity, k=k, accelerator=accelerator, progress=progress)
        # c / most came with the significance, the roots with the vectors: together c / sqrt(n_i n_j)
        self._fitted = _Fitted(bias, NeighbourTable(table.item, table.value * np.float32(most)), scale)
        return self

    @property
    def n_items(self) -> int:
        return len(self._state.bias.item)

    def predict(
        self,
        profile: FoldIn,
        item_index: Indices,
        *,
        exclude_user: int | None = None,  # noqa: ARG002
    ) -> Double:
        """Expected ratings of the items, float64 (len(item_index),), within the scale of the data.

        With an empty profile these are the biases of the items. The similarities are over everyone, so
        `exclude_user`, here as with the other models that predict, changes nothing.
        """
        found = [parts.base + parts.amount.sum(axis=1) for parts in self._parts(profile, item_index)]
        expected: Double = np.concatenate([np.empty(0), *found])
        return expected.clip(self._state.scale.low, self._state.scale.high)

    def explain(self, profile: FoldIn, items: Indices) -> tuple[Evidence, ...]:
        """The biases of each item as its base and how far each item of the profile moved it from there.

        The score is the expected rating before it is bounded by the scale.
        """
        place = np.zeros(self.n_items, np.int32)
        place[profile.within(self.n_items).item_index] = np.arange(len(profile))
        found = []
        for parts in self._parts(profile, items):
            own = np.zeros((len(parts.base), len(profile)))
            row, column = np.nonzero(parts.amount)
            own[row, place[parts.near[row, column]]] = parts.amount[row, column]
            found += [(base, amount) for base, amount in zip(parts.base.tolist(), own, strict=True)]
        return tuple(
            Evidence(item, base + float(amount.sum()), profile.item_index, amount, base)
            for item, (base, amount) in zip(items.tolist(), found, strict=True)
        )

    def save(self, path: Path) -> None:
        """Write a folder of plain arrays, whole or not at all."""
        state = self._state
        arrays: dict[str, NDArray[np.generic]] = {
            "mean": np.array(state.bias.mean),
            "item_bias": state.bias.item,
            "item": state.table.item,
            "value": state.table.value,
        }
        config = self.config.model_dump_json()
        storage.write(path, "residual-neighbours", config=config, scale=state.scale, arrays=arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Open what `save` wrote. Raises catalog.DataError for a missing, damaged or foreign folder."""
        config, scale, arrays = storage.read(path, "residual-neighbours")
        with storage.intact(path):
            model = cls(ResidualNeighboursConfig.model_validate_json(config))
            table = NeighbourTable(arrays["item"], arrays["value"])
            item_bias = arrays["item_bias"].reshape(len(table))
            bias = Bias(float(arrays["mean"]), item_bias, model.config.user_damping)
        model._fitted = _Fitted(bias, table, scale)
        return model

    def _parts(self, profile: FoldIn, items: Indices) -> Iterator[_Parts]:
        """Of the items, some at a time. Raises ValueError for an index that is no item."""
        bias, table, config = self._state.bias, self._state.table, self.config
        known = profile.within(self.n_items).item_index
        if len(items) and not 0 <= items.min() <= items.max() < self.n_items:
            raise ValueError(f"an item index is outside the {self.n_items} items of the model")
        weight, moved = np.zeros(self.n_items), np.zeros(self.n_items)
        weight[known] = profile.weight
        moved[known] = profile.weight * (profile.rating - bias.expected(profile, known))
        for start in range(0, len(items), CHUNK):
            part = items[start : start + CHUNK]
            near, similarity = table.item[part], table.value[part].astype(np.float64)
            support = np.einsum("nk,nk->n", similarity, weight[near]) + config.damping
            amount = similarity * moved[near] * (config.gain / support)[:, None]
            yield _Parts(bias.expected(profile, part), near, amount)

    @property
    def _state(self) -> _Fitted:
        return fitted(self._fitted)


def _vectors(rows: Matrix, deviation: Double) -> Matrix:
    """Deviations over their user's spread, every column of length 1 / sqrt(its number of ratings)."""
    n_users, n_items = rows.shape
    count = np.diff(rows.indptr)
    owner = np.repeat(np.arange(n_users), count)
    squared = np.square(deviation)
    overall = float(squared.mean()) if len(squared) else 0.0
    spread = (totals(owner, squared, length=n_users) + SPREAD_PRIOR * overall) / (count + SPREAD_PRIOR)
    inverse = 1 / np.sqrt(np.where(spread > 0, spread, 1.0))
    value = deviation * inverse[owner]
    own = totals(rows.indices, np.square(value), length=n_items)
    length = np.sqrt(own * np.bincount(rows.indices, minlength=n_items))
    scaled = value / np.where(length > 0, length, 1.0)[rows.indices]
    parts = scaled.astype(np.float32), rows.indices, rows.indptr
    return cast(Matrix, sparse.csr_array(parts, shape=rows.shape))
