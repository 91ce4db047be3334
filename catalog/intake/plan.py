"""How a person's own files will be read: guessed from them, shown, and corrected before anything is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from catalog.errors import DataError
from catalog.intake.own_table import OwnTable
from catalog.intake.roles import (
    GENRES,
    ITEM,
    OF_ITEMS,
    RATING,
    ROLES,
    TEXT,
    TIME,
    TITLE,
    USER,
    guessed_roles,
)
from catalog.intake.times import TimeFormat, guessed_time

FIRST_ROWS, EVERY, MOST_CELLS, MOST_TELLING = 2000, 97, 20_000, 100
GENRE = "genre"
Sample = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Part:
    """One file: the column of each role, and some cells of every column."""

    table: OwnTable
    roles: Mapping[str, str]
    sample: Sample

    def place(self, role: str) -> int | None:
        """The position of the role's cell in a row; None when the file has no such role."""
        return self.table.columns.index(self.roles[role]) if role in self.roles else None

    def places(self, columns: Iterable[str]) -> dict[str, int]:
        return {name: self.table.columns.index(name) for name in columns if name in self.table.columns}


@dataclass(frozen=True)
class Plan:
    """Which files and columns become what; columns that it does not name are not read.

    `interactions` is None for a catalogue without people, `items` where the interactions name
    their items themselves. `attributes` maps columns to names of item attributes, `keep` are
    further columns of the interactions.
    """

    interactions: Part | None
    items: Part | None
    time: TimeFormat | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    keep: Sequence[str] = ()

    @property
    def parts(self) -> list[Part]:
        return [part for part in (self.interactions, self.items) if part is not None]

    def used(self, part: Part) -> set[str]:
        """The columns of a file that are read."""
        further = {*self.attributes} if part is self.items or self.items is None else set()
        further |= {*self.keep} if part is self.interactions else set()
        return {*part.roles.values()} | (further & {*part.table.columns})


def planned(
    table: OwnTable,
    items: OwnTable | None = None,
    *,
    given: Mapping[str, Sequence[str]] | None = None,
    attributes: Mapping[str, str] | None = None,
    keep: Sequence[str] = (),
    time: TimeFormat | None = None,
) -> Plan:
    """What the files' headers and first rows say, where `given` does not: columns by their role, "" for none.

    A table without a user is a catalogue. Raises DataError for a stated column that no file has,
    and when no column can be told to be the user or the item.
    """
    stated = given or {}
    tables = [table] if items is None else [table, items]
    _check(
        tables, [*(name for names in stated.values() for name in names if name), *(attributes or {}), *keep]
    )
    alone = [role for role in ROLES if role != TEXT or role in stated]
    first = _part(table, stated, alone if items is None else [USER, ITEM, RATING, TIME])
    second = None if items is None else _part(items, stated, [ITEM, *OF_ITEMS])
    if USER not in first.roles and items is None:
        return _complete(Plan(None, _part(table, stated, [ITEM, *OF_ITEMS])), attributes or {}, keep)
    if USER not in first.roles:
        raise _missing(first, USER)
    format_ = time or (guessed_time(first.sample[first.roles[TIME]]) if TIME in first.roles else None)
    if TIME in first.roles and format_ is None:
        raise DataError(
            "The times are written in no way that is known; state the pattern with --time-format.",
            file=table.path,
            column=first.roles[TIME],
        )
    return _complete(Plan(first, second, format_), attributes or {}, keep)


def _complete(plan: Plan, attributes: Mapping[str, str], keep: Sequence[str]) -> Plan:
    """The plan with its attributes, checked to know what an item is called."""
    for part in plan.parts:
        if ITEM not in part.roles and TITLE not in part.roles:
            raise _missing(part, ITEM)
    source = plan.items or plan.interactions
    genres = {source.roles[GENRES]: GENRE} if source and GENRES in source.roles else {}
    return Plan(plan.interactions, plan.items, plan.time, {**genres, **attributes}, tuple(keep))


def _part(table: OwnTable, given: Mapping[str, Sequence[str]], wanted: Sequence[str]) -> Part:
    sample = sampled(table)
    here = {
        role: next(name for name in names if name in table.columns)
        for role, names in given.items()
        if any(name in table.columns for name in names)
    }
    first = {column: cells[:FIRST_ROWS] for column, cells in sample.items()}
    asked = [role for role in wanted if "" not in given.get(role, ())]
    return Part(table, guessed_roles(first, here, wanted=asked), sample)


def sampled(table: OwnTable) -> Sample:
    """The cells of the first rows, of every so manyth up to a limit, and of those that may hold an e-mail address,
    of which one is enough to be told; the whole file is passed over once."""
    rows = table.rows()
    found = [row for _, row in islice(rows, FIRST_ROWS)]
    telling = 0
    for number, (_, row) in enumerate(rows):
        if telling < MOST_TELLING and any("@" in cell for cell in row):
            telling += 1
            found.append(row)
        elif not number % EVERY and len(found) < MOST_CELLS:
            found.append(row)
    return {
        name: [row[place] for row in found if len(row) > place] for place, name in enumerate(table.columns)
    }


def _check(tables: Sequence[OwnTable], names: Iterable[str]) -> None:
    for name in names:
        if not any(name in table.columns for table in tables):
            there = "; ".join(f"{table.path.name}: {', '.join(table.columns)}" for table in tables)
            raise DataError(f"No file has this column. There are: {there}.", column=name)


def _missing(part: Part, role: str) -> DataError:
    there = ", ".join(part.table.columns)
    return DataError(
        f"No column can be told to be the {role}; name it with --{role}. There are: {there}.",
        file=part.table.path,
    )
