"""What a number format does to the ranking: real people's likes, and the candidates of their neighbours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from agent.world import opening
from catalog import Dataset, load
from cf_engine import FoldIn, UserNeighbours
from language_model import Scorer

TOLD, CANDIDATES = 5, 60
N = 10


@dataclass(frozen=True)
class Agreement:
    """Of one scorer with another, over people: the largest difference of a score in nats, and over the score as the
    product has it (the title's prior taken off) Spearman's correlation and the share of the ten best in common."""

    difference: float
    correlation: float
    least_correlation: float
    overlap: float

    @classmethod
    def of(cls, exact: Scorer, rough: Scorer, *, people: int) -> Self:
        dataset = load("movielens-small")
        differences, correlations, overlaps = [], [], []
        for profile, titles in _asked(dataset, people):
            one, other = (_scores(scorer, profile, titles, dataset.noun) for scorer in (exact, rough))
            differences.append(float(np.abs(one[0] - other[0]).max()))
            correlations.append(float(spearmanr(one[1], other[1]).statistic))
            best = (set(np.argsort(-scores[1], kind="stable")[:N].tolist()) for scores in (one, other))
            overlaps.append(len(set.intersection(*best)) / N)
        return cls(
            max(differences), float(np.mean(correlations)), min(correlations), float(np.mean(overlaps))
        )


def _asked(dataset: Dataset, people: int) -> Iterator[tuple[str, list[str]]]:
    """A profile of some likes of a person, and the titles that the neighbours of that profile bring."""
    rows, rng = dataset.interactions, np.random.default_rng(5)
    liked = rows.rating >= rows.scale.like_at
    enough = np.flatnonzero(np.bincount(rows.user_index[liked], minlength=len(rows.user_ids)) >= 2 * TOLD)
    engine = UserNeighbours().fit(rows.matrix(len(dataset.items)), scale=rows.scale)
    for user in rng.permutation(enough)[:people]:
        mine = np.flatnonzero(liked & (rows.user_index == user))
        told = rng.permutation(mine)[:TOLD]
        fold_in = FoldIn(rows.item_index[told], rows.rating[told])
        found, _ = engine.recommend(fold_in, n=CANDIDATES, exclude_user=int(user))
        names = ", ".join(dataset.items[int(item)].title for item in rows.item_index[told])
        yield f"I like {names}.", [dataset.items[int(item)].title for item in found]


def _scores(
    scorer: Scorer, profile: str, titles: Sequence[str], noun: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """log P(title | profile), and the same less log P(title)."""
    given = scorer.log_likelihood(titles, prefix=opening(profile, noun))
    return given.total, given.corrected(scorer.log_likelihood(titles, prefix=opening("", noun)).total)
