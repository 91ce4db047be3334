"""The ways of re-ranking, each with its strengths."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from cf_engine import best
from cf_engine.arrays import Double, Indices
from cf_engine.long_tail import calibrated, discounted, mmr
from evaluation.tail.settings import TailSettings

AS_SCORED = "as scored"


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """One person's best items by ascending index, (c,), with what a re-ranker asks of them.

    `similarity` is (c, c); `membership`, (c, values), is each item's vote and `target`, (values,), what the
    person is known to like of the attribute.
    """

    item: Indices
    score: Double
    popularity: Double
    similarity: Double
    membership: Double
    target: Double


Rerank: TypeAlias = Callable[[Candidates, float, int], Indices]
"""From candidates, strength and length to the positions of a list."""


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    strengths: tuple[float, ...]
    rerank: Rerank

    def system(self, strength: float) -> str:
        """The row of a table; no strength at all is the order of the scores, whatever the method."""
        return f"{self.name} {strength:g}" if strength else AS_SCORED


def methods(settings: TailSettings, *, calibration: bool) -> tuple[Method, ...]:
    """`calibration` says whether the items have the attribute that it needs."""
    found = [
        Method("popularity discount", settings.discounts, _discounted),
        Method("diversity (MMR)", settings.diversities, _diverse),
    ]
    if calibration:
        found.append(Method("calibration", settings.weights, _calibrated))
    return tuple(found)


def lists(candidates: Candidates, ways: tuple[Method, ...], *, k: int) -> Iterator[tuple[str, Indices]]:
    """System and the k items that it shows, the order of the scores first."""
    yield AS_SCORED, candidates.item[best(candidates.score, k)]
    for way in ways:
        for strength in way.strengths:
            yield way.system(strength), candidates.item[way.rerank(candidates, strength, k)]


def _discounted(one: Candidates, strength: float, k: int) -> Indices:
    return best(discounted(one.score, one.popularity, discount=strength), k)


def _diverse(one: Candidates, strength: float, k: int) -> Indices:
    return mmr(one.score, one.similarity, n=k, diversity=strength)


def _calibrated(one: Candidates, strength: float, k: int) -> Indices:
    return calibrated(one.score, one.membership, one.target, n=k, weight=strength)
