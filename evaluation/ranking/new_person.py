"""Protocol 1, new person: how good the first lists are, by how many ratings of a stranger are known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from catalog import ConfigError, Dataset, Progress
from evaluation import metrics
from evaluation.combining import Case, Choice, Combined
from evaluation.ranking.newcomers import Reception, newcomers
from evaluation.ranking.notes import about, new_person_notes
from evaluation.ranking.pictures import curve
from evaluation.ranking.record import NewPersonRecord
from evaluation.ranking.settings import NewPersonSettings
from evaluation.records import RecordLog
from evaluation.report import Example, Report, Run, Table, metric_table, slug
from evaluation.rows import CF, Panel, Row

if TYPE_CHECKING:
    from language_model import LanguageModel
    from retrieval import Embedder


def run_new_person(  # noqa: PLR0913  each by its name
    dataset: Dataset,
    *,
    settings: NewPersonSettings | None = None,
    embedder: Embedder | None = None,
    language_model: LanguageModel | None = None,
    peers: Sequence[Row] = (),
    cf: Row | None = None,
    remarks: Sequence[str] = (),
    out: Path | None = None,
    max_users: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """For each count of known ratings: the rows of the registry, and `peers` besides them.

    `remarks` are sentences on the peers, for the notes; `cf` is the collaborative voice in place of the agent's.

    Without an embedder or a language model its rows are left out. With `out`, a folder, `records.jsonl` grows
    there list by list, and a run that was stopped goes on from it. `max_users` takes a seeded sample of so
    many people for validation and for test, of which a larger sample is a superset.

    Raises catalog.ConfigError when too little would remain to be found, `out` holds another run or
    `max_users` is below 1.
    """
    settings = settings or NewPersonSettings()
    if max_users is not None and max_users < 1:
        raise ConfigError(f"max_users is {max_users}; give at least 1, or none for everybody")
    people = newcomers(dataset, settings)
    panel = Panel.open(
        dataset,
        settings,
        embedder=embedder,
        language_model=language_model,
        out=out,
        peers=peers,
        cf=cf,
        progress=progress,
    )
    log = RecordLog.within(
        out,
        run={**panel.identity, "protocol": "ranking", "setting": "new-person", "folds": settings.folds},
        kind=NewPersonRecord,
    )
    run, judge = Reception(panel, people, settings, log, progress), Judge(dataset, settings)
    combined = None
    if language_model is not None:
        tried = run.records("validation", people.validation[: settings.validation_users][:max_users])
        combined = Combined.on([judge.case(one) for one in tried], settings, by_count=True)
    records = list(run.records("test", people.test[:max_users]))
    examples = judge.examples(records, None if combined is None else combined.choice)
    return _report(judge, examples, combined, (*remarks, *about(dataset, peers)))


@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """Holds what was shown against the ratings that were not revealed."""

    dataset: Dataset
    settings: NewPersonSettings

    def example(self, record: NewPersonRecord, system: str, top: Sequence[str]) -> Example:
        """An unrated item is neither found nor bad; on implicit data nothing is bad."""
        scale, k = self.dataset.interactions.scale, self.settings.k
        liked, disliked = self._hidden(record)
        values = {f"NDCG@{k}": round(self._ndcg(top, liked), 6)}
        if not scale.implicit:
            values[f"bad@{k}"] = round(sum(item_id in disliked for item_id in top) / k, 6)
        detail = {
            "cluster": record.user_id,
            "known": record.n,
            "revealed": record.revealed,
            "top": tuple(top),
            "liked": tuple(item_id for item_id in top if item_id in liked),
            "disliked": tuple(item_id for item_id in top if item_id in disliked),
            "relevant": len(liked),
        }
        return Example(system, f"{record.user_id}:{record.n}", values, detail)

    def case(self, record: NewPersonRecord) -> Case:
        """By NDCG@k."""
        liked, _ = self._hidden(record)
        return Case(
            record.user_id,
            record.pool.voices(record.n),
            np.array([item_id in liked for item_id in record.pool.ids], np.bool_),
            lambda score: self._ndcg(record.placed(record.pool.ordered(score)), liked),
        )

    def _hidden(self, record: NewPersonRecord) -> tuple[set[str], set[str]]:
        """Ids of what the person likes and dislikes besides what is revealed."""
        items, ratings = self.dataset.items, self.dataset.interactions
        item, rating, _ = ratings.of_user(record.user_id)
        sides = item[rating >= ratings.scale.like_at], item[rating <= ratings.scale.dislike_at]
        liked, disliked = (
            {items[i].item_id for i in side.tolist()}.difference(record.revealed) for side in sides
        )
        return liked, disliked

    def _ndcg(self, top: Sequence[str], liked: set[str]) -> float:
        found = [item_id in liked for item_id in top]
        return metrics.ndcg_of_list(found, n_relevant=len(liked), k=self.settings.k)

    def examples(self, records: Sequence[NewPersonRecord], choice: Choice | None) -> tuple[Example, ...]:
        """By count and system, in the order of the registry."""
        found: dict[tuple[int, str], list[Example]] = {}
        for record in sorted(records, key=lambda one: self.settings.reveal.index(one.n)):
            for one in self._examples(record, choice):
                found.setdefault((record.n, one.system), []).append(one)
        return tuple(one for made in found.values() for one in made)

    def _examples(self, record: NewPersonRecord, choice: Choice | None) -> Iterator[Example]:
        for system, top in record.top.items():
            yield self.example(record, system, top)
            if system == CF and choice is not None:
                for row, combiner in choice.for_cluster(record.user_id).items():
                    yield self.example(record, row, record.by(combiner))


def _report(
    judge: Judge, examples: Sequence[Example], combined: Combined | None, notes: Sequence[str]
) -> Report:
    dataset, settings = judge.dataset, judge.settings
    name, headline = slug("ranking-new-person", dataset.name), f"NDCG@{settings.k}"
    title = f"Ranking for a new person: {dataset.name}"
    by_n = {n: [one for one in examples if one.detail["known"] == n] for n in settings.reveal}
    tables = [
        *(_curve_table(by_n, metric, settings) for metric in _metrics(settings)),
        *(_table(n, made, settings) for n, made in by_n.items()),
    ]
    plots = [curve(f"{name}-curve", title, by_n, x="known ratings", metric=headline, seed=settings.seed)]
    if combined is not None:
        tables += combined.tables({"all counts": examples, **{_known(n): made for n, made in by_n.items()}})
        plots.append(combined.plot(name))
    n_people = len({one.detail["cluster"] for one in examples})
    return Report(
        name,
        title,
        tuple(tables),
        (*new_person_notes(dataset, settings, n_people=n_people, combined=combined), *notes),
        tuple(examples),
        Run.of(seed=settings.seed, data={dataset.name: dataset.checksum()}, settings=settings),
        plots=tuple(plots),
    )


def _metrics(settings: NewPersonSettings) -> tuple[str, str]:
    return f"NDCG@{settings.k}", f"bad@{settings.k}"


def _curve_table(by_n: dict[int, list[Example]], metric: str, settings: NewPersonSettings) -> Table:
    spread = [
        Example(one.system, one.example, {_known(n): one.values[metric]} if metric in one.values else {})
        for n, made in by_n.items()
        for one in made
    ]
    names = [_known(n) for n in by_n]
    return metric_table(f"{metric} by how many ratings are known", spread, metrics=names, seed=settings.seed)


def _table(n: int, examples: Sequence[Example], settings: NewPersonSettings) -> Table:
    return metric_table(
        f"{_known(n).capitalize()}",
        examples,
        metrics=_metrics(settings),
        seed=settings.seed,
        compared_with=CF,
        difference_of=f"NDCG@{settings.k}",
    )


def _known(n: int) -> str:
    return f"{n} known"
