"""Whether a text gives away the title of an item."""

import re
from functools import lru_cache

from agent.linking import ARTICLES
from agent.words import fold
from catalog import Item

OTHER_NAMES = frozenset({"aka", "alias", "aliases"})
"""Attributes whose values are names of the item."""
_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def names(item: Item) -> tuple[str, ...]:
    """The title and every other name that the record holds."""
    others = [
        value for name, values in item.attributes.items() if fold(name) in OTHER_NAMES for value in values
    ]
    return tuple(dict.fromkeys((item.title, *item.aliases, *others)))


def leaks(text: str, item: Item) -> bool:
    """Whether one of the item's names stands in the text as a run of whole words.

    Case, accents and punctuation don't count, an apostrophe may break a word or not, and a name's leading
    article may be absent. A name without letters and digits counts where it stands between spaces.
    """
    readings = _readings(text)
    return any(name in readings[way] for way, name in _spelled(item))


def stands_in(text: str, words: str) -> bool:
    """Whether the words stand in the text as a run, whatever their case, accents and punctuation."""
    return place_in(text, words) >= 0


def place_in(text: str, words: str) -> int:
    """Where the run begins, a number that grows along the text; -1 where it does not stand in it."""
    return _readings(text)[0].find(_readings(words)[0])


def _readings(text: str) -> tuple[str, str, str]:
    """The text's words between single spaces: apostrophes as breaks, apostrophes left out, and as typed."""
    folded = fold(text).replace("&", " and ")
    return (
        _line(_WORD.findall(folded)),
        _line(_WORD.findall(_APOSTROPHE.sub("", folded))),
        _line(text.casefold().split()),
    )


@lru_cache(maxsize=64)
def _spelled(item: Item) -> tuple[tuple[int, str], ...]:
    """(reading, words) of every name, in each reading that a text has."""
    found: list[tuple[int, str]] = []
    for name in names(item):
        *worded, typed = _readings(name)
        for way, line in enumerate(worded):
            words = line.split()
            if len(words) > 1 and words[0] in ARTICLES:
                words = words[1:]
            if words:
                found.append((way, _line(words)))
        if not worded[0].split() and typed.split():
            found.append((len(worded), typed))
    return tuple(dict.fromkeys(found))


def _line(words: list[str]) -> str:
    return f" {' '.join(words)} "
