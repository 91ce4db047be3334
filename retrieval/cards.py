"""The text by which an item is found: its card."""

import re

from catalog import Item

MAX_TEXT = 500  # characters; with the attributes well inside the 256 tokens MiniLM reads
MAX_VALUES = 8
MAX_VALUE = 60
_SENTENCE_END = re.compile(r"[.!?…](?=\s)|[。！？।]")
_LETTER = re.compile(r"[^\W\d_]")


def card(item: Item) -> str:
    """Label, attribute values and text in one line, the most telling first.

    "Heat (1995). Crime, Drama. Michael Mann. A thief and a detective ...". Values that carry
    no words (numbers, addresses) are left out, and long texts end at a sentence.
    """
    parts = [item.label()]
    parts += [", ".join(values) for values in map(_telling, item.attributes.values()) if values]
    if item.text and (text := " ".join(item.text.split())):
        parts.append(cut_at_sentence(text, MAX_TEXT))
    return " ".join(part if part.endswith((".", "!", "?")) else f"{part}." for part in parts)


def telling(item: Item) -> list[str]:
    """The attribute values that a card holds, in its order."""
    return [value for values in item.attributes.values() for value in _telling(values)]


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


def _telling(values: tuple[str, ...]) -> list[str]:
    return [
        value for value in values if _LETTER.search(value) and len(value) <= MAX_VALUE and "://" not in value
    ][:MAX_VALUES]
