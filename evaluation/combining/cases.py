"""What was sought in a pool, and what an order of it is worth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from agent.fusion import Scores
from evaluation.combining.combiners import Combiner
from evaluation.combining.voices import Voices


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """`wanted`, (candidates,), are the candidates that were sought; cases of one `cluster` belong together.

    `gain` is what the whole list is worth when the pool goes by a score, summed over `weight` sought items or lists.
    """

    cluster: str
    voices: Voices
    wanted: NDArray[np.bool_]
    gain: Callable[[Scores], float]
    weight: int = 1
    _worth: dict[Combiner, float] = field(default_factory=dict)

    def worth(self, combiner: Combiner) -> float:
        """The gain under a combiner, worked out once."""
        if combiner not in self._worth:
            score = combiner(self.voices) if len(self.wanted) else np.zeros(0)
            self._worth[combiner] = self.gain(score)
        return self._worth[combiner]


def mean_gain(cases: Sequence[Case], combiner: Combiner) -> float:
    return sum(one.worth(combiner) for one in cases) / max(1, sum(one.weight for one in cases))


def parts(clusters: Sequence[str], folds: int, *, seed: int) -> NDArray[np.intp]:
    """The part of each cluster, seeded, shape (clusters,); all cases of a cluster are in one part."""
    ids = list(dict.fromkeys(clusters))
    shuffled = np.random.default_rng([seed, len(ids)]).permutation(len(ids))
    part = {ids[place]: number % folds for number, place in enumerate(shuffled)}
    return np.array([part[one] for one in clusters], np.intp)
