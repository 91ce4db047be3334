"""How far each way of re-ranking may go, chosen on validation people alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.report import Example, Table
from evaluation.report.summary import cell, difference, grouped, mean_of
from evaluation.tail.methods import AS_SCORED, Method


@dataclass(frozen=True, slots=True)
class Preset:
    """The strength chosen for a method, 0 where each costs too much."""

    method: Method
    strength: float


def presets(ways: Sequence[Method], ndcg: Mapping[str, float], *, tolerance: float) -> tuple[Preset, ...]:
    """For each method the largest strength that keeps `1 - tolerance` of the NDCG of the order by score.

    `ndcg` has the mean on validation of every system.
    """
    least = (1 - tolerance) * ndcg[AS_SCORED]
    return tuple(
        Preset(way, max((one for one in way.strengths if ndcg[way.system(one)] >= least), default=0.0))
        for way in ways
    )


def preset_table(
    chosen: Sequence[Preset],
    examples: Sequence[Example],
    *,
    validation: Mapping[str, float],
    coverage: Mapping[str, float],
    title: str,
    metric: str,
    seed: int,
) -> Table:
    """What was chosen, on the people of `examples`, below the order by score.

    `validation`, the mean of the metric there, and `coverage` are by system.
    """
    by_system = grouped(examples)
    base = by_system[AS_SCORED]
    columns = ("method", "strength", f"{metric} on validation", metric, f"{metric} - {AS_SCORED}", "coverage")
    rows = [(AS_SCORED, "", AS_SCORED)]
    rows += [(one.method.name, f"{one.strength:g}", one.method.system(one.strength)) for one in chosen]
    cells = [
        (
            name,
            strength,
            f"{validation[system]:.4f}",
            cell(mean_of(by_system[system], metric, seed=seed)),
            cell(difference(by_system[system], base, metric, seed=seed)) if strength else "",
            f"{coverage[system]:.3f}",
        )
        for name, strength, system in rows
    ]
    return Table(title, columns, tuple(cells))
