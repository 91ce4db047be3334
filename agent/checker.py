"""Is every title and attribute in a text true of the records it speaks of?"""

import re
from collections.abc import Iterable, Sequence

from agent.linking import fold, tokenize
from agent.parser import Context
from agent.world import World
from catalog import Item

_DATED = re.compile(r"\((\d{4})\)")


def untrue(text: str, world: World, *, about: Sequence[Item], granted: Iterable[str] = ()) -> list[str]:
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
        if not any(folded[: match.end()].endswith(label) for label in labels):
            found.append(f"the year {match.group(1)} is not that of the title before it")
    for line in text.splitlines():
        named = [item for item in about if fold(item.title) in fold(line)]
        if len(named) == 1:
            found.extend(_wrong_values(line, named[0], world, spoken))
    return found


def _strangers(text: str, world: World, allowed: dict[str, Item]) -> Iterable[str]:
    for mention in world.parser(text, Context()).mentions:
        if mention.item_id in allowed:
            continue
        said = fold(mention.said)
        if not any(said in fold(item.label()) for item in allowed.values()):
            yield mention.said


def _wrong_values(line: str, item: Item, world: World, spoken: set[str]) -> Iterable[str]:
    own = {fold(value) for values in item.attributes.values() for value in values}
    title = fold(item.label())
    for match in world.linker.values(line, tokenize(line)):
        said = fold(match.said)
        values = {fold(value) for value in match.values}
        if match.said[:1].isupper() and not (
            values & own or said in spoken or values & spoken or said in title
        ):
            yield f"{match.said!r} is not an attribute of {item.label()}"
