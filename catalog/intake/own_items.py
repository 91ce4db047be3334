"""Items from the rows of a person's own table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalog import values
from catalog.intake.plan import Part
from catalog.intake.roles import IMAGE, ITEM, TEXT, TITLE, YEAR, year_of
from catalog.items import Item, split_title
from catalog.tables import VALUE_SEPARATOR


class Catalogue:
    """Items by their ids, in the order in which they come."""

    def __init__(self, part: Part | None) -> None:
        self.is_closed = part is not None
        self.items: dict[str, Item] = {}
        self.index: dict[str, int] = {}

    def add(self, item: Item) -> None:
        self.index[item.item_id] = len(self.items)
        self.items[item.item_id] = item


@dataclass(frozen=True)
class ItemReader:
    """Makes an item of a row; an item without an id of its own goes by its title."""

    item: int | None
    title: int | None
    year: int | None
    text: int | None
    image: int | None
    attributes: Mapping[str, int]

    @classmethod
    def of(cls, part: Part, attributes: Mapping[str, str]) -> "ItemReader":
        item, title, year, text, image = (part.place(role) for role in (ITEM, TITLE, YEAR, TEXT, IMAGE))
        named = {attributes[column]: place for column, place in part.places(attributes).items()}
        return cls(item, title, year, text, image, named)

    def id_of(self, row: Sequence[str]) -> str:
        place = self.title if self.item is None else self.item
        return row[place].strip() if place is not None else ""

    def of_row(self, row: Sequence[str]) -> Item | None:
        """None for a row without a title."""
        item_id = self.id_of(row)
        raw = item_id if self.title is None else cell_of(row, self.title)
        if not raw:
            return None
        title, year, aliases = split_title(raw)
        attributes = {
            name: found for name, place in self.attributes.items() if (found := _values(row[place]))
        }
        return Item(
            item_id,
            title,
            year_of(cell_of(row, self.year)) or year,
            cell_of(row, self.text) or None,
            attributes,
            cell_of(row, self.image) or None,
            aliases,
        )


def cell_of(row: Sequence[str], place: int | None) -> str:
    return "" if place is None else row[place].strip()


def _values(cell: str) -> tuple[str, ...]:
    """Values separated by "|", else by ";", else by ", "."""
    separator = next((sign for sign in (VALUE_SEPARATOR, ";", ", ") if sign in cell), VALUE_SEPARATOR)
    return values.texts(cell, separator=separator)
