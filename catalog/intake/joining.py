"""Another table's columns joined to items: by title and year, or by an id."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from catalog import values
from catalog.errors import ConfigError
from catalog.folding import folded
from catalog.items import Item, Items, split_title
from catalog.rawtables import Table
from catalog.tables import VALUE_SEPARATOR

TEXT, IMAGE = "text", "image"
TITLE_YEAR = "title,year"
EXAMPLES = 5
_NOT_WORD = re.compile(r"[\W_]+")
_ARTICLE = re.compile(r"^(?:the|an?) (?=.)")
Key = tuple[str, int | None] | str


@dataclass(frozen=True)
class Join:
    """How items find their row, and what they take from it.

    `on` is "title,year", or an id: the name of a column of the table that holds item ids, or
    "attribute=column" for an attribute of the items that the column holds. `take` maps columns
    of the table to what they become: "text", "image", or the name of an attribute.
    """

    on: str
    take: Mapping[str, str]

    def __post_init__(self) -> None:
        if not self.take:
            raise ConfigError("A join takes at least one column; name it with --take.")

    @property
    def is_by_title(self) -> bool:
        return self.on == TITLE_YEAR

    @property
    def columns(self) -> tuple[str, ...]:
        """What the table must have to be joined."""
        return ("title",) if self.is_by_title else (self.on.rpartition("=")[2],)


@dataclass(frozen=True)
class Coverage:
    """Of `items`, how many found their row; `filled` counts, by what they took, those that had nothing there
    before. `ambiguous` are labels of items whose key several different rows have, which took nothing."""

    items: int
    joined: int
    filled: Mapping[str, int]
    ambiguous: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        share = self.joined / max(self.items, 1)
        found = [f"Joined: {self.joined:,} of {self.items:,} items ({share:.1%})."]
        found += [f"  {name}: {n:,} items have it now that had none." for name, n in self.filled.items()]
        if self.ambiguous:
            some = "; ".join(self.ambiguous[:EXAMPLES])
            found.append(f"  {len(self.ambiguous):,} fit several rows and took nothing, such as {some}.")
        return found


def joined(items: Items, table: Table, join: Join) -> tuple[Items, Coverage]:
    """The items with the columns of their rows. What an item has already stays.

    Raises DataError for a column that the table has not.
    """
    table.require(*join.columns, *join.take)
    rows = _rows_by_key(table, join)
    taken = {name: _taken(table, column, name) for column, name in join.take.items()}
    filled = dict.fromkeys(taken, 0)
    found: list[Item] = []
    ambiguous: list[str] = []
    n = 0
    for item in items:
        candidates = next((rows[key] for key in _keys(item, join) if key in rows), [])
        different = {tuple(cells[row] for cells in taken.values()) for row in candidates}
        if len(different) > 1:
            ambiguous.append(item.label())
        n += len(different) == 1
        new = {name: cells[candidates[0]] for name, cells in taken.items()} if len(different) == 1 else {}
        missing = {name: cell for name, cell in new.items() if cell and not _has(item, name)}
        for name in missing:
            filled[name] += 1
        found.append(_with(item, missing))
    return Items(found), Coverage(len(items), n, filled, tuple(ambiguous))


def title_key(title: str) -> str:
    """A title without case, accents, punctuation and leading article."""
    plain = folded(title.replace("&", " and "))
    return _ARTICLE.sub("", _NOT_WORD.sub(" ", plain.replace("'", "").replace("’", "")).strip())


def _keys(item: Item, join: Join) -> Iterator[Key]:
    """What the item goes by, the best first."""
    if join.is_by_title:
        yield from ((title_key(title), item.year) for title in (item.title, *item.aliases))
        return
    attribute = join.on.rpartition("=")[0]
    yield from item.attributes.get(attribute, ()) if attribute else (item.item_id,)


def _rows_by_key(table: Table, join: Join) -> dict[Key, list[int]]:
    rows: dict[Key, list[int]] = {}
    for row, key in enumerate(_table_keys(table, join)):
        rows.setdefault(key, []).append(row)
    rows.pop("", None)
    return rows


def _table_keys(table: Table, join: Join) -> Iterator[Key]:
    if not join.is_by_title:
        yield from table.convert(join.columns[0], lambda cell: str(values.optional_text(cell) or ""))
        return
    titles = table.convert("title", values.optional_text)
    years = table.convert("year", values.optional_year) if "year" in table.columns else [None] * len(table)
    for raw, year in zip(titles, years, strict=True):
        title, told, _ = split_title(raw or "")
        yield (title_key(title), year if year is not None else told) if title else ""


def _taken(table: Table, column: str, name: str) -> list[object]:
    if name in {TEXT, IMAGE}:
        return [*table.convert(column, values.optional_text)]
    return [*table.convert(column, lambda cell: values.texts(cell, separator=VALUE_SEPARATOR))]


def _has(item: Item, name: str) -> bool:
    return bool({TEXT: item.text, IMAGE: item.image}.get(name) or item.attributes.get(name))


def _with(item: Item, new: Mapping[str, object]) -> Item:
    attributes = {name: cell for name, cell in new.items() if isinstance(cell, tuple)}
    text, image = (cell if isinstance(cell := new.get(name), str) else None for name in (TEXT, IMAGE))
    return replace(
        item,
        text=text or item.text,
        image=image or item.image,
        attributes={**item.attributes, **attributes},
    )
