"""Rating prediction by weighted average."""

import numpy as np
from numpy.typing import ArrayLike


def weighted_average(similarity: ArrayLike, rating: ArrayLike) -> float:
    """`sum(similarity * rating) / sum(|similarity|)`, NaN when nobody has a similarity other than zero.

    Similarities .8 .7 .6 and ratings 4 5 3 give 8.5 / 2.1 = 4.0476. This estimates a rating; it ranks
    poorly, because one enthusiastic neighbour outbids fifty content ones.
    """
    weight = np.asarray(similarity, dtype=np.float64)
    total = np.abs(weight).sum()
    if total == 0:
        return float("nan")
    return float((weight * np.asarray(rating, dtype=np.float64)).sum() / total)
