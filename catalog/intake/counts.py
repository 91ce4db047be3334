"""How many rows of a file were used, and why the others were not."""

from dataclasses import dataclass, field
from pathlib import Path

from catalog.errors import shortened


@dataclass
class _Skipped:
    rows: int
    line: int
    value: str


@dataclass
class Counts:
    """Every row that is `read` is either `kept`, `repeated`, or skipped for one reason."""

    path: Path
    read: int = 0
    kept: int = 0
    repeated: int = 0
    _skipped: dict[str, _Skipped] = field(default_factory=dict)

    def skip(self, reason: str, line: int, value: str) -> None:
        """One row less; the first of each reason is remembered with its line and value."""
        self._skipped.setdefault(reason, _Skipped(0, line, value)).rows += 1

    def merge_repeated(self, kept: int) -> None:
        """Of the kept rows only so many are left, the others repeated a pair of user and item."""
        self.repeated, self.kept = self.kept - kept, kept

    @property
    def skipped(self) -> dict[str, int]:
        """Rows by the reason for which they were skipped."""
        return {reason: skipped.rows for reason, skipped in self._skipped.items()}

    def lines(self) -> list[str]:
        """The counts in plain words, the file first, then a line for each reason."""
        found = [f"{self.path}: {self.read:,} rows read, {self.kept:,} kept."]
        if self.repeated:
            found.append(f"  {self.repeated:,} repeat a pair of user and item; the latest of each stays.")
        for reason, skipped in self._skipped.items():
            first = f"first in line {skipped.line}: {shortened(skipped.value)}"
            found.append(f"  {skipped.rows:,} left out: {reason} ({first}).")
        return found
