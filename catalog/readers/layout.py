"""What every reader of official files is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from catalog.archives import Archive
from catalog.dataset import Dataset
from catalog.progress import Progress
from catalog.rawtables import Table, csv_table

Value = TypeVar("Value")


@dataclass(frozen=True)
class Layout:
    """The files that tell a data set, and what reads them.

    `files` are alternatives, each the names that must be there together; the first of them that
    is complete tells the layout. `read` takes the archive and the progress.
    """

    name: str
    files: Sequence[Sequence[str]]
    read: Callable[[Archive, Progress | None], Dataset]

    def fits(self, archive: Archive) -> bool:
        return any(all(name in archive for name in names) for names in self.files)

    def told(self) -> str:
        return " or ".join(" with ".join(names) for names in self.files)


def comma_table(archive: Archive, name: str) -> Table:
    """A whole CSV file with a header. Raises DataError."""
    return csv_table(archive.read(name), archive.place(name))


def column(table: Table, name: str, converter: Callable[[object], Value], *, absent: Value) -> list[Value]:
    """A column converted; where the file has no such column, the same value for each row."""
    return table.convert(name, converter) if name in table.columns else [absent] * len(table)


def renamed(table: Table, names: dict[str, str]) -> Table:
    return replace(table, columns={names.get(name, name): cells for name, cells in table.columns.items()})
