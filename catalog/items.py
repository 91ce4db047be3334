"""Items, the catalogue of them, and titles as people write them."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import overload

from catalog.errors import DataError

ARTICLES = (
    *("the", "a", "an"),
    *("le", "la", "les", "l'", "un", "une", "des"),
    *("el", "los", "las", "lo", "una", "unos", "unas"),
    *("il", "i", "gli", "uno"),
    *("o", "os", "as", "um", "uma"),
    *("der", "die", "das", "dem", "den", "ein", "eine"),
    *("de", "het", "een", "det", "en", "ett", "et"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that can be recommended.

    `title` is what a person would say, without the year; a negative `year` is before our era.
    `attributes` maps a name to its values (`{"genre": ("Crime", "Drama")}`); `aliases` are
    other titles of the same item.
    """

    item_id: str
    title: str
    year: int | None = None
    text: str | None = None
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    image: str | None = None
    aliases: tuple[str, ...] = ()

    def label(self) -> str:
        """Title and year in one: "Heat (1995)", "The Iliad (750 BCE)", or the title alone."""
        if self.year is None:
            return self.title
        return f"{self.title} ({self.year if self.year >= 0 else f'{-self.year} BCE'})"


class Items:
    """The catalogue: items in a fixed order, each id once.

    The position of an item is its `item_index` everywhere in the system. It iterates and
    indexes over items, while `in` asks for ids; therefore it is no `Sequence`.
    """

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._items = tuple(items)
        self._index = {item.item_id: index for index, item in enumerate(self._items)}
        if len(self._index) != len(self._items):
            repeated = Counter(item.item_id for item in self._items).most_common(1)[0][0]
            raise DataError(
                "An item id is there twice; each item needs its own.",
                column="item_id",
                value=repeated,
            )

    @overload
    def __getitem__(self, index: int) -> Item: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Item, ...]: ...
    def __getitem__(self, index: int | slice) -> Item | tuple[Item, ...]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __contains__(self, item_id: object) -> bool:
        return item_id in self._index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Items) and self._items == other._items

    def __hash__(self) -> int:
        return hash(self._items)

    def __repr__(self) -> str:
        return f"Items({len(self)} items)"

    @property
    def ids(self) -> list[str]:
        """The item ids in catalogue order."""
        return list(self._index)

    def index_of(self, item_id: str) -> int:
        """The position of the item. Raises KeyError for an unknown id."""
        return self._index[item_id]

    def get(self, item_id: str) -> Item | None:
        index = self._index.get(item_id)
        return None if index is None else self._items[index]

    def with_added(self, items: Iterable[Item]) -> "Items":
        """A catalogue with these items at the end; an id that is there already is replaced
        in its place, so that no other item's index moves. Of two new ones the later counts."""
        merged = {item.item_id: item for item in self._items}
        merged.update((item.item_id, item) for item in items)
        return Items(merged.values())

    def attribute_names(self) -> tuple[str, ...]:
        """Every attribute name in use, sorted."""
        return tuple(sorted({name for item in self._items for name in item.attributes}))

    def vocabulary(self, attribute: str) -> dict[str, int]:
        """The values of an attribute with the number of items that have them, most first."""
        counts = Counter(
            value for item in self._items for value in dict.fromkeys(item.attributes.get(attribute, ()))
        )
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


_YEAR = re.compile(r"\s*\((\d{4})(?:\s*[-–]\s*(?:\d{4})?)?\)$")
_BRACKET = re.compile(r"\s*\(((?:[^()]|\([^()]*\))*)\)$")
_MEDIUM = re.compile(r"\s*\((?:V|TV|VG)\)$")
_OTHER_NAME = re.compile(r"^(?:a\.?k\.?a\.?|also known as|aka:)\s*", re.IGNORECASE)
_MOVED_ARTICLE = re.compile(
    rf"^(?P<rest>.+),\s+(?P<article>{'|'.join(map(re.escape, ARTICLES))})(?P<tail>:.*)?$",
    re.IGNORECASE,
)


def split_title(raw: str) -> tuple[str, int | None, tuple[str, ...]]:
    """Title, year and other titles of a name such as "Matrix, The (1999)".

    The year is the last bracket of four digits (the first year of a range); brackets before
    it are other titles ("Seven (a.k.a. Se7en) (1995)"). An article behind a comma comes to
    the front, in the title and in the other titles. A name that is nothing but brackets
    stays as it is.
    """
    name = _MEDIUM.sub("", " ".join(raw.split()))
    year = None
    if (found := _YEAR.search(name)) and found.start() > 0:
        name, year = name[: found.start()], int(found[1])
    name = _MEDIUM.sub("", name)
    aliases: list[str] = []
    while (found := _BRACKET.search(name)) and found.start() > 0 and not found[1].isdecimal():
        name = name[: found.start()]
        aliases.insert(0, _with_article_first(_OTHER_NAME.sub("", found[1]).strip()))
    title = _with_article_first(name)
    others = dict.fromkeys(alias for alias in aliases if alias and alias != title)
    return title, year, tuple(others)


def _with_article_first(title: str) -> str:
    found = _MOVED_ARTICLE.match(title)
    if not found:
        return title
    article = found["article"]
    space = "" if article.endswith("'") else " "
    return f"{article}{space}{found['rest']}{found['tail'] or ''}"
