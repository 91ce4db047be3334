"""A table as a person has it: CSV of any kind, JSON Lines or Parquet, row by row."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from catalog.errors import DataError
from catalog.intake.encodings import SAMPLE, guessed_encoding, guessed_separator, known_encoding
from catalog.progress import Progress
from catalog.ratings import REPORT_EVERY, Row
from catalog.rawtables import Table, json_record, read_table
from catalog.tables import VALUE_SEPARATOR

JSON_LINES, PARQUET = ".jsonl", ".parquet"
HEADER_ROWS = 1000


@dataclass(frozen=True)
class OwnTable:
    """The columns of a file and how its text is read; `encoding` and `separator` are empty for Parquet,
    the separator for JSON Lines too. `has_header` is whether the first line names the columns."""

    path: Path
    columns: tuple[str, ...]
    encoding: str = ""
    separator: str = ""
    has_header: bool = True

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        encoding: str | None = None,
        separator: str | None = None,
        names: Sequence[str] | None = None,
    ) -> "OwnTable":
        """What is not stated is guessed; `names` are the columns of a file without a header.

        Raises DataError, ConfigError, MissingDependency.
        """
        kind = path.suffix.lower()
        if kind == PARQUET:
            return cls(path, tuple(read_table(path).columns))
        known = known_encoding(encoding) if encoding else guessed_encoding(path)
        if kind == JSON_LINES:
            return cls(path, _keys(path, known), known)
        found = cls(path, (), known, separator or guessed_separator(_sample(path, known)), names is None)
        header = names if names is not None else found._header()
        return cls(path, _distinct(path, header), known, found.separator, names is None)

    def _header(self) -> Sequence[str]:
        _, header = next(self._cells(None), (1, []))
        if not any(name.strip() for name in header):
            raise DataError("The file is empty; its first line must name the columns.", file=self.path)
        if all(_is_number(name) for name in header):
            raise DataError(
                "The first line holds numbers, not the names of columns; name them with --columns.",
                file=self.path,
                line=1,
            )
        return [name.strip() for name in header]

    def rows(self, progress: Progress | None = None) -> Iterator[Row]:
        """Each row's line, from 1, and its cells as texts; "" where there is none.

        A row may have more or fewer cells than there are columns. Raises DataError.
        """
        kind = self.path.suffix.lower()
        if kind == PARQUET:
            table = read_table(self.path)
            cells = zip(*table.columns.values(), strict=True)
            return ((line, [_text(cell) for cell in row]) for line, row in enumerate(cells, 1))
        if kind == JSON_LINES:
            return self._records(progress)
        return islice(self._cells(progress), 1 if self.has_header else 0, None)

    def whole(self) -> Table:
        """All rows at once. Raises DataError for one that is wider or narrower than the header."""
        found = list(self.rows())
        wrong = next((line for line, row in found if len(row) != len(self.columns)), None)
        if wrong is not None:
            raise DataError(f"The row has not {len(self.columns)} values.", file=self.path, line=wrong)
        columns: dict[str, Sequence[object]] = {
            name: [row[place] for _, row in found] for place, name in enumerate(self.columns)
        }
        return Table(self.path, columns, [line for line, _ in found])

    def _records(self, progress: Progress | None) -> Iterator[Row]:
        for line, text in _lines(self.path, self.encoding, progress):
            record = json_record(text, self.path, line)
            yield line, [_text(record.get(name)) for name in self.columns]

    def _cells(self, progress: Progress | None) -> Iterator[Row]:
        if len(self.separator) > 1:
            for line, text in _lines(self.path, self.encoding, progress):
                yield line, text.split(self.separator)
            return
        size = self.path.stat().st_size
        with self.path.open("rb") as file, io.TextIOWrapper(file, self.encoding, newline="") as decoded:
            reader = csv.reader(decoded, delimiter=self.separator)
            try:
                for number, row in enumerate(reader, 1):
                    if progress and not number % REPORT_EVERY:
                        progress(f"read {self.path.name}", file.tell(), size)
                    if row:
                        yield reader.line_num, row
            except csv.Error as error:
                raise DataError(
                    f"The row cannot be read ({error}); check its quotes.",
                    file=self.path,
                    line=reader.line_num,
                ) from error
            except UnicodeDecodeError as error:
                raise DataError(f"The text is not {self.encoding}.", file=self.path) from error


def _sample(path: Path, encoding: str) -> str:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        return file.read(SAMPLE)


def _distinct(path: Path, names: Sequence[str]) -> tuple[str, ...]:
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise DataError("Two columns have the same name; rename one.", file=path, line=1, column=repeated)
    return tuple(names)


def _lines(path: Path, encoding: str, progress: Progress | None) -> Iterator[tuple[int, str]]:
    size = path.stat().st_size
    with path.open("rb") as file, io.TextIOWrapper(file, encoding, newline="\n") as text:
        try:
            for number, line in enumerate(text, 1):
                if progress and not number % REPORT_EVERY:
                    progress(f"read {path.name}", file.tell(), size)
                if line.strip():
                    yield number, line.rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise DataError(f"The text is not {encoding}.", file=path) from error


def _keys(path: Path, encoding: str) -> tuple[str, ...]:
    records = (
        json_record(text, path, line) for line, text in islice(_lines(path, encoding, None), HEADER_ROWS)
    )
    names = tuple(dict.fromkeys(name for record in records for name in record))
    if not names:
        raise DataError("The file is empty; it needs one JSON object a line.", file=path)
    return names


def _text(cell: object) -> str:
    """A cell of a typed file as CSV would have it; the values of a list are joined by "|"."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, list | tuple):
        return VALUE_SEPARATOR.join(_text(part) for part in cell)
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
