"""OpenDialKG: conversations that walk over a knowledge graph, of which films and books are items."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from catalog import values
from catalog.archives import Archive
from catalog.dataset import Dataset
from catalog.dialogues import Dialogue, Role, Turn
from catalog.errors import DataError
from catalog.interactions import Interactions
from catalog.items import Item, Items
from catalog.progress import Progress
from catalog.ratings import separated_rows
from catalog.readers.layout import Layout, comma_table

SOURCE = (
    "OpenDialKG; Moon et al., OpenDialKG: Explainable Conversational Reasoning with Attention-based Walks "
    "over Knowledge Graphs, ACL 2019; CC BY-NC 4.0"
)
TALKS, TRIPLES = "opendialkg.csv", "opendialkg_triples.txt"
INVERSE = "~"
YEAR = "release_year"
ATTRIBUTES = {
    "has_genre": "genre",
    "directed_by": "director",
    "starred_actors": "actor",
    "written_by": "writer",
    "in_language": "language",
}
OF_FILMS = frozenset({"director", "actor"})
ROLES: Mapping[object, Role] = {"user": "user", "assistant": "assistant"}
_BRACKET = re.compile(r"\s*\([^()]*\)$")
Facts = Mapping[str, tuple[str, ...]]


def _read(archive: Archive, progress: Progress | None) -> Dataset:
    items = Items(_items(archive, progress))
    table = comma_table(archive, TALKS)
    table.require("Messages")
    dialogues = []
    for row, cell in enumerate(table.columns["Messages"]):
        try:
            dialogues.append(_dialogue(str(row), json.loads(str(cell)), items))
        except ValueError as error:
            raise DataError(
                f"The messages cannot be used ({error}).", file=table.path, line=table.lines[row]
            ) from error
    return Dataset("opendialkg", items, Interactions.of([], []), tuple(dialogues), source=SOURCE)


def _items(archive: Archive, progress: Progress | None) -> Iterator[Item]:
    """A film has a director or an actor; a book a writer and neither of them."""
    facts: dict[str, dict[str, dict[str, None]]] = defaultdict(lambda: defaultdict(dict))
    years: dict[str, str] = {}
    for line, row in separated_rows(archive, TRIPLES, separator="\t", progress=progress):
        if len(row) != 3:
            raise DataError("The line is not three parts.", file=archive.place(TRIPLES), line=line)
        head, relation, tail = row if not row[1].startswith(INVERSE) else (row[2], row[1][1:], row[0])
        if relation == YEAR:
            years.setdefault(head, tail)
        elif relation in ATTRIBUTES:
            facts[head][ATTRIBUTES[relation]][tail] = None
    for name, found in facts.items():
        kind = "film" if OF_FILMS & found.keys() else "book" if "writer" in found else None
        if kind:
            attributes = {attribute: tuple(parts) for attribute, parts in found.items()}
            yield _item(name, years.get(name), attributes | {"kind": (kind,)})


def _item(name: str, year: str | None, attributes: Facts) -> Item:
    """The name is the id; a bracket behind it tells namesakes apart and is no part of the title."""
    when = int(year) if year and year.isdecimal() else None
    return Item(name, _BRACKET.sub("", name) or name, when, attributes=attributes)


def _dialogue(dialogue_id: str, messages: object, items: Items) -> Dialogue:
    if not isinstance(messages, list):
        raise values.BadValueError("they are no list")
    parts = [values.mapping(message) for message in messages]
    walked = {name: None for part in parts for name in _walked(part) if name in items}
    known = [items[items.index_of(name)] for name in walked]
    turns = [_turn(part, known) for part in parts if part.get("type") == "chat"]
    return Dialogue(dialogue_id, tuple(turns))


def _walked(part: Mapping[str, object]) -> Iterator[str]:
    """The ends of the path that the speaker chose in the graph before a message."""
    path = values.mapping(part.get("metadata")).get("path")
    steps = path[1] if isinstance(path, list) and len(path) > 1 else []
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, list) and len(step) == 3:
            yield from (str(step[0]), str(step[2]))


def _turn(part: Mapping[str, object], known: Sequence[Item]) -> Turn:
    role = ROLES.get(part.get("sender"))
    if role is None:
        raise values.BadValueError(f"the sender is {part.get('sender')!r}")
    text = values.any_text(part.get("message"))
    return Turn(role, text, tuple(_named(text, known)))


def _named(text: str, known: Sequence[Item]) -> list[str]:
    """Items of the conversation whose title is in the text, in order; one inside a longer one does not count."""
    taken = [False] * len(text)
    found: list[tuple[int, str]] = []
    for item in sorted(known, key=lambda item: -len(item.title)):
        for match in re.finditer(rf"(?<!\w){re.escape(item.title)}(?!\w)", text, re.IGNORECASE):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = [True] * len(match[0])
                found.append((match.start(), item.item_id))
    return list(dict.fromkeys(item_id for _, item_id in sorted(found)))


OPENDIALKG = Layout("opendialkg", ((TALKS, TRIPLES),), _read)
