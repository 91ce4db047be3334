"""The baseline that shows what questions alone are worth."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from math import log

import numpy as np
from numpy.typing import NDArray

from agent.lexicon import COMMON
from agent.words import tokenize
from catalog import Items
from cf_engine import best
from evaluation.contract import Turns

MATCHER = "attribute matcher"
_ORDINARY = COMMON - {"war", "crime", "drama"}


class AttributeMatcher:
    """Adds up the attribute values that the user named, each by its rarity: log(items / items that have it).

    While more than `k` items are equally good, and after a message without any value, it asks about another
    attribute, the most telling first. It understands nothing but values; it takes what is refused for a wish.
    """

    name = MATCHER

    def __init__(self, items: Items, *, k: int) -> None:
        holders: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        attributes = _by_information(items)
        for row, item in enumerate(items):
            for value in (value for name in attributes for value in item.attributes.get(name, ())):
                holders[_words(value)].append(row)
        self._ids, self._k = items.ids, k
        self._holders = {
            words: np.unique(rows) for words, rows in holders.items() if not _ORDINARY.issuperset(words)
        }
        self._longest = max(map(len, self._holders), default=0)
        self._questions = [(name, f"Which {name} would you like?") for name in attributes]

    def rank(self, turns: Turns, *, k: int) -> list[str]:
        return [self._ids[row] for row in best(self._score(turns), k)]

    def asks(self, turns: Turns) -> tuple[str, str] | None:
        score = self._score(turns)
        told = any(True for turn in turns[-1:] for _ in self._named(turn["text"]))
        if told and np.count_nonzero(score == score.max()) <= self._k:
            return None
        asked = {turn["text"] for turn in turns}
        return next((question for question in self._questions if question[1] not in asked), None)

    def _score(self, turns: Turns) -> NDArray[np.float64]:
        """Shape (n_items,)."""
        score = np.zeros(len(self._ids))
        texts = [turn["text"] for turn in turns if turn["role"] == "user"]
        for words in dict.fromkeys(words for text in texts for words in self._named(text)):
            rows = self._holders[words]
            score[rows] += log(len(self._ids) / len(rows))
        return score

    def _named(self, text: str) -> Iterator[tuple[str, ...]]:
        """The values that stand in the text, the longest first, left to right."""
        words, place = _words(text), 0
        while place < len(words):
            ends = range(min(place + self._longest, len(words)), place, -1)
            found = next((words[place:end] for end in ends if words[place:end] in self._holders), None)
            if found is not None:
                yield found
            place += len(found or words[place : place + 1])


def _by_information(items: Items) -> list[str]:
    """Attributes by the mean rarity of an item's rarest value of them, those without any value counting 0.

    Left out is what is a name rather than an attribute: most of its items share no value with another.
    """
    told = {}
    for name in items.attribute_names():
        count = items.vocabulary(name)
        own = [[count[value] for value in item.attributes[name]] for item in items if name in item.attributes]
        shared = [counts for counts in own if max(counts, default=1) > 1]
        if 2 * len(shared) > len(own):
            told[name] = sum(log(len(items) / min(counts)) for counts in own if counts)
    return sorted(told, key=lambda name: (-told[name], name))


def _words(text: str) -> tuple[str, ...]:
    return tuple(token.key for token in tokenize(text))
