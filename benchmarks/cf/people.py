"""People who are not in what the models learn, and who tell 20 of their ratings."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

KNOWN = 20
SEED = 5


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """The items that one person rated, ascending, int32 (KNOWN,), and the ratings, float32."""

    item: NDArray[np.int32]
    rating: NDArray[np.float32]


def held_out(matrix: csr_array, count: int) -> tuple[csr_array, list[Known]]:
    """The matrix without so many people, drawn from those with KNOWN ratings or more; and what they tell."""
    rng = np.random.default_rng([SEED, count])
    able = np.flatnonzero(np.diff(matrix.indptr) >= KNOWN)
    out = rng.choice(able, min(count, len(able)), replace=False)
    stays = np.ones(matrix.shape[0], np.bool_)
    stays[out] = False
    return matrix[stays], [_told(matrix, int(user), rng) for user in out]


def _told(matrix: csr_array, user: int, rng: np.random.Generator) -> Known:
    start, end = matrix.indptr[user], matrix.indptr[user + 1]
    place = np.sort(rng.choice(np.arange(start, end), KNOWN, replace=False))
    return Known(matrix.indices[place], matrix.data[place])
