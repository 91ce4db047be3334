"""Ten unseen items for each of many known people: people a second on one core."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.cf.build import spread
from benchmarks.cf.child import Failed, measured
from benchmarks.cf.many import OURS, PEER
from benchmarks.cf.part import Part, not_installed
from evaluation.report import Table

COLUMNS = ("engine", "people per CPU s", "x implicit", "spread")


def batch(name: str, folder: Path, *, quick: bool) -> Part:
    """All engines in one process, in turn; the speed is by CPU seconds, so that threads gain nothing."""
    part = Part(notes=not_installed("implicit", "sparse_dot_topn"))
    people, rounds = ("6000", "3") if quick else ("20000", "5")
    try:
        speeds: Mapping[str, Sequence[float]] = measured("benchmarks.cf.many", str(folder), people, rounds)
    except Failed as error:
        part.notes.append(f"batch on {name}: failed, {error}")
        return part
    for engine, found in speeds.items():
        figures = part.figures if engine == OURS else part.peers[engine.partition(",")[0]]
        figures["batch_people_per_cpu_s"] = float(np.median(found))
    title = f"batch, {name}: ten items for each of at most {people} people"
    part.tables.append(Table(title, COLUMNS, tuple(_row(engine, speeds) for engine in speeds)))
    return part


def _row(engine: str, speeds: Mapping[str, Sequence[float]]) -> tuple[str, ...]:
    own = speeds[engine]
    ratios = [one / other for one, other in zip(own, speeds.get(PEER, ()), strict=False)]
    middle = f"{np.median(ratios):.2f}" if ratios else "-"
    return engine, f"{np.median(own):.0f}", middle, spread(ratios)
