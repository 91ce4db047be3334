"""How each system did on each item that was named, and the views of it that become tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from evaluation import metrics
from evaluation.combining import Choice
from evaluation.metrics import Double
from evaluation.report import Example
from evaluation.rows import CF
from evaluation.turns.record import Rank, TurnRecord
from evaluation.turns.settings import TurnSettings


class Metric(Protocol):
    def __call__(self, rank: ArrayLike, *, k: int) -> Double: ...


Labels: TypeAlias = Literal["new", "repeated", "all"]
METRICS: Mapping[str, Metric] = {"Recall": metrics.hit, "NDCG": metrics.ndcg, "MRR": metrics.reciprocal_rank}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One system on one instance: a turn and one of the items that it names."""

    system: str
    record: TurnRecord
    label: str
    rank: Rank
    top: tuple[str, ...]

    @property
    def new(self) -> bool:
        return self.record.is_new(self.label)

    @property
    def name(self) -> str:
        return f"{self.record.name}:{self.label}"

    def example(self, values: Mapping[str, float]) -> Example:
        detail = {
            "cluster": self.record.dialogue_id,
            "target": self.label,
            "new": self.new,
            "rank": self.rank[0],
            "rank without mentioned": self.rank[1],
            "top": self.top,
            "mentioned": self.record.mentioned,
        }
        return Example(self.system, self.name, values, detail)


@dataclass(frozen=True, slots=True)
class View:
    """Which labels count, and whether the lists lose what was mentioned before they do."""

    labels: Labels
    filtered: bool

    @property
    def title(self) -> str:
        items = {"new": "New items", "repeated": "Repeated items", "all": "All items"}[self.labels]
        return f"{items}, seen {'filtered' if self.filtered else 'kept'}"

    def of(self, outcomes: Sequence[Outcome]) -> list[Outcome]:
        return [one for one in outcomes if self.labels == "all" or one.new == (self.labels == "new")]

    def values(self, outcomes: Sequence[Outcome], lengths: Sequence[int]) -> list[dict[str, float]]:
        """Every metric at every length, for each outcome; a miss is worth 0."""
        rank = np.array([one.rank[self.filtered] or np.inf for one in outcomes], dtype=np.float64)
        found = {f"{name}@{k}": metric(rank, k=k) for name, metric in METRICS.items() for k in lengths}
        rows = zip(*(column.round(6).tolist() for column in found.values()), strict=True)
        return [dict(zip(found, row, strict=True)) for row in rows]

    def examples(self, outcomes: Sequence[Outcome], lengths: Sequence[int]) -> list[Example]:
        own = self.of(outcomes)
        return [one.example(values) for one, values in zip(own, self.values(own, lengths), strict=True)]


HEADLINE = View("new", filtered=True)
LEGACY = View("all", filtered=False)
VIEWS = (
    HEADLINE,
    View("new", filtered=False),
    View("repeated", filtered=True),
    View("repeated", filtered=False),
    View("all", filtered=True),
    LEGACY,
)


def outcomes(records: Sequence[TurnRecord], choice: Choice | None, settings: TurnSettings) -> list[Outcome]:
    """By system, in the order of the registry; the rows of the language model where combiners were chosen."""
    found: dict[str, list[Outcome]] = {}
    for record in records:
        for system, rank, top in _lists(record, choice, settings):
            own = zip(record.labels, rank, strict=True)
            found.setdefault(system, []).extend(
                Outcome(system, record, label, one, top) for label, one in own
            )
    return [one for made in found.values() for one in made]


def predictions(made: Sequence[Outcome], lengths: Sequence[int]) -> tuple[Example, ...]:
    """Everything for `predictions.jsonl`: the headline's metrics where a label is new, and legacy recall."""
    headline, legacy = HEADLINE.values(made, lengths), LEGACY.values(made, lengths)
    return tuple(
        one.example({**(first if one.new else {}), **_recall(second)})
        for one, first, second in zip(made, headline, legacy, strict=True)
    )


def _recall(values: Mapping[str, float]) -> dict[str, float]:
    return {f"legacy {name}": value for name, value in values.items() if name.startswith("Recall")}


def _lists(
    record: TurnRecord, choice: Choice | None, settings: TurnSettings
) -> Iterator[tuple[str, tuple[Rank, ...], tuple[str, ...]]]:
    for system, rank in record.rank.items():
        yield system, rank, record.top[system]
        if system == CF and choice is not None:
            for row, combiner in choice.for_cluster(record.dialogue_id).items():
                order = record.by(combiner)
                top = (*order, *record.rest)[: settings.k + len(record.mentioned)]
                yield row, record.reranked(order), top
