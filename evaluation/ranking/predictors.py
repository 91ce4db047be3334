"""The rows of the rating table: each predicts what a person would rate an item."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from catalog import Interactions
from cf_engine import FoldIn, ItemNeighbours, ItemNeighboursConfig, UserNeighbours, UserNeighboursConfig
from cf_engine.bias import Bias
from cf_engine.residual_neighbours import ResidualNeighbours, ResidualNeighboursConfig
from evaluation.metrics import Double

Indices: TypeAlias = NDArray[np.int32]
Predictor: TypeAlias = Callable[[int, Indices], Double]
"""A user index and the indices of some items to their expected ratings."""
BIAS, OURS = "user and item bias", "residual neighbours"


class RatingTrain:
    """Ratings to learn from, with what several rows need of them."""

    def __init__(self, interactions: Interactions, *, n_items: int, damping: float) -> None:
        self.interactions = interactions
        self.scale = interactions.scale
        self.matrix = interactions.matrix(n_items)
        self.mean = float(interactions.rating.mean(dtype=np.float64))
        self.damping = damping

    def history(self, user: int) -> FoldIn:
        part = slice(self.matrix.indptr[user], self.matrix.indptr[user + 1])
        return FoldIn(self.matrix.indices[part], self.matrix.data[part])

    @cached_property
    def bias(self) -> Predictor:
        """`mean + item's deviation + user's deviation`, both damped, within the scale."""
        fitted = Bias.fit(self.matrix, scale=self.scale, user_damping=self.damping, item_damping=self.damping)
        low, high = self.scale.low, self.scale.high
        return lambda user, items: fitted.expected(self.history(user), items).clip(low, high)


Fit: TypeAlias = Callable[[RatingTrain], Predictor]


@dataclass(frozen=True, slots=True)
class RatingRow:
    """A way to predict; of several settings, by what they are called, each fold chooses one without its test."""

    name: str
    about: str
    settings: Mapping[str, Fit]

    @classmethod
    def plain(cls, name: str, about: str, fit: Fit) -> "RatingRow":
        """One with nothing to choose."""
        return cls(name, about, {"": fit})


def _global_mean(train: RatingTrain) -> Predictor:
    return lambda _, items: np.full(len(items), train.mean)


def _item_mean(train: RatingTrain) -> Predictor:
    item, n_items = train.interactions.item_index, train.matrix.shape[1]
    total = np.bincount(item, weights=train.interactions.rating, minlength=n_items)
    count = np.bincount(item, minlength=n_items)
    mean = np.divide(total, count, out=np.full(n_items, train.mean), where=count > 0)
    return lambda _, items: mean[items]


def _users(config: UserNeighboursConfig) -> Fit:
    def fit(train: RatingTrain) -> Predictor:
        model = UserNeighbours(config).fit(train.matrix, scale=train.scale)
        return lambda user, items: model.predict(train.history(user), items, exclude_user=user)

    return fit


def _items(config: ItemNeighboursConfig) -> Fit:
    def fit(train: RatingTrain) -> Predictor:
        model = ItemNeighbours(config).fit(train.matrix, scale=train.scale)
        return lambda user, items: model.predict(train.history(user), items)

    return fit


def _residuals(config: ResidualNeighboursConfig) -> Fit:
    def fit(train: RatingTrain) -> Predictor:
        model = ResidualNeighbours(config).fit(train.matrix, scale=train.scale)
        return lambda user, items: model.predict(train.history(user), items)

    return fit


def _residual_settings() -> dict[str, Fit]:
    """The more damping, the more gain makes up for it: pairs of the two, so that the search stays small."""
    return {
        f"shrinkage {shrinkage:g}, damping {damping:g}, gain {gain:g}": _residuals(
            ResidualNeighboursConfig(shrinkage=shrinkage, damping=damping, gain=gain)
        )
        for shrinkage, (damping, gain) in product(
            (1.0, 3.0, 10.0), ((0.1, 1.5), (0.2, 1.8), (0.3, 2.1), (0.4, 2.4))
        )
    }


PREDICTORS: tuple[RatingRow, ...] = (
    RatingRow.plain("global mean", "the mean of all ratings", _global_mean),
    RatingRow.plain("item mean", "the mean of the item's ratings", _item_mean),
    RatingRow.plain(
        BIAS,
        "global mean with the damped deviations of user and item, found in turn (ridge regression)",
        lambda train: train.bias,
    ),
    RatingRow.plain(
        "user neighbours", "cosine, centred on the means of users", _users(UserNeighboursConfig())
    ),
    RatingRow.plain(
        "user neighbours, Pearson",
        "Pearson, centred on the means of users",
        _users(UserNeighboursConfig(similarity="pearson")),
    ),
    RatingRow.plain(
        "item neighbours",
        "cosine between likes, centred on the means of items",
        _items(ItemNeighboursConfig()),
    ),
    RatingRow.plain(
        "item neighbours, adjusted",
        "cosine between deviations from the means of users, centred on the means of items",
        _items(ItemNeighboursConfig(similarity="adjusted")),
    ),
    RatingRow(
        OURS,
        "biases, moved by the deviations of the person's similar items from theirs",
        _residual_settings(),
    ),
)
