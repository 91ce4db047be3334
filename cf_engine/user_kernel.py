"""The loops of user neighbours, compiled where numba is installed.

Indices are read as unsigned, which spares a look whether they count from the end.
"""

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
        factor, raters = amount[run], user[begin[run] : end[run]]
        values = value[begin[run] : end[run]]
        if len(value) == 0:
            for place in range(len(raters)):
                rater = np.uint32(raters[place])
                total[rater] += factor
                shared[rater] += one
        elif counts[run]:
            for place in range(len(raters)):
                rater = np.uint32(raters[place])
                total[rater] += values[place] * factor
                shared[rater] += one
        else:
            for place in range(len(raters)):
                total[np.uint32(raters[place])] += min(values[place] * factor, nothing)


@njit(cache=True, nogil=True)
def add_votes(
    item: NDArray[Any],
    said: NDArray[Any],
    begin: NDArray[Any],
    end: NDArray[Any],
    strength: NDArray[Any],
    total: NDArray[Any],
) -> None:
    """Add to `total`, (items,), each run's strength times what it says; nothing said at all means one."""
    for run in range(len(begin)):
        items, says = item[begin[run] : end[run]], said[begin[run] : end[run]]
        if len(said) == 0:
            for place in range(len(items)):
                total[np.uint32(items[place])] += strength[run]
        else:
            for place in range(len(items)):
                total[np.uint32(items[place])] += strength[run] * says[place]


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
        items, ratings = item[begin[run] : end[run]], rating[begin[run] : end[run]]
        for place in range(len(items)):
            wanted = column[np.uint32(items[place])]
            if wanted >= 0:
                found[run, wanted] = ratings[place]
