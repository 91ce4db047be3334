"""What a search found, as tables and a picture."""

import json
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from evaluation.report import Plot, Series, Table
from evaluation.report.summary import NONE
from evaluation.tuning.search import Found, Trial

SHOWN = 10
"""Trials of a model in its table."""


def best_table(found: Sequence[Found], *, k: int) -> Table:
    """One row a model: what tuning was worth, and the configuration as JSON."""
    columns = ("model", f"NDCG@{k}", "default", f"bad@{k}", "seconds a trial", "best configuration")
    rows = [
        (
            one.model.name,
            f"{one.best.ndcg:.4f}",
            f"{one.trials[0].ndcg:.4f}",
            _number(one.best.bad),
            f"{np.mean([trial.seconds for trial in one.trials]):.2f}",
            _text(one.best.config),
        )
        for one in found
    ]
    return Table("The best configuration of each model", columns, tuple(rows))


def trial_table(found: Found, *, k: int) -> Table:
    """The best trials of a model, with what they were worth for each kind of case."""
    ranked = sorted(found.trials, key=lambda trial: -trial.ndcg)[:SHOWN]
    kinds = list(ranked[0].by_kind)
    more = kinds if len(kinds) > 1 else []
    columns = (f"NDCG@{k}", *more, f"bad@{k}", "configuration")
    rows = [_row(trial, more) for trial in ranked]
    title = f"{found.model.name}: the best of {len(found.trials)} trials"
    return Table(title, columns, tuple(rows))


def importance_table(found: Sequence[Found]) -> Table:
    """The share of each name in how good a trial is, the largest first."""
    rows = [
        (one.model.name, name, f"{share:.2f}")
        for one in found
        for name, share in sorted(one.importance.items(), key=lambda pair: -pair[1])
    ]
    return Table("What matters (PED-ANOVA)", ("model", "name", "share"), tuple(rows))


def history_plot(name: str, title: str, found: Sequence[Found], *, k: int) -> Plot:
    """The best so far by trial, a line for each model; of one model its trials besides."""
    series = [
        Series(one.model.name, _numbers(one), tuple(accumulate((t.ndcg for t in one.trials), max)))
        for one in found
    ]
    if len(found) == 1:
        series.append(Series("each trial", _numbers(found[0]), tuple(t.ndcg for t in found[0].trials)))
    return Plot(name, title, "trial", f"NDCG@{k} on validation", tuple(series))


def _numbers(found: Found) -> tuple[float, ...]:
    return tuple(float(number) for number in range(1, len(found.trials) + 1))


def _row(trial: Trial, kinds: Sequence[str]) -> tuple[str, ...]:
    by_kind = (f"{trial.by_kind[kind]:.4f}" for kind in kinds)
    return (f"{trial.ndcg:.4f}", *by_kind, _number(trial.bad), _text(trial.config))


def _number(value: float) -> str:
    return NONE if np.isnan(value) else f"{value:.4f}"


def _text(config: Mapping[str, Any]) -> str:
    return json.dumps(config)
