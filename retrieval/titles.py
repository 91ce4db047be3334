"""Names that are nearly what was typed, among very many, soon enough for every keystroke."""

from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

SHORTLIST = 1000
"""Names that share most pairs of letters with the query, and so are compared letter by letter."""


class Near(NamedTuple):
    """`place` of a name in the list, and its likeness to the query from 0 to 100: rapidfuzz's `ratio`."""

    place: int
    likeness: float


class Titles:
    """Names to look up, as they are to be compared: without case and accents, say.

    Each is known by the pairs of letters it holds, its ends included, so that only a shortlist is compared.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names

    def nearest(self, name: str, *, least: float, n: int) -> list[Near]:
        """At most n names with a likeness of `least` or more, most alike first, equals in order of the list."""
        shortlist = self._shortlist(name)
        chosen = [self._names[place] for place in shortlist]
        found = process.extract(name, chosen, scorer=fuzz.ratio, score_cutoff=least, limit=n)
        return [Near(int(shortlist[row]), likeness) for _, likeness, row in found]

    def _shortlist(self, name: str) -> NDArray[np.intp]:
        """Places with the highest Dice coefficient of letter pairs, ascending; all places of a short list."""
        if len(self._names) <= SHORTLIST:
            return np.arange(len(self._names))
        pairs = _pairs(name)
        known = [self._holding[pair] for pair in pairs if pair in self._holding]
        if not known:
            return np.empty(0, np.intp)
        shared = np.bincount(np.concatenate(known), minlength=len(self._names))
        dice = 2 * shared / (self._sizes + len(pairs))
        return np.sort(np.argpartition(-dice, SHORTLIST)[:SHORTLIST])

    @cached_property
    def _sizes(self) -> NDArray[np.int64]:
        """How many different pairs each name holds, (n_names,)."""
        return np.array([len(_pairs(name)) for name in self._names], np.int64)

    @cached_property
    def _holding(self) -> dict[str, NDArray[np.int32]]:
        """The places of the names that hold a pair."""
        pairs = list(chain.from_iterable(map(_pairs, self._names)))
        place = np.repeat(np.arange(len(self._names), dtype=np.int32), self._sizes)
        number = {pair: row for row, pair in enumerate(dict.fromkeys(pairs))}
        column = np.array([number[pair] for pair in pairs], np.int32)
        order = np.argsort(column, kind="stable")
        ends = np.cumsum(np.bincount(column, minlength=len(number)))
        return dict(zip(number, np.split(place[order], ends[:-1]), strict=True))


def _pairs(name: str) -> dict[str, None]:
    """Each pair of neighbouring letters once, a blank at either end; a dict, as it keeps their order."""
    padded = f" {name} "
    return dict.fromkeys(padded[start : start + 2] for start in range(len(padded) - 1))
