"""Building item neighbours, each fit in a process of its own, the engines in turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from benchmarks.cf.child import Failed, measured, tell
from benchmarks.cf.engines import ENGINES, FLOOR, NAME, OURS, PEER, K
from benchmarks.cf.part import Part, not_installed
from evaluation.report import Table

Cost: TypeAlias = Mapping[str, float]
"""What one fit took: `cpu_s`, `wall_s`, `peak_mb`, `before_mb`; and its `nearest_mean`."""

TOLERANCE = 1e-4
COLUMNS = (
    "engine",
    "CPU s",
    "x implicit",
    "spread",
    "wall s",
    "peak MB",
    "above data MB",
    "x implicit's peak",
)


@dataclass(frozen=True)
class Rounds:
    """The costs of every engine, one of every round."""

    cost: Mapping[str, Sequence[Cost]]

    def median(self, engine: str, field: str) -> float:
        return float(np.median([cost[field] for cost in self.cost[engine]]))

    def ratios(self, engine: str, *, to: str, field: str = "cpu_s") -> list[float]:
        """Engine by engine `to`, round by round; empty where either was not measured."""
        pairs = zip(self.cost.get(engine, ()), self.cost.get(to, ()), strict=False)
        return [one[field] / other[field] for one, other in pairs]

    @property
    def ours(self) -> str:
        return next(engine for engine in OURS if engine in self.cost)


def build(name: str, folder: Path, *, rounds: int, quick: bool) -> Part:
    """The fits of every installed engine on the set in the folder; quick: without the slow ones."""
    part = Part()
    costs = _measured(_engines(part, quick=quick), folder, rounds=rounds, part=part)
    found = Rounds(costs)
    part.figures |= _figures(found)
    for engine in costs:
        if not engine.startswith(NAME):
            part.peers[engine] |= {
                f"build_{field}": found.median(engine, field) for field in ("cpu_s", "wall_s", "peak_mb")
            }
    part.tables.append(_table(name, found))
    part.notes += _other_answers(name, found)
    return part


def _engines(part: Part, *, quick: bool) -> list[str]:
    left = []
    for engine, what in ENGINES.items():
        if what.missing:
            part.notes += not_installed(*what.missing)
        elif quick and what.slow:
            part.notes.append(f"{engine}: not built with --quick")
        else:
            left.append(engine)
    return left


def _measured(left: list[str], folder: Path, *, rounds: int, part: Part) -> dict[str, list[Cost]]:
    """Engines one after the other, every round beginning with the next; one that fails is left out."""
    costs: dict[str, list[Cost]] = {engine: [] for engine in left}
    for number in range(rounds):
        tell(f"build, round {number + 1} of {rounds}")
        first = number % len(left)
        for engine in left[first:] + left[:first]:
            try:
                costs[engine].append(measured("benchmarks.cf.fit", engine, str(folder)))
            except Failed as error:
                part.notes.append(f"{engine}: failed on {folder.name}, {error}")
                left.remove(engine)
                del costs[engine]
    return costs


def _figures(found: Rounds) -> dict[str, float]:
    figures = {}
    if PEER in found.cost:
        figures["build_cpu_ratio_implicit"] = _middle(found.ratios(found.ours, to=PEER))
        figures["build_peak_ratio_implicit"] = _middle(found.ratios(found.ours, to=PEER, field="peak_mb"))
    for engine in found.cost:
        way = engine.removeprefix(f"{NAME}, ")
        if way != engine and (ratios := found.ratios(engine, to=PEER)):
            figures[f"build_cpu_ratio_implicit_{way}"] = _middle(ratios)
    if shares := found.ratios(FLOOR, to=found.ours):
        figures["build_share_of_floor"] = _middle(shares)
    for field in ("cpu_s", "wall_s", "peak_mb"):
        figures[f"build_{field}"] = found.median(found.ours, field)
    return figures


def _table(name: str, found: Rounds) -> Table:
    rounds = len(found.cost[found.ours])
    title = f"build, {name}: the {K} nearest items of every item by cosine; rounds: {rounds}"
    return Table(title, COLUMNS, tuple(_row(engine, found) for engine in found.cost))


def _row(engine: str, found: Rounds) -> tuple[str, ...]:
    ratios, peaks = found.ratios(engine, to=PEER), found.ratios(engine, to=PEER, field="peak_mb")
    peak, before = found.median(engine, "peak_mb"), found.median(engine, "before_mb")
    return (
        engine,
        f"{found.median(engine, 'cpu_s'):.3g}",
        f"{_middle(ratios):.2f}" if ratios else "-",
        spread(ratios),
        f"{found.median(engine, 'wall_s'):.3g}",
        f"{peak:.0f}",
        f"{peak - before:.0f}",
        f"{_middle(peaks):.2f}" if peaks else "-",
    )


def spread(values: Sequence[float]) -> str:
    return f"{min(values):.2f} to {max(values):.2f}" if values else "-"


def _middle(values: Sequence[float]) -> float:
    return float(np.median(values))


def _other_answers(name: str, found: Rounds) -> list[str]:
    """Engines that find other neighbours than ours do, and so did other work."""
    wanted = found.median(found.ours, "nearest_mean")
    said = []
    for engine, costs in found.cost.items():
        if "nearest_mean" not in costs[0] or ENGINES[engine].rated:
            continue
        nearest = found.median(engine, "nearest_mean")
        if abs(nearest - wanted) > TOLERANCE:
            said.append(f"{engine} on {name}: its nearest items are {nearest:.5f} near, ours {wanted:.5f}")
    return said
