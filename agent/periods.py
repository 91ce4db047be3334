"""Years and spans of years as people write them."""

import re
from collections.abc import Callable

from agent.utterance import Period

_DECADE = r"(?:(?:19|20)?\d0)'?s"
_YEAR = r"(?:19|20)\d\d"
_WORD_DECADES = {
    "twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70,
    "eighties": 80, "nineties": 90,
}  # fmt: skip
_DECADE_ANY = rf"(?:{_DECADE}|{'|'.join(_WORD_DECADES)})"
_PARTS = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}


def _decade(text: str) -> int:
    word = text.casefold()
    if word in _WORD_DECADES:
        return 1900 + _WORD_DECADES[word]
    digits = int(re.sub(r"\D", "", word))
    if digits >= 1000:
        return digits
    return 1900 + digits if digits >= 30 else 2000 + digits


def _part_of_decade(match: re.Match[str]) -> tuple[int, int]:
    first = _decade(match["decade"])
    low, high = _PARTS[match["part"].casefold()]
    return first + low, first + high


def _between(match: re.Match[str]) -> tuple[int, int]:
    low, high = sorted((int(match["low"]), int(match["high"])))
    return low, high


_Reader = Callable[[re.Match[str]], tuple[int | None, int | None]]
_RULES: tuple[tuple[re.Pattern[str], _Reader], ...] = tuple(
    (re.compile(pattern, re.I), reader)
    for pattern, reader in (
        (
            rf"\b(?:between|from)\s+(?P<low>{_YEAR})\s*(?:and|to|-|–|until|till)\s*(?P<high>{_YEAR})\b",
            _between,
        ),
        (rf"(?<!\()\b(?P<low>{_YEAR})\s*[-–]\s*(?P<high>{_YEAR})\b", _between),
        (rf"\b(?P<part>early|mid|late)[ -]*(?:the )?(?P<decade>{_DECADE_ANY})", _part_of_decade),
        (
            rf"\b(?:after|since|newer than|later than)\s+(?:the )?(?P<decade>{_DECADE_ANY})",
            lambda m: (_decade(m["decade"]) + 10, None),
        ),
        (
            rf"\b(?:before|older than|earlier than|pre)[ -]+(?:the )?(?P<decade>{_DECADE_ANY})",
            lambda m: (None, _decade(m["decade"]) - 1),
        ),
        (rf"\b(?:after|newer than|later than)\s+(?P<year>{_YEAR})\b", lambda m: (int(m["year"]) + 1, None)),
        (rf"\b(?:since|from)\s+(?P<year>{_YEAR})\s+(?:on|onwards?)\b", lambda m: (int(m["year"]), None)),
        (rf"\bsince\s+(?P<year>{_YEAR})\b", lambda m: (int(m["year"]), None)),
        (
            rf"\b(?:before|older than|earlier than|pre)[ -]+(?P<year>{_YEAR})\b",
            lambda m: (None, int(m["year"]) - 1),
        ),
        (rf"\b(?:until|up to|no later than)\s+(?P<year>{_YEAR})\b", lambda m: (None, int(m["year"]))),
        (rf"\b(?P<decade>{_DECADE_ANY})(?=\W|$)", lambda m: (_decade(m["decade"]), _decade(m["decade"]) + 9)),
        (rf"\b(?:from|in|of|year)\s+(?P<year>{_YEAR})\b", lambda m: (int(m["year"]), int(m["year"]))),
    )
)


def read_period(text: str) -> Period | None:
    """The first period named in the text, or None. `"late 90s"` is 1997 to 1999."""
    for pattern, reader in _RULES:
        match = pattern.search(text)
        if match:
            low, high = reader(match)
            return Period(year_min=low, year_max=high, said=match.group().strip())
    return None
