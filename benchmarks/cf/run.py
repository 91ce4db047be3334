"""All that was asked for, part by part and set by set."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.cf.batch import batch
from benchmarks.cf.build import build
from benchmarks.cf.child import tell
from benchmarks.cf.fold_in import fold_in
from benchmarks.cf.part import HEADLINE, Part, joined
from benchmarks.cf.scale import scale
from benchmarks.cf.sets import kept
from benchmarks.cf_options import PARTS, SHAPES
from benchmarks.report import Report
from benchmarks.stored import shaped

OTHERS = {"fold-in": fold_in, "batch": batch, "scale": scale}
"""The parts that need no rounds."""


def run(
    *,
    quick: bool,
    parts: Sequence[str] | None = None,
    shapes: Sequence[str] | None = None,
    data: bool = False,
    rounds: int | None = None,
) -> Report:
    """The parts (all by default) on the shapes, and with `data` the build on the development data.

    Neither shapes nor data means all of them, or quick the shape of 1M. Quick is also fewer rounds and calls,
    and the build without the slowest libraries.
    """
    parts = parts or list(PARTS)
    if not shapes and not data:
        shapes, data = ((HEADLINE,), False) if quick else (SHAPES, True)
    rounds = rounds or (3 if quick else 5)
    found = []
    for shape in shapes or ():
        tell(f"ratings of the shape {shape}")
        folder = shaped(shape)
        found += [_measure(part, shape, folder, quick=quick, rounds=rounds).of_set(shape) for part in parts]
    if data and "build" in parts:
        found += _on_data(quick=quick, rounds=rounds)
    return joined(found)


def _measure(part: str, name: str, folder: Path, *, quick: bool, rounds: int) -> Part:
    if part == "build":
        return build(name, folder, rounds=rounds, quick=quick)
    return OTHERS[part](name, folder, quick=quick)


def _on_data(*, quick: bool, rounds: int) -> list[Part]:
    notes: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        found = [
            build(name, folder, rounds=rounds, quick=quick).of_set(name)
            for name, folder in kept(Path(scratch), notes)
        ]
    return [*found, Part(notes=notes)]
