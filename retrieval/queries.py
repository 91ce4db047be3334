"""One query vector out of what a person likes, dislikes and says."""

import numpy as np
from numpy.typing import NDArray

from catalog import ConfigError


def blend(
    liked: NDArray[np.float32],
    disliked: NDArray[np.float32],
    *,
    text: NDArray[np.float32] | None = None,
    dislike_weight: float = 0.5,
) -> NDArray[np.float32] | None:
    """mean(liked) + text - dislike_weight * mean(disliked), of length 1; (d,) float32.

    `liked` and `disliked` are (m, d) with m >= 0, `text` is (d,). None when nothing is left
    to search by: no liked item and no text, or parts that cancel out. Rocchio (1971).
    """
    if not 0 <= dislike_weight <= 1:
        raise ConfigError(f"dislike_weight must be between 0 and 1, not {dislike_weight}.")
    wanted = [] if len(liked) == 0 else [liked.mean(axis=0, dtype=np.float64)]
    if text is not None:
        wanted.append(text.astype(np.float64))
    if not wanted:
        return None
    query = np.sum(wanted, axis=0)
    if len(disliked):
        query -= dislike_weight * disliked.mean(axis=0, dtype=np.float64)
    length = float(np.linalg.norm(query))
    return None if length < 1e-6 else (query / length).astype(np.float32)
