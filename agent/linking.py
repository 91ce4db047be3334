"""Finds the catalogue's own titles and attribute values in what a person types."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.lexicon import COMMON, SYNONYMS
from catalog import Items
from catalog.folding import folded
from retrieval import Near, Titles

WORD = re.compile(r"&|[^\W_]+(?:['’.-][^\W_]+)*", re.UNICODE)
YEAR_AFTER = re.compile(r"^\W{0,2}\(?((?:18|19|20)\d\d)\)?")
ARTICLES = frozenset({"the", "a", "an"})
FUZZY_LINK = 88.0
FUZZY_SUGGEST = 62.0
MAX_TITLE_WORDS = 12
CATEGORY_NAMES = frozenset({"genre", "category", "tag", "concept", "level", "language", "audience"})
CATEGORY_SIZE = 400


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    key: str
    start: int
    end: int

    @property
    def capitalised(self) -> bool:
        return self.text[:1].isupper() or self.text[:1].isdigit()


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """A stretch of text that names an item: `item_index` is the likeliest of `candidates`."""

    item_index: int
    candidates: tuple[int, ...]
    start: int
    end: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class ValueMatch:
    attribute: str
    values: tuple[str, ...]
    said: str
    start: int
    end: int


def fold(text: str) -> str:
    """Case, accents and typographic quotes removed."""
    return folded(text.replace("’", "'"))


def tokenize(text: str) -> list[Token]:
    return [
        Token(m.group(), "and" if m.group() == "&" else fold(m.group()), m.start(), m.end())
        for m in WORD.finditer(text)
    ]


def title_key(title: str) -> tuple[str, ...]:
    """A title as comparable words: no case, accents, punctuation or leading article; `&` is "and"."""
    words = tuple(token.key.strip(".") for token in tokenize(title))
    return words[1:] if len(words) > 1 and words[0] in ARTICLES else words


class Linker:
    """Title and attribute look-up over one catalogue."""

    def __init__(self, items: Items, popularity: NDArray[np.float32]) -> None:
        """`popularity` (n_items,) decides between items of one name."""
        self._items = items
        self._popularity = popularity
        self._titles: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._short: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for index, item in enumerate(items):
            for title in (item.title, *item.aliases):
                self._titles[title_key(title)].append(index)
            head, colon, _ = item.title.partition(":")
            if colon:
                self._short[title_key(head)].append(index)
        self._titles.pop((), None)
        self._short.pop((), None)
        spelled: dict[str, list[int]] = defaultdict(list)
        for key, rows in self._titles.items():
            spelled[" ".join(key)].extend(rows)
        for index, item in enumerate(items):
            spelled[" ".join(token.key for token in tokenize(item.title))].append(index)
        self._spellings = Titles(list(spelled))
        self._key_items = [list(dict.fromkeys(rows)) for rows in spelled.values()]
        self._values = self._value_index()

    def titles(self, text: str, tokens: Sequence[Token]) -> Iterator[TitleMatch]:
        """Longest exact matches, left to right, without overlap. Credibility is the caller's business."""
        position = 0
        while position < len(tokens):
            match = self._title_at(text, tokens, position)
            if match is None:
                position += 1
            else:
                yield match
                position = match.last + 1

    def values(self, text: str, tokens: Sequence[Token]) -> Iterator[ValueMatch]:
        """Attribute values named in the text, longest first, left to right."""
        position = 0
        while position < len(tokens):
            for width in range(min(5, len(tokens) - position), 0, -1):
                window = tokens[position : position + width]
                found = self._values.get(" ".join(token.key for token in window))
                if found is not None:
                    start, end = window[0].start, window[-1].end
                    yield ValueMatch(found[0], found[1], text[start:end], start, end)
                    position += width - 1
                    break
            position += 1

    def find(self, title: str) -> tuple[int | None, tuple[int, ...]]:
        """The item that a typed title means, or None; and the closest items when it is not exact.

        A trailing year chooses between namesakes: `"Heat (1995)"`.
        """
        match = YEAR_AFTER.search(title[-6:]) if re.search(r"\(\d{4}\)\s*$", title.strip()) else None
        year = int(match.group(1)) if match else None
        bare = re.sub(r"\(\d{4}\)\s*$", "", title.strip()) if year else title
        key = title_key(bare)
        exact = self._titles.get(key) or self._short.get(key)
        if exact:
            dated = [i for i in exact if year is None or self._items[i].year == year]
            if dated:
                return self._likeliest(dated), ()
        close = self.closest(bare, cutoff=FUZZY_SUGGEST)
        if exact:
            close = (*exact, *(i for i in close if i not in exact))[:5]
        return None, close

    def fuzzy(self, words: str) -> int | None:
        """The one item whose title is nearly `words`, or None when none or several titles are as close."""
        found = self._near(words, cutoff=FUZZY_LINK, n=3)
        best = {
            self._likeliest(self._key_items[near.place])
            for near in found
            if near.likeness == found[0].likeness
        }
        return best.pop() if len(best) == 1 else None

    def closest(self, words: str, *, cutoff: float, limit: int = 5) -> tuple[int, ...]:
        """Item indices by falling likeness of their titles to `words`."""
        found = self._near(words, cutoff=cutoff, n=2 * limit)
        rows = (self._likeliest(self._key_items[near.place]) for near in found)
        return tuple(dict.fromkeys(rows))[:limit]

    def _near(self, words: str, *, cutoff: float, n: int) -> list[Near]:
        """Spellings of titles that are nearly `words`; of less than three letters, none."""
        key = " ".join(token.key for token in tokenize(words))
        return self._spellings.nearest(key, least=cutoff, n=n) if len(key) >= 3 else []

    def _title_at(self, text: str, tokens: Sequence[Token], position: int) -> TitleMatch | None:
        for width in range(min(MAX_TITLE_WORDS, len(tokens) - position), 0, -1):
            window = tokens[position : position + width]
            keys = tuple(token.key.strip(".") for token in window)
            bare = keys[1:] if width > 1 and keys[0] in ARTICLES else keys
            found = self._titles.get(bare) or (
                self._short.get(bare) if self._short_is_meant(window, bare) else None
            )
            if not found:
                continue
            end = window[-1].end
            year = YEAR_AFTER.match(text[end : end + 8])
            dated = [i for i in found if year and self._items[i].year == int(year.group(1))]
            if dated and year:
                end += year.end()
            last = position + width - 1
            while last + 1 < len(tokens) and tokens[last + 1].start < end:
                last += 1
            chosen = dated or found
            return TitleMatch(self._likeliest(chosen), tuple(chosen), window[0].start, end, position, last)
        return None

    @staticmethod
    def _short_is_meant(window: Sequence[Token], key: tuple[str, ...]) -> bool:
        """The part of a title before its colon counts only when it is more than one ordinary word."""
        return len([w for w in key if w not in COMMON]) > 0 and (len(key) > 1 or window[0].capitalised)

    def _likeliest(self, indices: Sequence[int]) -> int:
        return max(indices, key=lambda i: (float(self._popularity[i]), self._items[i].year or 0, -i))

    def _value_index(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        index: dict[str, tuple[str, tuple[str, ...]]] = {}
        for attribute in self._items.attribute_names():
            vocabulary = self._items.vocabulary(attribute)
            category = attribute in CATEGORY_NAMES or len(vocabulary) <= CATEGORY_SIZE
            for value, count in sorted(vocabulary.items(), key=lambda pair: -pair[1]):
                key = " ".join(token.key for token in tokenize(value))
                single = " " not in key
                if not key or key in index or (single and not category):
                    continue
                if key in COMMON - {"war", "crime", "drama"} or (
                    category and count < 3 and len(vocabulary) > CATEGORY_SIZE
                ):
                    continue
                index[key] = (attribute, (value,))
        for group in SYNONYMS:
            present = [
                index[w] for w in sorted(group) if w in index and index[w][0] in {"genre", "category", "tag"}
            ]
            if not present:
                continue
            attribute = min((a for a, _ in present), key=["genre", "category", "tag"].index)
            values = tuple(dict.fromkeys(v for a, vs in present if a == attribute for v in vs))
            for word in group:
                index[word] = (attribute, values)
        return index
