"""How the combiners did on validation, how they stand to their parents, and what the learned one goes by."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from agent.weighing import Alphas
from evaluation.bootstrap import interval, paired
from evaluation.combining.cases import Case, mean_gain, parts
from evaluation.combining.choosing import Choice, Chooser, cross_fitted
from evaluation.combining.combiners import Combiner, Linear, Weighed
from evaluation.combining.shapley import background_of
from evaluation.combining.voices import FEATURES
from evaluation.metrics import Double
from evaluation.report import Example, Plot, Series, Table
from evaluation.report.summary import cell, difference, grouped
from evaluation.rows import CF, FUSED, LEARNED, LM, RANKS

COMBINERS, PARENTS = (FUSED, RANKS, LEARNED), (CF, LM)
FOLDS = 5
VALIDATION = "Combiners on validation, each chosen on others"


def validation_table(
    cases: Sequence[Case], rows: Mapping[str, Chooser], choice: Choice, *, metric: str, seed: int
) -> Table:
    """Every way to choose a combiner, on cases of validation whose cluster had no say; what all of them choose."""
    clusters = [one.cluster for one in cases]
    part = parts(clusters, min(FOLDS, len(set(clusters))), seed=seed)
    found: dict[str, Mapping[str, Combiner]] = {CF: dict.fromkeys(clusters, Weighed(Alphas.fixed(1.0)))}
    if len(set(clusters)) > 1:
        found.update({row: cross_fitted(cases, chooser, part) for row, chooser in rows.items()})
    weight = [one.weight for one in cases]
    cluster = [one for one, n in zip(clusters, weight, strict=True) for _ in range(n)]
    values = {
        row: np.repeat([one.worth(by[one.cluster]) / one.weight for one in cases], weight)
        for row, by in found.items()
    }

    def cells(row: str, value: Double) -> tuple[str, ...]:
        behind = "" if row == CF else str(paired(value, values[CF], seed=seed, cluster=cluster))
        chosen = str(choice.everyone[row]) if row in COMBINERS else ""
        return row, str(interval(value, seed=seed, cluster=cluster)), behind, chosen

    columns = ("combiner", metric, f"{metric} - {CF}", "chosen on all")
    return Table(VALIDATION, columns, tuple(cells(row, value) for row, value in values.items()))


def alpha_table(cases: Sequence[Case], choice: Choice, alphas: Sequence[float], *, metric: str) -> Table:
    """The mean of the metric by one alpha for all, on those that chose, by how many items are known where they chose
    by that."""
    fused = choice.everyone[FUSED]
    if not isinstance(fused, Weighed):
        raise TypeError(f"the row {FUSED} is no fusion by alpha")
    at = fused.alphas.at_counts
    rows = []
    for count, alpha in at:
        own = [one for one in cases if len(at) == 1 or one.voices.known == count]
        grid = [mean_gain(own, replace(fused, alphas=Alphas.fixed(one))) for one in alphas]
        rows.append(
            (f"{count} known" if len(at) > 1 else "all", f"{alpha:g}", *(f"{one:.4f}" for one in grid))
        )
    columns = ("of", "chosen", *(f"{one:g}" for one in alphas))
    return Table(f"{metric} by alpha on those that chose it", columns, tuple(rows))


def parents_table(groups: Mapping[str, Sequence[Example]], *, metric: str, seed: int) -> Table:
    """Each combiner against both of its parents, paired, over each group of examples."""
    rows = []
    for name, examples in groups.items():
        by_system = grouped(examples)
        for row in (one for one in COMBINERS if one in by_system):
            behind = [difference(by_system[row], by_system[parent], metric, seed=seed) for parent in PARENTS]
            rows.append((row, name, *map(cell, behind)))
    return Table(
        "Combiners and their parents",
        ("combiner", "over", *(f"{metric} - {one}" for one in PARENTS)),
        tuple(rows),
    )


def learned_table(learned: Linear, cases: Sequence[Case]) -> Table:
    """What the learned combiner goes by."""
    rows = zip(FEATURES, learned.coefficients, weight_of(learned, cases), strict=True)
    cells = tuple((name, f"{coefficient:.3f}", f"{mean:.3f}") for name, coefficient, mean in rows)
    return Table(
        "What the learned combiner goes by", ("feature", "coefficient", "mean |Shapley value|"), cells
    )


def learned_plot(learned: Linear, cases: Sequence[Case], *, name: str) -> Plot:
    values = tuple(weight_of(learned, cases))
    series = (Series(LEARNED, FEATURES, values),)
    return Plot(name, "What the learned combiner goes by", "", "mean |Shapley value|", series, kind="bars")


def weight_of(learned: Linear, cases: Sequence[Case]) -> list[float]:
    """Mean absolute Shapley value of each feature over all candidates, against all of them."""
    background = background_of([one.voices for one in cases])
    values = np.array(learned.coefficients) * (background - background.mean(axis=0))
    return [float(value) for value in np.abs(values).mean(axis=0)]
