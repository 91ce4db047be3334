"""Errors of predicted ratings: by person, over all, and by fold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from evaluation.bootstrap import Interval, interval, paired
from evaluation.metrics import Double
from evaluation.ranking.predictors import OURS
from evaluation.report import Example, Table
from evaluation.report.summary import grouped

SQUARED, ABSOLUTE = "squared error", "absolute error"
Sums: TypeAlias = tuple[int, float, float]
"""How many ratings, and the sums of their squared and absolute errors."""


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """One value per rating, shape (ratings,), each the mean of its person's, whose sums so stay exact."""

    person: tuple[str, ...]
    squared: Double
    absolute: Double


def error_examples(sums: Iterable[tuple[str, int, Mapping[str, Sums]]]) -> tuple[Example, ...]:
    """One for each row and person: mean errors over all their ratings, with the sums by fold in its detail.

    `sums` are row, fold, and by user id what was found there.
    """
    found: dict[tuple[str, str], dict[str, Sums]] = {}
    for row, fold, by_person in sums:
        for user_id, own in by_person.items():
            found.setdefault((row, user_id), {})[str(fold)] = own
    examples: dict[str, list[Example]] = {}
    for (row, user_id), by_fold in found.items():
        n, squared, absolute = (sum(column) for column in zip(*by_fold.values(), strict=True))
        values = {SQUARED: squared / n, ABSOLUTE: absolute / n}
        detail = {"ratings": n, "folds": by_fold}
        examples.setdefault(row, []).append(Example(row, user_id, values, detail))
    return tuple(one for made in examples.values() for one in made)


def spread(examples: Sequence[Example]) -> dict[str, Errors]:
    """By row, over the same ratings in the same order."""
    found = {}
    for row, made in grouped(examples).items():
        ordered = sorted(made, key=lambda one: one.example)
        n = [one.detail["ratings"] for one in ordered]
        found[row] = Errors(
            tuple(one.example for one, count in zip(ordered, n, strict=True) for _ in range(count)),
            np.repeat([one.values[SQUARED] for one in ordered], n),
            np.repeat([one.values[ABSOLUTE] for one in ordered], n),
        )
    return found


def intervals(errors: Mapping[str, Errors], *, seed: int) -> dict[str, dict[str, Interval]]:
    """RMSE and MAE by row; people are resampled with all their ratings."""
    rmse, mae = {}, {}
    for row, one in errors.items():
        mse = interval(one.squared, seed=seed, cluster=one.person)
        rmse[row] = Interval(*(float(np.sqrt(value)) for value in (mse.mean, mse.low, mse.high)))
        mae[row] = interval(one.absolute, seed=seed, cluster=one.person)
    return {"RMSE": rmse, "MAE": mae}


def error_table(
    errors: Mapping[str, Errors], found: Mapping[str, Mapping[str, Interval]], *, seed: int
) -> Table:
    """`found` are the intervals of these errors."""
    rows = []
    for row, one in errors.items():
        gain = paired(one.squared, errors[OURS].squared, seed=seed, cluster=one.person)
        rows.append((row, *(str(by_row[row]) for by_row in found.values()), "" if row == OURS else str(gain)))
    return Table("Predicting ratings", ("system", *found, f"{SQUARED} - {OURS}"), tuple(rows))


def fold_table(examples: Sequence[Example], *, folds: int) -> Table:
    rows = []
    for row, made in grouped(examples).items():
        total = np.zeros((folds, 2))
        for one in made:
            for fold, (n, squared, _) in one.detail["folds"].items():
                total[int(fold)] += (squared, n)
        rmse = np.sqrt(total[:, 0] / total[:, 1])
        rows.append((row, *(f"{value:.4f}" for value in rmse), f"{rmse.mean():.4f}"))
    columns = ("system", *(f"fold {fold + 1}" for fold in range(folds)), "mean")
    return Table("RMSE by fold", columns, tuple(rows))
