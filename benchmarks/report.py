"""What every benchmark gives back, and the one form in which it is kept."""

import json
import os
import platform
import shlex
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from evaluation.report import Table

PACKAGES = ("numpy", "scipy", "numba", "torch", "transformers", "chromadb", "implicit", "lenskit")


@dataclass(frozen=True)
class Report:
    """Figures by name (the unit is the end of the name), and those of other ways and libraries.

    A peer that could not be measured has no figures; `notes` says why. `tables`, where there are any, show
    the peers beside ours.
    """

    name: str
    figures: Mapping[str, float]
    peers: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()

    def as_json(self) -> str:
        document = {key: value for key, value in asdict(self).items() if key != "notes"}
        document |= {"machine": machine(), "command": command()}
        return json.dumps(document, indent=2)

    def as_text(self) -> str:
        lines = [self.name, *_rows(self.figures)]
        if not self.tables:
            for peer, figures in self.peers.items():
                lines += [f"  against {peer}", *_rows(figures, indent=4)]
        for table in self.tables:
            lines += ["", f"  {table.title}", *_cells(table)]
        return "\n".join([*lines, *(f"  {note}" for note in self.notes)])


def machine() -> dict[str, str | int]:
    """Processor, cores and versions: what the figures depend on."""
    found: dict[str, str | int] = {
        "processor": _processor(),
        "cores": os.cpu_count() or 1,
        "threads": os.environ.get("DUETTO_THREADS", "all cores"),
        "system": platform.platform(),
        "python": platform.python_version(),
    }
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "absent"
    return found


def command() -> str:
    return shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]])


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def _rows(figures: Mapping[str, float], *, indent: int = 2) -> list[str]:
    width = max((len(name) for name in figures), default=0)
    return [f"{' ' * indent}{name:<{width}}  {value:.4g}" for name, value in figures.items()]


def _cells(table: Table) -> list[str]:
    """The table in lines, the first column to the left and numbers to the right."""
    rows = (table.columns, *table.rows)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "    " + "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    ]
