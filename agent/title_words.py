"""What titles say of the items where nothing else does: platforms, brands and kinds, learned from the catalogue.

Of a product that is called "Ford Racing 3 - PlayStation 2" and of which nothing else is known, "racing" and
"PlayStation 2" can be asked for and refused like a genre, as many titles have them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from agent.lexicon import FILLER, FUNCTION, NOUNS
from agent.words import Token, tokenize
from catalog import Items

TITLE = "title"
"""The attribute that these words are values of."""
BARE = 0.1
"""Titles speak where attributes tell of a smaller share of the items. Elsewhere "Love" is a title and no kind."""
LEAST, LEAST_SHARE = 20, 0.001
"""Titles that a word or phrase has to be in."""
WIDEST = 4
COHESION = 0.2
"""A phrase is in at least this share of the titles of its rarest word: "Xbox One", not "controller for Xbox"."""

Run = tuple[str, ...]


def title_words(items: Items) -> dict[str, str]:
    """Words and phrases by their keys, each as titles write it most; none where attributes tell of the items."""
    if sum(any(item.attributes.values()) for item in items) >= BARE * len(items):
        return {}
    titles = [tokenize(item.title) for item in items]
    counts = _frequent(titles, least=max(LEAST, LEAST_SHARE * len(items)))
    return _spellings(titles, {run for run in counts if _tells(run, counts)})


def _frequent(titles: Sequence[Sequence[Token]], *, least: float) -> dict[Run, int]:
    """How many titles have each run of up to WIDEST words that `least` of them have."""
    frequent: dict[Run, int] = {}
    for width in range(1, WIDEST + 1):
        counts = Counter(
            run
            for title in titles
            for run in {_keys(found) for found in _runs(title, width)}
            if width == 1 or (run[1:] in frequent and run[:-1] in frequent)
        )
        frequent |= {run: count for run, count in counts.items() if count >= least}
    return frequent


def _tells(run: Run, counts: dict[Run, int]) -> bool:
    """Whether the words mean something by themselves, and belong together."""
    if len(run) == 1:
        return _names(run[0]) and run[0] not in FILLER | NOUNS
    if not _names(run[0]) or run[-1] in FUNCTION:
        return False
    return counts[run] >= COHESION * min(counts[word,] for word in run if _names(word))


def _names(word: str) -> bool:
    return len(word) > 1 and not word.isdecimal() and word not in FUNCTION


def _spellings(titles: Sequence[Sequence[Token]], wanted: set[Run]) -> dict[str, str]:
    written: dict[Run, Counter[str]] = {run: Counter() for run in wanted}
    for title in titles:
        for width in range(1, WIDEST + 1):
            for found in _runs(title, width):
                if (run := _keys(found)) in written:
                    written[run][" ".join(token.text for token in found)] += 1
    return {" ".join(run): spellings.most_common(1)[0][0] for run, spellings in written.items()}


def _runs(title: Sequence[Token], width: int) -> Iterator[Sequence[Token]]:
    """Those with no more than a space between the words, so none over a dash or a comma."""
    for start in range(len(title) - width + 1):
        run = title[start : start + width]
        if all(after.start - before.end <= 1 for before, after in pairwise(run)):
            yield run


def _keys(run: Sequence[Token]) -> Run:
    return tuple(token.key for token in run)
