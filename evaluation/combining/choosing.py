"""Each combiner as validation has it: settings from a grid, or fitted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from agent.weighing import Alphas
from evaluation.combining.cases import Case, mean_gain
from evaluation.combining.combiners import Combiner, ReciprocalRanks, Weighed, only_lm
from evaluation.combining.linear import fitted
from evaluation.rows import FUSED, LEARNED, LM, RANKS, ChosenAlphaSettings

Chooser: TypeAlias = Callable[[Sequence[Case]], Combiner]
WEIGHTS = tuple(
    ReciprocalRanks(cf / 4, lm / 4, (4 - cf - lm) / 4)
    for cf, lm in product(range(5), repeat=2)
    if cf + lm <= 4
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Combiners by row and cluster; those of `everyone`, chosen on all cases, are for the clusters that none has."""

    of: Mapping[str, Mapping[str, Combiner]]
    everyone: Mapping[str, Combiner]

    def for_cluster(self, cluster: str) -> dict[str, Combiner]:
        """By row, in the order of the tables."""
        return {row: self.of.get(row, {}).get(cluster, one) for row, one in self.everyone.items()}


def choosers(
    settings: ChosenAlphaSettings, *, share: float = 0.0, by_count: bool = False
) -> dict[str, Chooser]:
    """By row, LM alone first. `share` is that of content in the second voice; `by_count` gives alpha for each count."""
    lm = only_lm(settings.normalisation)
    return {
        LM: lambda _: lm,
        FUSED: partial(_alpha, settings=settings, share=share, by_count=by_count),
        RANKS: _weights,
        LEARNED: partial(fitted, seed=settings.seed),
    }


def cross_fitted(cases: Sequence[Case], chooser: Chooser, part: NDArray[np.intp]) -> dict[str, Combiner]:
    """For each cluster what the other parts choose; `part` has one entry per case."""
    found: dict[str, Combiner] = {}
    for number in np.unique(part).tolist():
        chosen = chooser([one for one, own in zip(cases, part, strict=True) if own != number])
        found |= {one.cluster: chosen for one, own in zip(cases, part, strict=True) if own == number}
    return found


def _alpha(cases: Sequence[Case], *, settings: ChosenAlphaSettings, share: float, by_count: bool) -> Weighed:
    grid = settings.alphas
    combiners = [Weighed(Alphas.fixed(alpha), share, settings.normalisation) for alpha in grid]
    counts = sorted({one.voices.known for one in cases}) if by_count else [0]
    gains = np.array(
        [
            [
                mean_gain([one for one in cases if not by_count or one.voices.known == n], each)
                for each in combiners
            ]
            for n in counts
        ]
    )
    path = rising(gains, np.array(grid))
    return Weighed(
        Alphas.of({n: grid[place] for n, place in zip(counts, path, strict=True)}),
        share,
        settings.normalisation,
    )


def rising(gains: NDArray[np.float64], grid: NDArray[np.float64]) -> list[int]:
    """For each row of `gains`, (counts, alphas), the column to take: none is worse there than alpha 0 and 1 are, where
    the grid has these, alpha never falls, and the sum is the best; of equals the larger alpha.

    Where alpha would have to fall, each row has its own best.
    """
    order = np.argsort(grid)
    ends = np.flatnonzero(np.isin(grid, (0.0, 1.0)))
    floor = gains[:, ends].max(axis=1, initial=-np.inf, keepdims=True)
    open_ = np.where(gains >= floor, gains, -np.inf)[:, order]
    best, before = open_[0], []
    for row in open_[1:]:
        upto = np.array([_last_best(best[: column + 1]) for column in range(len(order))])
        before.append(upto)
        best = best[upto] + row
    column = _last_best(best)
    if not np.isfinite(best[column]):
        return [int(order[_last_best(row)]) for row in open_]
    path = [column]
    for upto in reversed(before):
        path.append(int(upto[path[-1]]))
    return [int(order[place]) for place in reversed(path)]


def _last_best(values: NDArray[np.float64]) -> int:
    return len(values) - 1 - int(np.argmax(values[::-1]))


def _weights(cases: Sequence[Case]) -> ReciprocalRanks:
    return max(WEIGHTS, key=lambda one: (mean_gain(cases, one), one.cf))
