"""The build spread over workers: how much sooner it ends, and whether it ends the same."""

from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from benchmarks.cf.build import spread
from benchmarks.cf.child import Failed, measured
from benchmarks.cf.part import Part, not_installed
from benchmarks.stored import opened
from cf_engine.nearest.cost import MAHOUT_INTERACTIONS, WAYS, Cost, sampled_product, work
from evaluation.report import Table

LARGER = ((1_000_000, 100_000, 2), (10_000_000, 1_000_000, 32), (100_000_000, 10_000_000, 256))
"""People, items, and workers."""
EXTRAPOLATED = (
    "people x items",
    "cap",
    "workers",
    "way",
    "pairs",
    "GB a worker",
    "GB mapped",
    "GB moved",
    "hours",
)
COLUMNS = ("workers", "wall s", "CPU s", "x sooner", "spread", "same table")

Costs = Mapping[str, Sequence[Mapping[str, float]]]


def scale(name: str, folder: Path, *, quick: bool) -> Part:
    """All ways in one process, in turn; every way builds the whole table."""
    engines = ["threads", "processes", *(["ray"] if find_spec("ray") and not quick else [])]
    part = Part(notes=[] if quick else not_installed("ray"))
    try:
        costs: Costs = measured("benchmarks.cf.blocks", str(folder), "2" if quick else "3", *engines)
    except Failed as error:
        part.notes.append(f"scale on {name}: failed, {error}")
        return part
    ways = list(costs)
    threads = [way for way in ways if way.startswith("threads")]
    alone, most = threads[0], threads[-1]
    part.figures["scale_times_sooner"] = float(np.median(_sooner(costs, most, than=alone)))
    part.figures["scale_equal_tables"] = min(cost["equals"] for found in costs.values() for cost in found)
    title = f"scale, {name}: the build in parts"
    part.tables.append(Table(title, COLUMNS, tuple(_row(way, costs, alone=alone) for way in ways)))
    part.tables.append(_extrapolated(name, opened(folder), single_s=_median(costs[alone], "cpu_s")))
    return part


def _extrapolated(name: str, matrix: csr_array, *, single_s: float) -> Table:
    """What more people with the same histories would cost, at the rate that one thread had here."""
    histories, n_items = np.diff(matrix.indptr), matrix.shape[1]
    rate = work(histories, items=n_items).pairs / single_s
    rows = []
    for people, items, workers in LARGER:
        for cap in (None, MAHOUT_INTERACTIONS):
            more = work(histories, items=items, people=people, cap=cap, workers=workers, rate=rate)
            ways = [way(more) for way in WAYS if cap or way is not sampled_product]
            about = f"{people:,} x {items:,}, {more.ratings:.2g} ratings", str(cap or "none"), str(workers)
            rows += [(*about, *_cost_row(cost)) for cost in ways]
    title = f"scale, {name}: extrapolated at {rate / 1e9:.2f} G multiply-adds a second and core"
    return Table(title, EXTRAPOLATED, tuple(rows))


def _cost_row(cost: Cost) -> tuple[str, ...]:
    gigabytes = (f"{size / 1e9:,.1f}" for size in (cost.memory, cost.mapped, cost.moved))
    return cost.way, f"{cost.pairs:.2g}", *gigabytes, f"{cost.seconds / 3600:.2g}"


def _median(costs: Sequence[Mapping[str, float]], field: str) -> float:
    return float(np.median([cost[field] for cost in costs]))


def _sooner(costs: Costs, way: str, *, than: str) -> list[float]:
    pairs = zip(costs[than], costs[way], strict=True)
    return [alone["wall_s"] / shared["wall_s"] for alone, shared in pairs]


def _row(way: str, costs: Costs, *, alone: str) -> tuple[str, ...]:
    wall, cpu = _median(costs[way], "wall_s"), _median(costs[way], "cpu_s")
    sooner = _sooner(costs, way, than=alone)
    same = "yes" if all(cost["equals"] for cost in costs[way]) else "no"
    said = "-" if way.startswith("ray") else f"{cpu:.3g}"
    return way, f"{wall:.3g}", said, f"{np.median(sooner):.2f}", spread(sooner), same
