"""What one part of the benchmark found on one set."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec

from benchmarks.report import Report
from evaluation.report import Table

HEADLINE = "1m"
"""The set whose figures go by their plain names; those of another set begin with its name."""

FIRST = ("build_cpu_ratio_implicit", "foldin_user_p50_ms", "foldin_item_p50_ms", "evidence_cost_ratio")
"""The figures that head the report."""


@dataclass
class Part:
    """Figures by name, those of other libraries by library, tables, and what was not measured and why."""

    figures: dict[str, float] = field(default_factory=dict)
    peers: defaultdict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def of_set(self, name: str) -> "Part":
        """The same, with the set's name before every figure's."""
        if name == HEADLINE:
            return self
        peers = defaultdict(dict, {peer: _prefixed(name, found) for peer, found in self.peers.items()})
        return Part(_prefixed(name, self.figures), peers, self.tables, self.notes)


def not_installed(*packages: str) -> list[str]:
    """What to say of those that cannot be imported."""
    return [f"{package}: not measured, it is not installed" for package in packages if not find_spec(package)]


def _prefixed(name: str, figures: Mapping[str, float]) -> dict[str, float]:
    return {f"{name}_{key}": value for key, value in figures.items()}


def joined(parts: Sequence[Part]) -> Report:
    """One report of all; a note that several parts make is made once."""
    peers: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for part in parts:
        for peer, found in part.peers.items():
            peers[peer] |= found
    figures = {key: value for part in parts for key, value in part.figures.items()}
    figures = {key: figures[key] for key in FIRST if key in figures} | figures
    tables = tuple(table for part in parts for table in part.tables)
    notes = tuple(dict.fromkeys(note for part in parts for note in part.notes))
    return Report("cf", figures, dict(peers), notes, tables)
