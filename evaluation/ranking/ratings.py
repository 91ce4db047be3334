"""Protocol 1, rating prediction: each part of the ratings predicted from the others."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from catalog import ConfigError, Dataset, Progress
from evaluation.ranking.errors import (
    SQUARED,
    Sums,
    error_examples,
    error_table,
    fold_table,
    intervals,
    spread,
)
from evaluation.ranking.pictures import interval_bars
from evaluation.ranking.predictors import PREDICTORS, RatingRow
from evaluation.ranking.rating_folds import FoldSplit, errors_of
from evaluation.ranking.rating_peers import missing_peers
from evaluation.ranking.settings import RatingSettings
from evaluation.records import Key, RecordLog
from evaluation.report import Report, Run, slug


@dataclass(frozen=True, slots=True)
class FoldRecord:
    """Errors of one row on one fold: user id to how many ratings, and their squared and absolute errors' sums.

    `setting` is what the row chose for the fold; empty where there was no choice.
    """

    row: str
    fold: int
    setting: str
    errors: Mapping[str, Sums]

    @property
    def key(self) -> Key:
        return self.row, self.fold

    @classmethod
    def read(cls, line: str) -> Self:
        """From a line of the log. Raises ValueError, KeyError or TypeError for anything else."""
        fields: dict[str, Any] = json.loads(line)
        errors = {
            user_id: (n, squared, absolute) for user_id, (n, squared, absolute) in fields["errors"].items()
        }
        return cls(fields["row"], fields["fold"], fields["setting"], errors)


def run_ratings(
    dataset: Dataset,
    *,
    settings: RatingSettings | None = None,
    peers: Sequence[RatingRow] = (),
    out: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """RMSE and MAE by cross-validation over the ratings, for means, biases, neighbours and `peers`.

    With `out`, a folder, `records.jsonl` grows there fold by fold, and a run that was stopped goes on from it.

    Raises catalog.ConfigError when the data have no ratings, or fewer than folds, or `out` holds another run.
    """
    settings, ratings, rows = settings or RatingSettings(), dataset.interactions, (*PREDICTORS, *peers)
    if ratings.scale.implicit:
        raise ConfigError(
            f'"{dataset.name}" has no ratings, only what people took up: there is nothing to predict; '
            "rank instead (setting random)"
        )
    if len(ratings) < settings.folds:
        raise ConfigError(f'"{dataset.name}" has {len(ratings)} ratings, too few for {settings.folds} folds')
    identity = {
        "dataset": dataset.checksum(),
        "protocol": "ranking",
        "setting": "ratings",
        "settings": settings.model_dump(mode="json"),
    }
    log = RecordLog.within(out, run=identity, kind=FoldRecord)
    records = list(_records(dataset, settings, rows, log, progress))
    examples = error_examples([(one.row, one.fold, one.errors) for one in records])
    name, title = slug("ranking-ratings", dataset.name), f"Rating prediction: {dataset.name}"
    errors = spread(examples)
    found = intervals(errors, seed=settings.seed)
    return Report(
        name,
        title,
        (error_table(errors, found, seed=settings.seed), fold_table(examples, folds=settings.folds)),
        _notes(dataset, settings, rows, records),
        examples,
        Run.of(seed=settings.seed, data={dataset.name: dataset.checksum()}, settings=settings),
        plots=(interval_bars(f"{name}-bars", title, found),),
    )


def _records(
    dataset: Dataset,
    settings: RatingSettings,
    rows: Sequence[RatingRow],
    log: RecordLog[FoldRecord],
    progress: Progress | None,
) -> Iterator[FoldRecord]:
    ratings = dataset.interactions
    fold_of = np.random.default_rng(settings.seed).permutation(len(ratings)) % settings.folds
    for fold in range(settings.folds):
        known = ratings.subset(np.flatnonzero(fold_of != fold))
        split = FoldSplit(known, n_items=len(dataset.items), fold=fold, settings=settings)
        for place, row in enumerate(rows, start=1):
            record = log.get(row.name, fold)
            if record is None:
                setting = split.chosen(row)
                predict = row.settings[setting](split.train)
                found = errors_of(predict, ratings, np.flatnonzero(fold_of == fold))
                record = FoldRecord(row.name, fold, setting, found)
                log.add(record)
            if progress is not None:
                progress("rows and folds", fold * len(rows) + place, settings.folds * len(rows))
            yield record


def _notes(
    dataset: Dataset, settings: RatingSettings, rows: Sequence[RatingRow], records: Sequence[FoldRecord]
) -> tuple[str, ...]:
    scale = dataset.interactions.scale
    absent = missing_peers() if len(rows) > len(PREDICTORS) else ()
    return (
        f"Protocol 1, rating prediction: {len(dataset.interactions)} ratings from {scale.low:g} to {scale.high:g} "
        f"in {settings.folds} random folds, each predicted from the others.",
        f"Where a row has settings, each fold takes those with the least {SQUARED} on a part of its own training "
        f"ratings (one in {settings.inner_folds}, drawn at random, predicted from the rest), and is then learnt "
        "from all of them.",
        "RMSE and MAE over all ratings, with 95% intervals over people, who are resampled with all their "
        f"ratings (10,000 times, seed {settings.seed}); the difference, in mean {SQUARED}, is paired.",
        "Who predicts ratings well may still rank badly: see the tables of ranking.",
        *(f"{row.name}: {row.about}{_choice(row, records)}." for row in rows),
        *(f"{name} is not installed and has no row." for name in absent),
        f"Data: {dataset.source or dataset.name}.",
    )


def _choice(row: RatingRow, records: Sequence[FoldRecord]) -> str:
    """What was chosen on how many folds, in the order of the settings."""
    if len(row.settings) == 1:
        return ""
    folds = {
        setting: [str(one.fold + 1) for one in records if (one.row, one.setting) == (row.name, setting)]
        for setting in row.settings
    }
    chosen = (f"{setting} on fold {', '.join(own)}" for setting, own in folds.items() if own)
    return f"; chosen of {len(row.settings)} settings: {'; '.join(chosen)}"
