"""Typing mistakes, as fingers make them."""

import re
from collections.abc import Collection

import numpy as np

from agent.words import fold

SHORTEST = 4
"""Words of fewer letters stay: `no`, `not` and `or` carry the sense of a sentence."""
TRIES = 3
_WORD = re.compile(r"[^\W\d_]+")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {
    letter: "".join(row[max(0, place - 1) : place + 2].replace(letter, "") for row in _ROWS if letter in row)
    for row in _ROWS
    for place, letter in enumerate(row)
}


def mistyped(text: str, rate: float, *, rng: np.random.Generator, words: Collection[str]) -> str:
    """The text with about `rate` of its longer words mistyped: a neighbouring key, two letters swapped, or
    one left out.

    A mistake never makes one of `words` (folded), so that it can hide what was meant but not change it.
    """
    if not rate:
        return text
    return _WORD.sub(lambda match: _word(match.group(), rate, rng, words), text)


def _word(word: str, rate: float, rng: np.random.Generator, words: Collection[str]) -> str:
    if len(word) < SHORTEST or rng.random() >= rate:
        return word
    for _ in range(TRIES):
        slip = _slip(word, rng)
        if slip != word and fold(slip) not in words:
            return slip
    return word


def _slip(word: str, rng: np.random.Generator) -> str:
    """One mistake behind the first letter, which people rarely miss."""
    place, way = int(rng.integers(1, len(word) - 1)), int(rng.integers(3))
    near = _NEIGHBOURS.get(word[place].lower(), "")
    if way == 0 and near:
        return word[:place] + near[int(rng.integers(len(near)))] + word[place + 1 :]
    if way == 1:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + word[place + 1 :]
