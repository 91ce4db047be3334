"""CSV, JSON Lines and Parquet files as columns of unconverted values."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from catalog.errors import DataError, MissingDependency
from catalog.values import BadValueError

FORMATS = ("jsonl", "csv", "parquet")
Converted = TypeVar("Converted")


@dataclass(frozen=True)
class Table:
    """Columns of one file. A value is None where the row has none; `lines[row]` is where the
    row starts in the file, from 1 (in Parquet the row itself)."""

    path: Path
    columns: dict[str, Sequence[object]]
    lines: Sequence[int]

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def is_json(self) -> bool:
        return self.path.suffix.lower() == ".jsonl"

    def error(self, problem: str, *, row: int | None = None, column: str | None = None) -> DataError:
        line = None if row is None else self.lines[row]
        value = self.columns[column][row] if column in self.columns and row is not None else None
        return DataError(problem, file=self.path, line=line, column=column, value=value)

    def require(self, *names: str) -> None:
        """Raise DataError for the first column that is not there."""
        for name in names:
            if name not in self.columns:
                there = ", ".join(self.columns) or "none"
                raise DataError(
                    f"The column is missing; the file has: {there}. Add it or rename one.",
                    file=self.path,
                    line=1 if self.lines else None,
                    column=name,
                )

    def convert(self, column: str, converter: Callable[[object], Converted]) -> list[Converted]:
        """The column converted; a BadValueError of the converter becomes a DataError with its place."""
        cells = self.columns[column]
        known: dict[object, Converted] = {}  # of texts, which repeat in long tables
        converted: list[Converted] = []
        try:
            for cell in cells:
                if type(cell) is not str:
                    converted.append(converter(cell))
                    continue
                if cell not in known:
                    known[cell] = converter(cell)
                converted.append(known[cell])
        except BadValueError as error:
            raise self.error(str(error), row=len(converted), column=column) from error
        return converted


def read_table(path: Path) -> Table:
    """The table of a `.csv`, `.jsonl` or `.parquet` file. Raises DataError, MissingDependency."""
    kind = path.suffix.lower().lstrip(".")
    if kind not in FORMATS:
        raise DataError("This kind of file is not read; give a .jsonl, .csv or .parquet file.", file=path)
    if kind == "parquet":
        return _parquet_table(path)
    data = read_bytes(path)
    return csv_table(data, path) if kind == "csv" else jsonl_table(data, path)


def read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise DataError("There is no such file; check the path.", file=path) from error
    except OSError as error:
        raise DataError(f"The file cannot be read ({error.strerror}).", file=path) from error


def decoded(data: bytes, path: Path, *, encoding: str = "utf-8-sig") -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise DataError(
            "The text is not UTF-8; save the file as UTF-8.",
            file=path,
            line=line,
            value=data[error.start : error.start + 8],
        ) from error


def csv_table(data: bytes, path: Path) -> Table:
    """The table of a comma-separated text with a header line."""
    text = decoded(data, path)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = list(reader)
    except csv.Error as error:
        raise DataError(
            f"The row is not valid CSV ({error}); check its quotes.", file=path, line=reader.line_num
        ) from error
    starts = range(1, len(rows) + 1) if reader.line_num == len(rows) else _row_starts(text)
    lines = [start for start, row in zip(starts, rows, strict=True) if row]
    filled = [row for row in rows if row]
    if not filled:
        raise DataError("The file is empty; its first line must name the columns.", file=path)
    return _rows_table(path, [name.strip() for name in filled[0]], filled[1:], lines[1:])


def _row_starts(text: str) -> list[int]:
    """The line where each CSV row starts, when quoted values run over several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    ends = [reader.line_num for _ in reader]
    return [1, *(end + 1 for end in ends[:-1])]


def separated_table(
    data: bytes,
    path: Path,
    *,
    separator: str,
    names: Sequence[str] | None = None,
    encoding: str = "utf-8-sig",
) -> Table:
    """The table of a text whose lines are cut at a separator, without quoting.

    Without `names` the first line is the header, as `name` or `name:type`.
    """
    texts = decoded(data, path, encoding=encoding).split("\n")
    lines = [number for number, text in enumerate(texts, 1) if text.strip()]
    rows = [text.rstrip("\r").split(separator) for text in texts if text.strip()]
    if names is None:
        if not rows:
            raise DataError("The file is empty; its first line must name the columns.", file=path)
        names = [name.split(":")[0] for name in rows[0]]
        rows, lines = rows[1:], lines[1:]
    return _rows_table(path, names, rows, lines)


def _rows_table(path: Path, header: Sequence[str], rows: Sequence[list[str]], lines: list[int]) -> Table:
    _check_names(path, header)
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(header):
            raise DataError(
                f"The row has {len(row)} values for {len(header)} columns; check commas and quotes.",
                file=path,
                line=line,
            )
    columns: dict[str, Sequence[object]] = {
        name: [row[position] for row in rows] for position, name in enumerate(header)
    }
    return Table(path, columns, lines)


def _check_names(path: Path, names: Sequence[str]) -> None:
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise DataError("Two columns have the same name; rename one.", file=path, line=1, column=repeated)


def jsonl_table(data: bytes, path: Path) -> Table:
    """The table of a text with one JSON object a line."""
    records, lines = [], []
    # Not splitlines(): a text may hold U+2028, which JSON does not escape.
    for number, line in enumerate(decoded(data, path).split("\n"), 1):
        if line.strip():
            records.append(json_record(line, path, number))
            lines.append(number)
    names = dict.fromkeys(name for record in records for name in record)
    return Table(path, {name: [record.get(name) for record in records] for name in names}, lines)


def json_record(line: str, path: Path, number: int) -> dict[str, object]:
    """The object in a line of JSON. Raises DataError for what is none, or cannot be written again as UTF-8."""
    try:
        record = _DECODER.decode(line)
        if "\\u" in line:
            json.dumps(record, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"The line is not a JSON object: it is not valid JSON ({error}); write one JSON object a line.",
            file=path,
            line=number,
        ) from error
    if not isinstance(record, dict):
        raise DataError("The line is not a JSON object.", file=path, line=number, value=record)
    return record


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _parquet_table(path: Path) -> Table:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingDependency("Reading a Parquet file", extra="data") from error
    try:
        table = pyarrow.parquet.read_table(io.BytesIO(read_bytes(path)))
    except pyarrow.ArrowException as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"The file is not valid Parquet ({reason}); write it again.", file=path) from error
    names: Iterable[str] = table.column_names
    _check_names(path, list(names))
    columns = {name: column.to_pylist() for name, column in zip(names, table.columns, strict=True)}
    return Table(path, columns, range(1, table.num_rows + 1))
