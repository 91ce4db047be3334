"""Ten unseen items for one new person: milliseconds, with and without the evidence of the ten."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.cf.child import Failed, measured
from benchmarks.cf.part import Part, not_installed
from benchmarks.cf.people import KNOWN
from benchmarks.cf.recommenders import EVIDENCE, ITEM, PEER, USER
from benchmarks.timing import percentile
from evaluation.report import Table

COLUMNS = ("engine", "p50 ms", "p95 ms", "x implicit", "calls")
OURS = {USER: "user", ITEM: "item"}

Times = Mapping[str, Sequence[float]]


def fold_in(name: str, folder: Path, *, quick: bool) -> Part:
    """All engines in one process with one thread, ten calls in turn."""
    part = Part(notes=not_installed("implicit", "lenskit"))
    calls, seconds = (200, 5) if quick else (500, 30)
    try:
        times: Times = measured("benchmarks.cf.calls", str(folder), str(calls), str(seconds))
    except Failed as error:
        part.notes.append(f"fold-in on {name}: failed, {error}")
        return part
    for engine, short in OURS.items():
        part.figures |= _percentiles(f"foldin_{short}", times[engine])
    part.figures["evidence_cost_ratio"] = max(
        percentile(times[engine + EVIDENCE], 50) / percentile(times[engine], 50) for engine in OURS
    )
    for engine, taken in times.items():
        if not engine.startswith(tuple(OURS)):
            library, _, kind = engine.rpartition(" ")
            part.peers[library] |= _percentiles(f"foldin_{kind}", taken)
    title = f"fold-in, {name}: ten unseen items for a new person with {KNOWN} ratings"
    part.tables.append(Table(title, COLUMNS, tuple(_row(engine, times) for engine in times)))
    return part


def _percentiles(name: str, times: Sequence[float]) -> dict[str, float]:
    return {f"{name}_p{percent}_ms": percentile(times, percent) for percent in (50, 95)}


def _row(engine: str, times: Times) -> tuple[str, ...]:
    own = times[engine]
    middle = percentile(own, 50)
    ratio = f"{middle / percentile(times[PEER], 50):.2f}" if PEER in times else "-"
    return engine, f"{middle:.3g}", f"{percentile(own, 95):.3g}", ratio, str(len(own))
