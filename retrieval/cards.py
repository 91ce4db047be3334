"""The text by which an item is found: its card."""

import re
from collections.abc import Iterable, Iterator

from catalog import CardTemplate, Item
from catalog.cards import CardField

DEFAULT_CARD = CardTemplate()
"""With its 500 characters of text well inside the 256 tokens that MiniLM reads."""
MAX_VALUES = 8
MAX_VALUE = 60
_INITIAL = r"(?<!\b\w)(?<!\b(?:Mr|Dr|St|Jr|Sr|vs|Lt))(?<!\bMrs)\."
_SENTENCE_END = re.compile(rf"(?:{_INITIAL}|[!?…])[\"'”’»)\]]*(?=\s)|[。｡！？।॥؟۔։།။។።]+[」』”’）]*")
"""A full stop behind an initial or an abbreviation ends none; where blanks separate words, one has to follow."""
_LETTER = re.compile(r"[^\W\d_]")


def card(item: Item, template: CardTemplate = DEFAULT_CARD) -> str:
    """The fields of the template in one line; by default label, attribute values and text, the most telling first.

    "Heat (1995). Crime, Drama. Michael Mann. A thief and a detective ...". Values that carry
    no words (numbers, addresses) are left out, and long texts end at a sentence.
    """
    parts = [part for field in template.fields for part in _parts(item, field, template)]
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts)


def telling(item: Item) -> list[str]:
    """The attribute values that carry words, as the item has them; at most eight of an attribute."""
    return [value for values in item.attributes.values() for value in _telling(values)[:MAX_VALUES]]


def cut_at_sentence(text: str, limit: int) -> str:
    """At most `limit` characters: whole sentences where one fits, else whole words."""
    if len(text) <= limit:
        return text
    head = text[: limit + 1]
    ends = [found.end() for found in _SENTENCE_END.finditer(head) if found.end() <= limit]
    if ends:
        return head[: ends[-1]]
    words, space, _ = head.rpartition(" ")
    return words if space else head[:limit]


def _parts(item: Item, field: CardField, template: CardTemplate) -> Iterator[str]:
    """None where the item has nothing of it."""
    match field:
        case "label":
            yield item.label()
        case "title":
            yield item.title
        case "year":
            yield from () if item.year is None else (str(item.year),)
        case "attributes":
            yield from _attributes(item, template)
        case "text":
            if item.text and (text := " ".join(item.text.split())):
                yield cut_at_sentence(text, template.text)


def _attributes(item: Item, template: CardTemplate) -> Iterator[str]:
    chosen = template.attributes
    for name, most in (dict.fromkeys(item.attributes, MAX_VALUES) if chosen is None else chosen).items():
        if values := _telling(item.attributes.get(name, ()))[:most]:
            yield ", ".join(values)


def _telling(values: Iterable[str]) -> list[str]:
    return [
        value for value in values if _LETTER.search(value) and len(value) <= MAX_VALUE and "://" not in value
    ]
