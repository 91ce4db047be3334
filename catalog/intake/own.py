"""A data set from a person's own files, as planned."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from catalog import values
from catalog.dataset import Dataset
from catalog.errors import DataError
from catalog.intake.counts import Counts
from catalog.intake.own_items import Catalogue, ItemReader, cell_of
from catalog.intake.plan import Part, Plan
from catalog.intake.roles import RATING, TIME, USER
from catalog.interactions import Interactions
from catalog.items import Items
from catalog.progress import Progress
from catalog.ratings import FEW, Row

NO_ROW = "the row has not as many values as there are columns"
NO_USER, NO_ITEM, NO_TITLE = "there is no user", "there is no id of the item", "there is no title"
NO_RATING, NO_TIME = "the rating is no number", "the time is not written as the others"
UNKNOWN, TWICE = "the item is not in the catalogue", "the id is that of an earlier row"
Pseudonym = Callable[[str], str]


def read_own(
    plan: Plan,
    *,
    name: str,
    noun: str = "item",
    pseudonym: Pseudonym | None = None,
    progress: Progress | None = None,
) -> tuple[Dataset, list[Counts]]:
    """The data set, and what became of the rows of each file.

    With `pseudonym` every user id becomes what it returns. A row that cannot be used is left out
    and counted. Raises DataError when no row of a file can be.
    """
    known, counts = Catalogue(plan.items), []
    if plan.items is not None:
        counts.append(_read_items(plan, plan.items, known, progress))
    found = Interactions.of([], [])
    if plan.interactions is not None:
        rows = _Rows(plan, plan.interactions, known, pseudonym)
        found = rows.read(progress)
        counts.append(rows.counts)
    home = plan.parts[-1].table.path.parent.absolute()
    return Dataset(name, Items(known.items.values()), found, noun=noun, home=home), counts


def _read_items(plan: Plan, part: Part, known: Catalogue, progress: Progress | None) -> Counts:
    counts = Counts(part.table.path)
    reader = ItemReader.of(part, plan.attributes)
    for line, row in _whole_rows(part, counts, progress):
        item_id = reader.id_of(row)
        item = reader.of_row(row) if item_id else None
        if not item_id:
            counts.skip(NO_ITEM, line, "")
        elif item is None:
            counts.skip(NO_TITLE, line, item_id)
        elif item_id in known.items:
            counts.skip(TWICE, line, item_id)
        else:
            known.add(item)
            counts.kept += 1
    _check_some(counts)
    return counts


def _whole_rows(part: Part, counts: Counts, progress: Progress | None) -> Iterator[Row]:
    width = len(part.table.columns)
    for line, row in part.table.rows(progress):
        counts.read += 1
        if len(row) == width:
            yield line, row
        else:
            counts.skip(NO_ROW, line, "")


def _check_some(counts: Counts) -> None:
    if not counts.kept:
        raise DataError(" ".join(["No row can be used.", *counts.lines()[1:]]), file=Path(counts.path))


class _Rows:
    """The interactions of a file; items that they bring themselves go into the catalogue."""

    def __init__(self, plan: Plan, part: Part, known: Catalogue, pseudonym: Pseudonym | None) -> None:
        self.counts = Counts(part.table.path)
        self._part, self._known = part, known
        self._pseudonym = pseudonym or (lambda user_id: user_id)
        self._items = ItemReader.of(part, plan.attributes)
        self._user, self._rating, self._time = (part.place(role) for role in (USER, RATING, TIME))
        self._score = lru_cache(FEW)(values.rating)
        self._second = lru_cache(FEW)(plan.time.seconds if plan.time else values.seconds)
        self._keep = part.places(plan.keep)
        self._users: list[str] = []
        self._columns: dict[str, list[str]] = {name: [] for name in self._keep}
        self._item_index, self._ratings, self._times = array("i"), array("f"), array("q")

    def read(self, progress: Progress | None) -> Interactions:
        for line, row in _whole_rows(self._part, self.counts, progress):
            self._add(line, row)
        _check_some(self.counts)
        found = Interactions.of(
            self._users,
            self._item_index,
            rating=None if self._rating is None else self._ratings,
            timestamp=None if self._time is None else self._times,
            attributes=self._columns,
        )
        self.counts.merge_repeated(len(found))
        return found

    def _add(self, line: int, row: Sequence[str]) -> None:
        user, item_id = cell_of(row, self._user), self._items.id_of(row)
        if not user or not item_id:
            self.counts.skip(NO_ITEM if user else NO_USER, line, "")
            return
        place = self._rating
        try:
            rating = 0.0 if place is None else self._score(row[place])
            place = self._time
            time = 0 if place is None else self._second(row[place])
        except values.BadValueError:
            self.counts.skip(NO_RATING if place == self._rating else NO_TIME, line, cell_of(row, place))
            return
        if not self._is_known(item_id, row):
            self.counts.skip(UNKNOWN if self._known.is_closed else NO_TITLE, line, item_id)
            return
        self.counts.kept += 1
        self._users.append(self._pseudonym(user))
        self._item_index.append(self._known.index[item_id])
        self._ratings.append(rating)
        self._times.append(time)
        for name, place in self._keep.items():
            self._columns[name].append(row[place])

    def _is_known(self, item_id: str, row: Sequence[str]) -> bool:
        if item_id in self._known.items:
            return True
        item = None if self._known.is_closed else self._items.of_row(row)
        if item is not None:
            self._known.add(item)
        return item is not None
