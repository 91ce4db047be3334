"""The build spread over workers: how much sooner it ends, and whether it ends the same."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.cf.build import spread
from benchmarks.cf.child import Failed, measured
from benchmarks.cf.part import Part
from evaluation.report import Table

COLUMNS = ("workers", "wall s", "CPU s", "x sooner", "spread", "same table")

Costs = Mapping[str, Sequence[Mapping[str, float]]]


def scale(name: str, folder: Path, *, quick: bool) -> Part:
    """All ways in one process, in turn; every way builds the whole table."""
    part = Part()
    try:
        costs: Costs = measured("benchmarks.cf.blocks", str(folder), "2" if quick else "3")
    except Failed as error:
        part.notes.append(f"scale on {name}: failed, {error}")
        return part
    ways = list(costs)
    alone, most = ways[0], ways[-1]
    part.figures["scale_times_sooner"] = float(np.median(_sooner(costs, most, than=alone)))
    part.figures["scale_equal_tables"] = min(cost["equals"] for found in costs.values() for cost in found)
    title = f"scale, {name}: the build in parts"
    part.tables.append(Table(title, COLUMNS, tuple(_row(way, costs, alone=alone) for way in ways)))
    return part


def _sooner(costs: Costs, way: str, *, than: str) -> list[float]:
    pairs = zip(costs[than], costs[way], strict=True)
    return [alone["wall_s"] / shared["wall_s"] for alone, shared in pairs]


def _row(way: str, costs: Costs, *, alone: str) -> tuple[str, ...]:
    wall, cpu = (float(np.median([cost[field] for cost in costs[way]])) for field in ("wall_s", "cpu_s"))
    sooner = _sooner(costs, way, than=alone)
    same = "yes" if all(cost["equals"] for cost in costs[way]) else "no"
    return way, f"{wall:.3g}", f"{cpu:.3g}", f"{np.median(sooner):.2f}", spread(sooner), same
