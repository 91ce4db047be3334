"""The fusion of the two voices: `score(i) = alpha * cf(i) + (1 - alpha) * lm(i)` over a candidate set."""

import math
from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from catalog import ConfigError

Scores = NDArray[np.float64]
Voice = TypeVar("Voice", float, Scores)
Normalisation = Literal["z-score", "min-max", "rank"]


def z_score(scores: Scores) -> Scores:
    """Mean 0 and standard deviation 1 over the candidates; all zeros where they are all alike."""
    spread = scores.std()
    centred = scores - scores.mean()
    return (
        centred / spread if spread > 1e-12 * max(1.0, float(np.abs(scores).max())) else np.zeros_like(scores)
    )


def min_max(scores: Scores) -> Scores:
    """From 0 for the lowest to 1 for the highest; all zeros where they are all alike."""
    span = scores.max() - scores.min()
    return (scores - scores.min()) / span if span > 0 else np.zeros_like(scores)


def rank(scores: Scores) -> Scores:
    """From 0 for the lowest to 1 for the highest by rank; ties share their mean rank."""
    if len(scores) == 1:
        return np.zeros_like(scores)
    _, place, count = np.unique(scores, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(count) - (count + 1) / 2  # from 0, one per distinct score
    ranked: Scores = mean_rank[place] / (len(scores) - 1)
    return ranked


NORMALISATIONS: Mapping[Normalisation, Callable[[Scores], Scores]] = {
    "z-score": z_score,
    "min-max": min_max,
    "rank": rank,
}


def checked_alpha(alpha: float) -> float:
    """`alpha` itself. Raises ConfigError unless it is a number from 0 to 1."""
    if not (math.isfinite(alpha) and 0.0 <= alpha <= 1.0):
        raise ConfigError(f"alpha is {alpha}; give a number from 0 (what you said) to 1 (people like you).")
    return float(alpha)


def weigh(cf: Voice, lm: Voice, alpha: float) -> Voice:
    """`alpha * cf + (1 - alpha) * lm`, for scores that are on one scale."""
    return alpha * cf + (1.0 - alpha) * lm


def second_voice(
    lm: Scores, content: Scores | None, *, share: float, normalisation: Normalisation = "z-score"
) -> Scores:
    """What is said of the items, against what the person says: `share * content + (1 - share) * lm`, each
    normalised before, shape (candidates,). `lm` itself where content has no share, or says nothing."""
    if content is None or not share:
        return lm
    normalise = NORMALISATIONS[normalisation]
    parts = [normalise(_finite(np.asarray(voice, dtype=np.float64))) for voice in (content, lm)]
    return share * parts[0] + (1.0 - share) * parts[1]


def fuse(
    cf: Scores,
    lm: Scores,
    *,
    alpha: float,
    content: Scores | None = None,
    share: float = 0.0,
    normalisation: Normalisation = "z-score",
) -> tuple[Scores, Scores, Scores]:
    """Fused score, normalised `cf` and the normalised second voice, each of shape (candidates,).

    The second voice is `lm`, with `content` in it by its `share`. Alpha 1 gives the order of `cf`, alpha 0 that
    of the second voice. A voice that has no finite score for a candidate gives it the lowest of its finite ones.
    """
    alpha = checked_alpha(alpha)
    normalise = NORMALISATIONS[normalisation]
    second = second_voice(lm, content, share=share, normalisation=normalisation)
    parts = [normalise(_finite(np.asarray(voice, dtype=np.float64))) for voice in (cf, second)]
    return weigh(parts[0], parts[1], alpha), parts[0], parts[1]


def _finite(scores: Scores) -> Scores:
    good = np.isfinite(scores)
    if good.all():
        return scores
    return np.where(good, scores, scores[good].min() if good.any() else 0.0)
