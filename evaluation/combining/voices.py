"""What is known of the candidates of one pool, and what a learned combiner sees of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from agent.fusion import Scores, z_score

SOURCES = ("CF", "LM", "content", "popularity")
FIRST, KNOWN = ", first places", " by what is known"
FEATURES: tuple[str, ...] = (
    *SOURCES,
    *(source + FIRST for source in SOURCES[:3]),
    *(source + KNOWN for source in SOURCES),
)


@dataclass(frozen=True, slots=True, eq=False)
class Voices:
    """Scores of the candidates, each (candidates,), in the order that equal ones keep.

    `known` is of how many items it is known what the person thinks of them. A source that was not asked has 0 for
    every candidate, as one that says nothing.
    """

    known: int
    cf: Scores
    lm: Scores
    content: Scores
    popularity: Scores

    @classmethod
    def of(
        cls,
        known: int,
        cf: Sequence[float],
        lm: Sequence[float],
        *,
        content: Sequence[float] = (),
        popularity: Sequence[float] = (),
    ) -> Self:
        """`content` and `popularity` are empty where they were not asked."""
        silent = np.zeros(len(cf))
        return cls(
            known,
            np.array(cf, np.float64),
            np.array(lm, np.float64),
            np.array(content, np.float64) if len(content) else silent,
            np.array(popularity, np.float64) if len(popularity) else silent,
        )

    def features(self) -> NDArray[np.float64]:
        """Shape (candidates, FEATURES), each with mean 0 over the candidates.

        Of every source its z-score (of popularity that of its logarithm), of the voices 1/rank besides, which tells
        the first places apart, and the z-scores again times log(1 + known).
        """
        if not len(self.cf):
            return np.empty((0, len(FEATURES)))
        z = [z_score(score) for score in (self.cf, self.lm, self.content, np.log1p(self.popularity))]
        first = [places(score) for score in (self.cf, self.lm, self.content)]
        grown = [np.log1p(self.known) * score for score in z]
        return np.column_stack([*z, *(one - one.mean() for one in first), *grown])


def places(score: Scores) -> Scores:
    """1/rank, best first, equals at their mean rank."""
    return np.asarray(1.0 / rankdata(-score), np.float64)
