"""A person's own ratings, as Letterboxd, IMDb, Goodreads and MovieLens export them: CSV files with a header.

Nothing is asked of a service: the file is read, its titles are looked up in the catalogue, and what is found there
becomes opinions of the profile.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from agent.linking import title_key
from agent.profile import FROM_DATA, Profile
from catalog import DataError, Items, RatingScale, split_title, values
from catalog.rawtables import Table, csv_table, read_bytes

Value = TypeVar("Value")
LARGEST = 20_000_000
"""Bytes of an export that are read at most; that is more than a hundred thousand ratings."""


@dataclass(frozen=True, slots=True)
class _Export:
    """The columns of one service. A rating that is empty or 0 says that the thing is known, and not how it was."""

    service: str
    marks: frozenset[str]
    """Columns by which it is known."""
    rating: str
    title: str
    year: str | None
    """None: the year stands behind the title, in parentheses."""
    time: str | None
    scale: RatingScale
    keys: Mapping[str, str]
    """Columns with ids, and the attribute in which a catalogue may have them."""


_EXPORTS = (
    _Export(
        "Letterboxd", frozenset({"Letterboxd URI", "Name"}), "Rating", "Name", "Year", "Date", RatingScale(0.5, 5), {}
    ),
    _Export(
        "IMDb", frozenset({"Const", "Your Rating", "Title"}), "Your Rating", "Title", "Year", "Date Rated",
        RatingScale(1, 10), {"Const": "imdb_id"},
    ),
    _Export(
        "Goodreads", frozenset({"My Rating", "Title"}), "My Rating", "Title", "Original Publication Year", "Date Read",
        RatingScale(1, 5), {"Book Id": "goodreads_book_id"},
    ),
    _Export(
        "MovieLens", frozenset({"movie_id", "rating", "title"}), "rating", "title", None, None, RatingScale(0.5, 5),
        {"movie_id": "movielens_id", "imdb_id": "imdb_id", "tmdb_id": "tmdb_id"},
    ),
)  # fmt: skip
_SHELF, _READ = "Exclusive Shelf", "read"
"""Of Goodreads: books on another shelf were not read yet."""
_SERIES = re.compile(r"\s*\([^()]*#[^()]*\)\s*$")
_DATES = ("%Y-%m-%d", "%Y/%m/%d", "%d/%m/%Y", "%d %b %Y")


@dataclass(frozen=True, slots=True)
class OwnRating:
    """`rating` None: known, and not rated. `keys` are ids by the attribute in which a catalogue may have them."""

    title: str
    year: int | None
    rating: float | None
    time: float
    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an export: item ids that were rated and that are only known, and titles the catalogue has not."""

    service: str
    rated: tuple[str, ...]
    seen: tuple[str, ...]
    missing: tuple[str, ...]

    def __str__(self) -> str:
        parts = [f"{len(self.rated)} rated"]
        parts += [f"{len(self.seen)} more seen"] * bool(self.seen)
        parts += [f"{len(self.missing)} not in this catalogue"] * bool(self.missing)
        return f"Taken over from {self.service}: {', '.join(parts)}."


def import_ratings(path: Path, profile: Profile, items: Items) -> Imported:
    """Take an export's ratings into the profile; what the person said themselves stays.

    Raises catalog.DataError, which names file, line and column, for what is no export or has a value that cannot
    be read; the profile is then as it was.
    """
    export, rows = read_export(path)
    lookup = _Lookup(items)
    found = [(lookup.find(row), row) for row in rows]
    rated = {i: (row.rating, row.time) for i, row in found if i is not None and row.rating is not None}
    seen = [i for i in dict.fromkeys(i for i, _ in found if i is not None) if i not in rated]
    profile.adopt(
        ((i, rating, time) for i, (rating, time) in rated.items()),
        export.scale,
        said=f"{FROM_DATA} on {export.service}",
    )
    profile.seen.extend(i for i in seen if i not in profile.seen)
    missing = tuple(dict.fromkeys(row.title for i, row in found if i is None))
    return Imported(export.service, tuple(rated), tuple(seen), missing)


