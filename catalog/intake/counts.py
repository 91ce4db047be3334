"""How many rows of a file were used, and why the others were not."""

from collections.abc import Iterator
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
        """One row less; the first of each reason is remembered with its line and value, "" for a person's own."""
        self._skipped.setdefault(reason, _Skipped(0, line, value)).rows += 1

    def merge_repeated(self, kept: int) -> None:
        """Of the kept rows only so many are left, the others repeated a pair of user and item."""
        self.repeated, self.kept = self.kept - kept, kept

    @property
    def skipped(self) -> dict[str, int]:
        """Rows by the reason for which they were skipped."""
        return {reason: skipped.rows for reason, skipped in self._skipped.items()}

    def lines(self) -> list[str]:
        """The counts in plain words, the file first, then a line for each reason with the first value."""
        return [f"{self.path}: {self._told()}", *(f"  {line}" for line in self._reasons(with_values=True))]

    def kept_lines(self) -> list[str]:
        """The same to be kept with the data: without any cell, which may be a person's, and without folders."""
        return [f"{self.path.name}: {self._told()}", *self._reasons(with_values=False)]

    def _told(self) -> str:
        return f"{self.read:,} rows read, {self.kept:,} kept."

    def _reasons(self, *, with_values: bool) -> Iterator[str]:
        if self.repeated:
            yield f"{self.repeated:,} repeat a pair of user and item; the latest of each stays."
        for reason, skipped in self._skipped.items():
            value = f": {shortened(skipped.value)}" if with_values and skipped.value else ""
            yield f"{skipped.rows:,} left out: {reason} (first in line {skipped.line}{value})."
