"""Uncertainty of a mean over people: the percentile bootstrap, seeded."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

RESAMPLES = 10_000
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with the interval that 95% of resampled means fall into."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:.4f} [{self.low:.4f}, {self.high:.4f}]"


def interval(value: ArrayLike, *, seed: int, resamples: int = RESAMPLES) -> Interval:
    """Mean and 95% interval of one value per person. Raises ValueError when there is nobody."""
    values = np.asarray(value, dtype=np.float64)
    if not values.size:
        raise ValueError("there is no mean over nobody")
    rng = np.random.default_rng(seed)
    means = np.concatenate(
        [
            values[rng.integers(0, len(values), (min(AT_ONCE, resamples - start), len(values)))].mean(axis=1)
            for start in range(0, resamples, AT_ONCE)
        ]
    )
    low, high = np.quantile(means, [0.025, 0.975])
    return Interval(float(values.mean()), float(low), float(high))


def paired(value: ArrayLike, other: ArrayLike, *, seed: int, resamples: int = RESAMPLES) -> Interval:
    """Mean difference `value - other` over the same people in the same order, with its 95% interval.

    Zero outside the interval means that the two systems differ by more than the choice of people explains.
    """
    values, others = np.asarray(value, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if values.shape != others.shape:
        raise ValueError(f"paired values come in equal numbers; got {values.shape} and {others.shape}")
    return interval(values - others, seed=seed, resamples=resamples)
