"""Ratings from long files: read row by row, tens of millions of them, into arrays."""

import csv
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from catalog import values
from catalog.archives import Archive
from catalog.errors import DataError, shortened
from catalog.interactions import Interactions
from catalog.items import Items
from catalog.progress import Progress

LONGEST_LINE = 1 << 24
REPORT_EVERY = 1 << 17
SHORT = 18
FEW = 1 << 16
"""How many texts of a column whose values repeat are remembered."""
Row = tuple[int, Sequence[str]]
"""The line of a file, from 1, and its cells."""


@dataclass(frozen=True)
class Columns:
    """Which cell of a row holds what; `names` are those of all its cells.

    The time is whole numbers since 1970 UTC, so many of them a second.
    """

    names: Sequence[str]
    user: int = 0
    item: int = 1
    rating: int = 2
    time: int | None = 3
    per_second: int = 1


def separated_rows(
    archive: Archive, name: str, *, separator: str, encoding: str = "utf-8-sig", progress: Progress | None
) -> Iterator[Row]:
    """The rows of a text whose lines are cut at a separator, without quoting; empty lines left out."""
    for line, text in text_lines(archive, name, encoding=encoding, progress=progress):
        yield line, text.split(separator)


def comma_rows(archive: Archive, name: str, *, progress: Progress | None) -> Iterator[Row]:
    """The rows of a CSV file with a header line, which is left out."""
    with archive.text(name) as file:
        reader = csv.reader(file, strict=True)
        try:
            next(reader, None)
            for number, row in enumerate(reader, 1):
                if progress and not number % REPORT_EVERY:
                    progress(f"read {name}", number, None)
                if row:
                    yield reader.line_num, row
        except csv.Error as error:
            raise DataError(
                f"The row is not valid CSV ({error}).", file=archive.place(name), line=reader.line_num
            ) from error


def text_lines(
    archive: Archive, name: str, *, encoding: str, progress: Progress | None
) -> Iterator[tuple[int, str]]:
    """The lines of a file that are not empty, with their numbers from 1 and without line ends."""
    number = 0
    with archive.text(name, encoding=encoding) as file:
        while line := file.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise DataError("The line is too long.", file=archive.place(name), line=number)
            if progress and not number % REPORT_EVERY:
                progress(f"read {name}", number, None)
            if text := line.rstrip("\r\n"):
                yield number, text


def rated(
    rows: Iterator[Row], items: Items, columns: Columns, *, place: Path
) -> tuple[Interactions, list[str]]:
    """The interactions of the rows, and one report for each kind of row that was left out.

    Raises DataError with the line for a row that is too short or a value that is no number.
    """
    known = {item_id: index for index, item_id in enumerate(items.ids)}
    users: list[str] = []
    item_index, rating, time = array("i"), array("f"), array("q")
    user_of, score, second = cache(values.identifier), lru_cache(FEW)(values.rating), _second(columns)
    unknown: dict[str, int] = {}
    left_out = 0
    for line, row in rows:
        if len(row) != len(columns.names):
            problem = f"The row has {len(row)} values for {len(columns.names)} columns."
            raise DataError(problem, file=place, line=line)
        index = known.get(row[columns.item])
        if index is None:
            unknown.setdefault(row[columns.item], line)
            left_out += 1
            continue
        column = columns.user
        try:
            users.append(user_of(row[column]))
            column = columns.rating
            rating.append(score(row[column]))
            if columns.time is not None:
                column = columns.time
                time.append(second(row[column]))
        except values.BadValueError as error:
            raise DataError(
                str(error), file=place, line=line, column=columns.names[column], value=row[column]
            ) from error
        item_index.append(index)
    found = Interactions.of(
        users, item_index, rating=rating, timestamp=time if columns.time is not None else None
    )
    return found, _reports(place, unknown, left_out, repeated=len(users) - len(found))


def _second(columns: Columns) -> Callable[[str], int]:
    per_second = columns.per_second

    def second(text: str) -> int:
        whole = int(text) if text.isdecimal() and len(text) < SHORT else values.seconds(text)
        return whole // per_second

    return second


def _reports(place: Path, unknown: dict[str, int], left_out: int, *, repeated: int) -> list[str]:
    reports = []
    if unknown:
        item_id, line = next(iter(unknown.items()))
        reports.append(
            f"{place}: {left_out} rows name {len(unknown)} items that are not in the catalogue and are left "
            f"out, such as {shortened(item_id)} in line {line}."
        )
    if repeated:
        reports.append(f"{place}: {repeated} repeated pairs of user and item; the latest of each stays.")
    return reports
