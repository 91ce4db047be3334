"""Is every title and attribute in a text true of the records it speaks of?"""

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from agent.linking import Linker
from agent.parser import Context, Parser
from agent.words import fold, tokenize
from catalog import Item

_DATED = re.compile(r"\((\d{4})\)")


class Reader(Protocol):
    """What reads texts against one catalogue; a `World` does."""

    @property
    def parser(self) -> Parser: ...

    @property
    def linker(self) -> Linker: ...


def untrue(text: str, world: Reader, *, about: Sequence[Item], granted: Iterable[str] = ()) -> list[str]:
    """What in the text no record supports, as short descriptions; empty when all of it is true.

    `about` are the items that the text may name. `granted` are phrases that may stand without a record:
    the person's own words. Checked are titles of the catalogue, years in brackets, and attribute values
    in a sentence or list line that names one item.
    """
    allowed = {item.item_id: item for item in about}
    labels = [fold(item.label()) for item in about]
    spoken = {fold(phrase) for phrase in granted}
    found = [f"{problem!r} is no item that was shown" for problem in _strangers(text, world, allowed)]
    folded = fold(text)
    for match in _DATED.finditer(folded):
        if not any(_ends_with(folded[: match.end()], label) for label in labels):
            found.append(f"the year {match.group(1)} is not that of the title before it")
    for line in text.splitlines():
        named = _named(line, about)
        if len(named) == 1:
            found.extend(_wrong_values(line, named[0], world, spoken))
    return found


def _strangers(text: str, world: Reader, allowed: dict[str, Item]) -> Iterable[str]:
    for mention in world.parser(text, Context()).mentions:
        if mention.item_id in allowed:
            continue
        said = fold(mention.said)
        if not any(_whole(said).search(fold(item.label())) for item in allowed.values()):
            yield mention.said


def _named(line: str, about: Sequence[Item]) -> list[Item]:
    """The items whose titles stand in the line as whole words and not inside a longer title or label."""
    folded = fold(line)
    spans = []
    for item in about:
        for name in (fold(item.label()), fold(item.title)):
            if found := _whole(name).search(folded):
                spans.append((found.span(), item))
                break
    return [
        item
        for (start, end), item in spans
        if not any(a <= start and end <= b and (a, b) != (start, end) for (a, b), _ in spans)
    ]


def _wrong_values(line: str, item: Item, world: Reader, spoken: set[str]) -> Iterable[str]:
    own = {fold(value) for values in item.attributes.values() for value in values}
    title = fold(item.label())
    for match in world.linker.values(line, tokenize(line)):
        said = fold(match.said)
        values = {fold(value) for value in match.values}
        if match.said[:1].isupper() and not (
            values & own or said in spoken or values & spoken or _whole(said).search(title)
        ):
            yield f"{match.said!r} is not an attribute of {item.label()}"


def _whole(words: str) -> re.Pattern[str]:
    """Matches the words where no letter or digit goes on at either end: "Alien" is not in "Aliens"."""
    return re.compile(rf"(?<!\w){re.escape(words)}(?!\w)")


def _ends_with(text: str, words: str) -> bool:
    return text.endswith(words) and not text.removesuffix(words)[-1:].isalnum()
