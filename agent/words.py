"""Words as they are compared."""

import re
from dataclasses import dataclass

from catalog.folding import folded

WORD = re.compile(r"&|[^\W_]+(?:['’.-][^\W_]+)*", re.UNICODE)
BRACKET = re.compile(r"\s*\([^()]*\)\s*$")


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    key: str
    start: int
    end: int

    @property
    def capitalised(self) -> bool:
        return self.text[:1].isupper() or self.text[:1].isdigit()


def fold(text: str) -> str:
    """Case, accents and typographic quotes removed."""
    return folded(text.replace("’", "'"))


def tokenize(text: str) -> list[Token]:
    return [
        Token(m.group(), "and" if m.group() == "&" else fold(m.group()), m.start(), m.end())
        for m in WORD.finditer(text)
    ]


def spoken(text: str) -> str:
    """The keys of its words, each between spaces, so that what stands in it whole is found in it."""
    return f" {' '.join(token.key for token in tokenize(text))} "


def other_number(key: str) -> str:
    """The plural of a singular and the other way round: "vampire", "vampires"."""
    if key.endswith("ies"):
        return f"{key[:-3]}y"
    if key.endswith("s") and not key.endswith("ss"):
        return key[:-1]
    return f"{key[:-1]}ies" if key.endswith("y") and key[-2:-1] not in "aeiou" else f"{key}s"
