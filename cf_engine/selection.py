"""The best n of an array, the same on every machine."""

import numpy as np
from numpy.typing import NDArray

from cf_engine.arrays import Indices, Single

FEW = 1000
"""So many are sorted whole."""


def best(score: NDArray[np.floating], n: int) -> Indices:
    """Positions of the n largest scores, largest first, ties by position: min(n, len(score)) of them.

    The scores must not hold NaN.
    """
    n = min(n, len(score))
    if n <= 0:
        return np.empty(0, np.int32)
    cut = np.partition(score, len(score) - n)[len(score) - n]
    above = np.flatnonzero(score > cut)
    level = np.flatnonzero(score == cut)[: n - len(above)]
    chosen = np.concatenate((above, level))
    return chosen[np.lexsort((chosen, -score[chosen]))].astype(np.int32)


def largest(value: Single, n: int) -> Indices:
    """Positions of the n largest values other than zero, largest first, ties by position; fewer when few are.

    Made for a long array most of which cannot be among them, be it full of zeros.
    """
    floor = _floor(value, n)
    found = (value >= floor if floor > 0 else value).nonzero()[0]
    if len(found) > FEW:
        return found[best(value[found], n)].astype(np.int32)
    return found[np.argsort(-value[found], kind="stable")[:n]].astype(np.int32)


def _floor(value: Single, n: int) -> float:
    """A value that n at least reach: the n-th largest of the maxima of groups of them; 0 for a short array."""
    groups = max(256, 4 * n)
    rounds = len(value) // groups
    if rounds < 4 or not n:
        return 0.0
    most = value[: rounds * groups].reshape(rounds, groups).max(axis=0)
    return float(np.partition(most, groups - n)[groups - n])
