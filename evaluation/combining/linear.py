"""A small model over the sources' scores, fitted list by list."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evaluation.combining.cases import Case, mean_gain, parts
from evaluation.combining.combiners import Linear
from evaluation.combining.voices import FEATURES

RIDGES = (0.003, 0.03, 0.3, 3.0, np.inf)
"""With the last it is CF alone."""
FOLDS = 4
FREE = FEATURES.index("CF")
"""Not held back: with ever more ridge the model becomes CF alone."""


@dataclass(frozen=True, slots=True, eq=False)
class _Stack:
    """All pools on top of each other: features (rows, FEATURES) by unit spread, the first row of each pool, and how
    much each row is wanted, which adds up to 1 in a pool."""

    x: NDArray[np.float64]
    start: NDArray[np.intp]
    wanted: NDArray[np.float64]
    spread: NDArray[np.float64]

    @classmethod
    def of(cls, cases: Sequence[Case]) -> "_Stack":
        x = np.vstack([one.voices.features() for one in cases])
        spread = x.std(axis=0)
        spread[spread == 0] = 1.0
        sizes = [len(one.wanted) for one in cases]
        wanted = np.concatenate([one.wanted / one.wanted.sum() for one in cases])
        return cls(x / spread, np.cumsum([0, *sizes[:-1]]), wanted, spread)

    def loss(self, w: NDArray[np.float64], ridge: float) -> tuple[float, NDArray[np.float64]]:
        """Cross-entropy of the softmax over each pool, and its gradient, with the ridge."""
        sizes, n = np.diff([*self.start, len(self.x)]), len(self.start)
        score = self.x @ w
        score -= np.repeat(np.maximum.reduceat(score, self.start), sizes)
        mass = np.exp(score)
        total = np.add.reduceat(mass, self.start)
        held = np.where(np.arange(len(w)) == FREE, 0.0, ridge) * w
        value = (np.log(total).sum() - self.wanted @ score) / n + 0.5 * held @ w
        share = mass / np.repeat(total, sizes)
        return float(value), self.x.T @ (share - self.wanted) / n + held


def fitted(cases: Sequence[Case], *, seed: int) -> Linear:
    """List-wise: what was sought gets the mass of a softmax over its pool, with the ridge that gains most on cases
    whose cluster was not fitted on; of equals the larger. CF alone where nothing sought is in a pool."""
    own = [one for one in cases if one.wanted.any()]
    if not own:
        return _at_rest()
    part = parts([one.cluster for one in own], FOLDS, seed=seed)
    gain = dict.fromkeys(RIDGES, 0.0)
    for number in range(FOLDS):
        rest = [one for one, where in zip(own, part, strict=True) if where != number]
        left = [one for one, where in zip(own, part, strict=True) if where == number]
        if rest and left:
            stack = _Stack.of(rest)
            for ridge in RIDGES:
                gain[ridge] += mean_gain(left, _minimum(stack, ridge)) * len(left)
    return _minimum(_Stack.of(own), max(RIDGES, key=lambda ridge: (gain[ridge], ridge)))


def _minimum(stack: _Stack, ridge: float) -> Linear:
    if not np.isfinite(ridge):
        return _at_rest()
    found = minimize(stack.loss, np.zeros(len(FEATURES)), args=(ridge,), jac=True, method="L-BFGS-B")
    return Linear(tuple((found.x / stack.spread).round(6).tolist()), ridge)


def _at_rest() -> Linear:
    return Linear(tuple(float(feature == "CF") for feature in FEATURES), max(RIDGES))
