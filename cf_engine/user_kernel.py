"""The loops of user neighbours, compiled where numba is installed."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def add_up(
    user: NDArray[Any],
    value: NDArray[Any],
    begin: NDArray[Any],
    end: NDArray[Any],
    amount: NDArray[Any],
    counts: NDArray[Any],
    total: NDArray[Any],
    shared: NDArray[Any],
) -> None:
    """Fill `total` and `shared`, (users,) and zero before; no values at all means that each is one."""
    nothing, one = np.float32(0), np.float32(1)
    for run in range(len(begin)):
        factor = amount[run]
        if len(value) == 0:
            for place in range(begin[run], end[run]):
                total[user[place]] += factor
                shared[user[place]] += one
        elif counts[run]:
            for place in range(begin[run], end[run]):
                total[user[place]] += value[place] * factor
                shared[user[place]] += one
        else:
            for place in range(begin[run], end[run]):
                total[user[place]] += min(value[place] * factor, nothing)


@njit(cache=True, nogil=True)
def add_each(
    item: NDArray[Any], begin: NDArray[Any], end: NDArray[Any], amount: NDArray[Any], total: NDArray[Any]
) -> None:
    """Add to `total`, (items,), the amount of each run wherever it has an item."""
    for run in range(len(begin)):
        for place in range(begin[run], end[run]):
            total[item[place]] += amount[run]


@njit(cache=True, nogil=True)
def look_up(
    item: NDArray[Any],
    rating: NDArray[Any],
    begin: NDArray[Any],
    end: NDArray[Any],
    column: NDArray[Any],
    found: NDArray[Any],
) -> None:
    """Fill `found`, (runs, columns), with the ratings of the items whose `column`, (items,), is not below 0."""
    for run in range(len(begin)):
        for place in range(begin[run], end[run]):
            wanted = column[item[place]]
            if wanted >= 0:
                found[run, wanted] = rating[place]
