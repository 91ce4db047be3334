"""One fold of rating prediction: what it learns from, what it chooses on, how far off it is."""

from functools import cached_property
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from catalog import Interactions
from evaluation.ranking.errors import Sums
from evaluation.ranking.predictors import Predictor, RatingRow, RatingTrain
from evaluation.ranking.settings import RatingSettings

Rows: TypeAlias = NDArray[np.integer[Any]]


class FoldSplit:
    """The ratings a fold learns from, and within them a part kept back on which settings are chosen."""

    def __init__(self, known: Interactions, *, n_items: int, fold: int, settings: RatingSettings) -> None:
        self._known, self._n_items, self._settings = known, n_items, settings
        rng = np.random.default_rng([settings.seed, fold])
        self._kept_back = rng.permutation(len(known)) % settings.inner_folds == 0

    @cached_property
    def train(self) -> RatingTrain:
        return RatingTrain(self._known, n_items=self._n_items, damping=self._settings.damping)

    def chosen(self, row: RatingRow) -> str:
        """The setting with the least squared error on what is kept back, the first of equals."""
        if len(row.settings) == 1:
            return next(iter(row.settings))
        hidden = np.flatnonzero(self._kept_back)
        squared = {}
        for setting, fit in row.settings.items():
            found = errors_of(fit(self._inner), self._known, hidden)
            squared[setting] = sum(own for _, own, _ in found.values())
        return min(squared, key=squared.__getitem__)

    @cached_property
    def _inner(self) -> RatingTrain:
        rest = self._known.subset(np.flatnonzero(~self._kept_back))
        return RatingTrain(rest, n_items=self._n_items, damping=self._settings.damping)


def errors_of(predict: Predictor, ratings: Interactions, hidden: Rows) -> dict[str, Sums]:
    """By user id, over the rows `hidden` of the ratings, ascending."""
    errors = {}
    for own in np.split(hidden, np.flatnonzero(np.diff(ratings.user_index[hidden])) + 1):
        user = int(ratings.user_index[own[0]])
        off = predict(user, ratings.item_index[own]) - ratings.rating[own]
        sums = float(np.square(off).sum()), float(np.abs(off).sum())
        errors[ratings.user_ids[user]] = (len(own), round(sums[0], 6), round(sums[1], 6))
    return errors