def read_export(path: Path) -> tuple[_Export, list[OwnRating]]:
    """The service whose export it is, and its rows. Raises catalog.DataError."""
    data = read_bytes(path)
    if len(data) > LARGEST:
        raise DataError(
            f"The file has {len(data) / 1e6:.0f} MB; an export of ratings has at most {LARGEST // 10**6}.",
            file=path,
        )
    table = csv_table(data, path)
    export = _of(table)
    return export, [row for place in range(len(table)) if (row := _row(table, place, export)) is not None]


def _of(table: Table) -> _Export:
    for export in _EXPORTS:
        if export.marks <= table.columns.keys():
            return export
    known = "; ".join(f"{one.service}: {', '.join(sorted(one.marks))}" for one in _EXPORTS)
    raise DataError(
        f"This is no export of ratings that is known: its header has {', '.join(table.columns) or 'nothing'}. "
        f"Columns are needed as one of these has them: {known}.",
        file=table.path,
        line=1,
    )


def _row(table: Table, place: int, export: _Export) -> OwnRating | None:
    """None for what the person has not got to yet."""

    def cell(column: str | None) -> str:
        there = table.columns.get(column or "")
        return "" if there is None else str(there[place] or "").strip()

    shelf = cell(_SHELF)
    if shelf and shelf != _READ:
        return None
    title, year = _titled(table, place, export, cell(export.title))
    keys = {name: cell(column) for column, name in export.keys.items() if cell(column)}
    return OwnRating(title, year, _rating(table, place, export), _time(cell(export.time)), keys)


def _titled(table: Table, place: int, export: _Export, said: str) -> tuple[str, int | None]:
    if not said:
        raise table.error("The title is missing; fill it in.", row=place, column=export.title)
    if export.year is None:
        return split_title(said)[:2]
    title = _SERIES.sub("", said) or said
    return title, _valued(table, place, export.year, values.optional_year)


def _rating(table: Table, place: int, export: _Export) -> float | None:
    rating = _valued(table, place, export.rating, _optional_rating)
    if not rating:
        return None
    if not export.scale.low <= rating <= export.scale.high:
        problem = f"A rating of {export.service} is from {export.scale.low:g} to {export.scale.high:g}."
        raise table.error(problem, row=place, column=export.rating)
    return rating


def _time(said: str) -> float:
    """Seconds since 1970 UTC; 0 for a date that is not there or of no known form."""
    for form in _DATES:
        try:
            return datetime.strptime(said, form).replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
    return 0.0


def _optional_rating(value: object) -> float | None:
    return values.rating(value) if values.optional_text(value) else None


def _valued(table: Table, place: int, column: str, read: Callable[[object], Value | None]) -> Value | None:
    """The cell, None where there is no such column. Raises catalog.DataError that tells its place."""
    if column not in table.columns:
        return None
    try:
        return read(table.columns[column][place])
    except values.BadValueError as error:
        raise table.error(str(error), row=place, column=column) from error


class _Lookup:
    """Rows of the export in the catalogue: by an id that both have, else by title and year."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self._by_key: dict[tuple[str, str], int] = {}
        self._by_title: dict[tuple[str, ...], list[int]] = {}
        names = {name for export in _EXPORTS for name in export.keys.values()}
        for row, item in enumerate(items):
            for name in names & item.attributes.keys():
                self._by_key.update({(name, value): row for value in item.attributes[name]})
            for title in dict.fromkeys(title_key(one) for one in (item.title, *item.aliases)):
                self._by_title.setdefault(title, []).append(row)

    def find(self, own: OwnRating) -> str | None:
        """The item's id. Years may differ by one, as premieres do; without a year the title must be of one item."""
        for key in own.keys.items():
            if key in self._by_key:
                return self._items[self._by_key[key]].item_id
        rows = self._by_title.get(title_key(own.title), [])
        near = {row: self._apart(row, own.year) for row in rows}
        nearest = min(near.values(), default=0)
        best = [row for row, apart in near.items() if apart == nearest <= 1]
        return self._items[best[0]].item_id if len(best) == 1 else None

    def _apart(self, row: int, year: int | None) -> int:
        own = self._items[row].year
        return 1 if own is None or year is None else abs(own - year)
