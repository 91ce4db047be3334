"""What shares words with a text: BM25 over a text for every item."""

import re
from collections.abc import Callable, Container, Iterator, Sequence
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from catalog import MissingDependency
from catalog.folding import folded

COMMON = frozenset(
    "a an and are as at be but by for if in into is it no not of on or such that the their then there these "
    "they this to was will with".split()
)
"""English words that say nothing of an item: the stop words of Lucene."""
_WORD = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that leave no blank between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""


def words(text: str) -> list[str]:
    """In order, without case and accents; where a script has no blanks, every two neighbouring letters."""
    return [word for found in _WORD.findall(folded(text)) for word in _parts(found) if word not in COMMON]


class Lexical:
    """BM25 as Lucene has it (Robertson and Zaragoza, 2009), over one text for each item.

    `split` makes the words of a text. `k1` says how soon a repeated word adds nothing, `b` how much a long text
    is held against it. The index is made when it is first asked.
    """

    def __init__(
        self,
        texts: Sequence[str],
        *,
        split: Callable[[str], list[str]] = words,
        k1: float = 1.2,
        b: float = 0.75,
    ) -> None:
        self._texts, self._split, self._k1, self._b = texts, split, k1, b

    def scores(self, text: str) -> NDArray[np.float32]:
        """(n_texts,), 0 where no word is shared. Raises MissingDependency without bm25s."""
        index = self._index
        asked = [] if index is None else [word for word in self._split(text) if word in index.vocab_dict]
        if index is None or not asked:
            return np.zeros(len(self._texts), np.float32)
        return np.asarray(index.get_scores(asked), np.float32)

    @cached_property
    def _index(self) -> "_BM25 | None":
        """None where no text has a word."""
        if not find_spec("bm25s"):
            raise MissingDependency("Searching by words", extra="retrieval")
        spoken = [self._split(text) for text in self._texts]
        if not any(spoken):
            return None
        made = import_module("bm25s").BM25(k1=self._k1, b=self._b, method="lucene")
        made.index(spoken, show_progress=False)
        found: _BM25 = made
        return found


class _BM25(Protocol):
    vocab_dict: Container[str]

    def get_scores(self, query: list[str]) -> NDArray[np.float32]: ...


def _parts(word: str) -> Iterator[str]:
    if len(word) < 3 or not _UNSPACED.search(word):
        yield word
    else:
        yield from (word[start : start + 2] for start in range(len(word) - 1))
