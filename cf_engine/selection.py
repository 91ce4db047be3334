"""The best n of an array, the same on every machine."""

import numpy as np
from numpy.typing import NDArray

from cf_engine.arrays import Indices


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
