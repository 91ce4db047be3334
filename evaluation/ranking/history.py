"""Protocol 1, ranking from history: one rating of everyone is held out and sought."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from catalog import ConfigError, Dataset, Progress
from cf_engine import preset
from evaluation import metrics
from evaluation.combining import Case, Combined
from evaluation.ranking.notes import about, history_notes
from evaluation.ranking.outcome import exposure_table, full_values, outcomes, sampled_values
from evaluation.ranking.people import Examiner
from evaluation.ranking.pictures import bars
from evaluation.ranking.record import PersonRecord
from evaluation.ranking.settings import RankingSettings
from evaluation.ranking.splits import HeldOut, leave_last_out, leave_random_out
from evaluation.records import RecordLog
from evaluation.report import Report, Run, metric_table, slug
from evaluation.rows import CF, Panel, Row, Train

if TYPE_CHECKING:
    from language_model import LanguageModel
    from retrieval import Embedder

Setting: TypeAlias = Literal["leave-last-out", "random", "sampled"]
TITLES: dict[Setting, str] = {
    "leave-last-out": "Ranking from history, the last rating held out",
    "random": "Ranking from history, a random rating held out",
    "sampled": "Ranking from history among sampled negatives",
}


def run_ranking(  # noqa: PLR0913  each by its name
    dataset: Dataset,
    *,
    setting: Setting = "leave-last-out",
    settings: RankingSettings | None = None,
    embedder: Embedder | None = None,
    language_model: LanguageModel | None = None,
    peers: Sequence[Row] = (),
    cf: Row | None = None,
    remarks: Sequence[str] = (),
    out: Path | None = None,
    max_users: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Protocol 1 for the rows of the registry, and `peers` besides them, on whom `remarks` are sentences.

    `cf` is the collaborative voice in place of the agent's.

    "leave-last-out" holds out everyone's last rating by time and "random" a random one; every unseen item is
    ranked. "sampled" (LLMRank) ranks the last one, or a random one where the data have no times, among
    `settings.negatives` random items.

    Without an embedder or a language model its rows are left out. With `out`, a folder, `records.jsonl` grows
    there person by person, and a run that was stopped goes on from it. `max_users` takes a seeded sample of
    the people, of which a larger sample is a superset.

    Raises catalog.ConfigError when the data cannot be split, `out` holds another run or `max_users` is
    below 1.
    """
    settings = settings or RankingSettings()
    if max_users is not None and max_users < 1:
        raise ConfigError(f"max_users is {max_users}; give at least 1, or none for everybody")
    by_time = setting != "random" and (
        setting == "leave-last-out" or dataset.interactions.timestamp is not None
    )
    split = leave_last_out(dataset) if by_time else leave_random_out(dataset, seed=settings.seed)
    run = _examiner(
        Panel.open(
            dataset,
            _reaching(settings) if setting == "sampled" else settings,
            embedder=embedder,
            language_model=language_model,
            out=out,
            peers=peers,
            cf=cf,
            progress=progress,
        ),
        split,
        setting,
        settings,
        out=out,
        progress=progress,
    )
    people = np.random.default_rng(settings.seed).permutation(len(split.user))[:max_users]
    combined = (
        None if language_model is None else _combined(run, people[: settings.validation_users], settings)
    )
    train = Train(split.without(split.test), dataset.items, engine=preset(dataset.name))
    records = list(run.records("test", train, np.sort(people)))
    notes = (
        *history_notes(run, setting, settings, combined=combined, by_time=by_time, n_people=len(records)),
        *remarks,
        *about(dataset, peers),
    )
    return _report(run, records, train, setting, settings, combined=combined, notes=notes)


def _reaching(settings: RankingSettings) -> RankingSettings:
    """The language model scores every candidate."""
    return settings.model_copy(update={"cf_pool": max(settings.cf_pool, settings.negatives + 1)})


def _examiner(
    panel: Panel,
    split: HeldOut,
    setting: Setting,
    settings: RankingSettings,
    *,
    out: Path | None,
    progress: Progress | None,
) -> Examiner:
    negatives = settings.negatives if setting == "sampled" else None
    log = RecordLog.within(
        out,
        run={**panel.identity, "protocol": "ranking", "setting": setting, "negatives": negatives},
        kind=PersonRecord,
    )
    return Examiner(
        panel, split, negatives, settings.k if negatives is None else negatives + 1, log, progress
    )


def _combined(run: Examiner, people: NDArray[np.intp], settings: RankingSettings) -> Combined:
    """By mean NDCG@k on the validation ratings."""
    dataset, rest = run.panel.dataset, run.split.without(run.split.test, run.split.validation)
    train = Train(rest, dataset.items, engine=preset(dataset.name))
    records = list(run.records("validation", train, np.sort(people)))
    return Combined.on([_case(one, settings) for one in records], settings)


def _case(record: PersonRecord, settings: RankingSettings) -> Case:
    return Case(
        record.user_id,
        record.pool.voices(0),
        np.array([item_id == record.target for item_id in record.pool.ids], np.bool_),
        lambda score: float(metrics.ndcg(record.placed(record.pool.ordered(score))[0], k=settings.k)),
    )


def _report(
    run: Examiner,
    records: Sequence[PersonRecord],
    train: Train,
    setting: Setting,
    settings: RankingSettings,
    *,
    combined: Combined | None,
    notes: tuple[str, ...],
) -> Report:
    dataset, sampled = run.panel.dataset, setting == "sampled"
    examples = outcomes(
        records,
        choice=None if combined is None else combined.choice,
        sampled=sampled,
        content=run.panel.content,
        items=dataset.items,
        settings=settings,
    )
    names = list(sampled_values(1, settings) if sampled else full_values(1, settings))
    headline = f"NDCG@{max(settings.cutoffs) if sampled else settings.k}"
    tables = [
        metric_table(
            "Finding the item that was held out",
            examples,
            metrics=names,
            seed=settings.seed,
            compared_with=CF,
            difference_of=headline,
        )
    ]
    if not sampled:
        tables.append(exposure_table(examples, train=train, items=dataset.items, settings=settings))
    name, title = slug("ranking", setting, dataset.name), f"{TITLES[setting]}: {dataset.name}"
    plots = [bars(f"{name}-bars", title, examples, metrics=names, seed=settings.seed)]
    if combined is not None:
        tables += combined.tables({"all people": examples})
        plots.append(combined.plot(name))
    return Report(
        name,
        title,
        tuple(tables),
        notes,
        examples,
        Run.of(seed=settings.seed, data={dataset.name: dataset.checksum()}, settings=settings),
        plots=tuple(plots),
    )
