"""How far each way of re-ranking may go, chosen on validation people alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.report import Example, Table
from evaluation.report.summary import cell, difference, grouped, mean_of
from evaluation.tail.methods import AS_SCORED, Method


@dataclass(frozen=True, slots=True)
class Preset:
    """The strength chosen for a method, 0 where each costs too much, and mean NDCG there on validation."""

    method: Method
    strength: float
    ndcg: float

    @property
    def system(self) -> str:
        return self.method.system(self.strength)


def presets(ways: Sequence[Method], ndcg: Mapping[str, float], *, tolerance: float) -> tuple[Preset, ...]:
    """For each method the largest strength that keeps `1 - tolerance` of the NDCG of the order by score.

    `ndcg` has the mean on validation of every system.
    """
    least = (1 - tolerance) * ndcg[AS_SCORED]
    found = []
    for way in ways:
        strength = max((one for one in way.strengths if ndcg[way.system(one)] >= least), default=0.0)
        found.append(Preset(way, strength, ndcg[way.system(strength)]))
    return tuple(found)


def preset_table(
    chosen: Sequence[Preset],
    examples: Sequence[Example],
    *,
    coverage: Mapping[str, float],
    title: str,
    metric: str,
    seed: int,
) -> Table:
    """What was chosen, on the people of `examples`; `coverage` is by system."""
    by_system = grouped(examples)
    base = by_system[AS_SCORED]
    rows = [
        (
            one.method.name,
            f"{one.strength:g}",
            f"{one.ndcg:.4f}",
            cell(mean_of(by_system[one.system], metric, seed=seed)),
            cell(difference(by_system[one.system], base, metric, seed=seed)),
            f"{coverage[one.system]:.3f}",
            f"{coverage[one.system] / coverage[AS_SCORED]:.2f}",
        )
        for one in chosen
    ]
    columns = (
        "method",
        "strength",
        f"{metric} on validation",
        metric,
        f"{metric} - {AS_SCORED}",
        "coverage",
        f"coverage / {AS_SCORED}",
    )
    return Table(title, columns, tuple(rows))
