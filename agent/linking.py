"""Finds the catalogue's own titles and attribute values in what a person types."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.lexicon import COMMON, FILLER, NOUNS, SYNONYMS
from agent.title_words import TITLE, title_words
from agent.words import BRACKET, Token, fold, other_number, tokenize
from catalog import Dataset, Items
from retrieval import Near, Titles

YEAR_AFTER = re.compile(r"^\W{0,2}\(?((?:18|19|20)\d\d)\)?")
ARTICLES = frozenset({"the", "a", "an"})
FUZZY_LINK = 88.0
FUZZY_SUGGEST = 62.0
MAX_TITLE_WORDS = 12
CATEGORY_NAMES = frozenset({"genre", "category", "tag", "concept", "level", "language", "audience"})
CATEGORY_SIZE = 400
KINDS = ("genre", "category", "tag", "level")
"""Attributes whose values have synonyms, the one that counts first."""
LANGUAGE = "language"
HEAD = re.compile(r":|\s[-–]\s|\s[(\[]")
"""What a title's short form ends at: "Gears of War - Xbox 360"."""
ARTICLE_KEPT = 3
"""A title spelled as it was typed counts so many times as much as one that has another article, or none."""
ORDINARY_SHARE, ORDINARY_LEAST = 0.01, 30


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


def title_key(title: str) -> tuple[str, ...]:
    """A title as comparable words: no case, accents, punctuation or leading article; `&` is "and"."""
    words = tuple(token.key.strip(".") for token in tokenize(title))
    return words[1:] if len(words) > 1 and words[0] in ARTICLES else words


def popularity(dataset: Dataset, fans: NDArray[np.float32]) -> NDArray[np.float32]:
    """How well known each item is, shape (n_items,): people who liked it, and how often the dialogues name it."""
    known = fans.copy()
    for dialogue in dataset.dialogues:
        for turn in dialogue.turns:
            for item_id in turn.items:
                if item_id in dataset.items:
                    known[dataset.items.index_of(item_id)] += 1
    return known


class Linker:
    """Title and attribute look-up over one catalogue."""

    def __init__(self, items: Items, popularity: NDArray[np.float32]) -> None:
        """`popularity` (n_items,) decides between items of one name."""
        self._items = items
        self._popularity = popularity
        self.ordinary = _ordinary(items)
        self._titles: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._short: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for index, item in enumerate(items):
            for title in (item.title, *item.aliases):
                self._titles[title_key(title)].append(index)
            if head := HEAD.search(item.title):
                self._short[title_key(item.title[: head.start()])].append(index)
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
        self._languages = {
            fold(value): (LANGUAGE, (value,))
            for value in (items.vocabulary(LANGUAGE) if LANGUAGE in items.attribute_names() else ())
        }

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
                key = " ".join(token.key for token in window)
                spoken = position > 0 and tokens[position - 1].key == "in"
                found = (self._languages.get(key) if spoken else None) or self._values.get(key)
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
                return self._likeliest(dated, said=_spelling(tokenize(bare))), ()
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
            likeliest = self._likeliest(chosen, said=keys)
            return TitleMatch(likeliest, tuple(chosen), window[0].start, end, position, last)
        return None

    def _short_is_meant(self, window: Sequence[Token], key: tuple[str, ...]) -> bool:
        """The first part of a title counts only when it is more than ordinary words."""
        telling = [w for w in key if w not in COMMON | self.ordinary and not w.isdecimal()]
        return bool(telling) and (len(key) > 1 or window[0].capitalised)

    def _likeliest(self, indices: Sequence[int], *, said: tuple[str, ...] = ()) -> int:
        """The best known; where `said` is told, with the articles as they were typed.

        "Heat" is Heat (1995) although The Heat (2013) is better known, and "Ring" is The Ring, which many times
        as many people know as Ring.
        """

        def weight(index: int) -> tuple[float, int, int]:
            item = self._items[index]
            kept = any(_spelling(tokenize(title)) == said for title in (item.title, *item.aliases))
            known = (1 + float(self._popularity[index])) * (ARTICLE_KEPT if kept else 1)
            return known, item.year or 0, -index

        return max(indices, key=weight)

    def _value_index(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        index = self._spelled_values()
        for group in SYNONYMS:
            present = [index[w] for w in sorted(group) if w in index and index[w][0] in KINDS]
            if not present:
                continue
            attribute = min((a for a, _ in present), key=KINDS.index)
            values = tuple(dict.fromkeys(v for a, vs in present if a == attribute for v in vs))
            for word in group:
                index[word] = (attribute, values)
        twins = {
            twin: found
            for key, found in index.items()
            if found[0] in CATEGORY_NAMES | {TITLE} and (twin := other_number(key)) not in COMMON
        }
        return twins | index

    def _spelled_values(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Every value by its words, and by those before a bracket behind it ("Python (programming language)"); none
        that is nothing but words of asking and liking ("i love")."""
        index: dict[str, tuple[str, tuple[str, ...]]] = {}
        for attribute in self._items.attribute_names():
            vocabulary = self._items.vocabulary(attribute)
            category = attribute in CATEGORY_NAMES or len(vocabulary) <= CATEGORY_SIZE
            for value, count in sorted(vocabulary.items(), key=lambda pair: -pair[1]):
                if category and count < 3 and len(vocabulary) > CATEGORY_SIZE:
                    continue
                for key in _keys(value):
                    if key not in index and (category or " " in key):
                        index[key] = (attribute, (value,))
        named = {key: (TITLE, (spelling,)) for key, spelling in title_words(self._items).items()}
        return named | index


def _keys(value: str) -> Iterator[str]:
    """The words that a value goes by, where they tell more than any talk does."""
    for said in dict.fromkeys((value, BRACKET.sub("", value))):
        words = [token.key for token in tokenize(said)]
        if not words or all(word in FILLER | NOUNS for word in words):
            continue
        if " ".join(words) not in COMMON - {"war", "crime", "drama"}:
            yield " ".join(words)


def _spelling(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(token.key.strip(".") for token in tokens)


def _ordinary(items: Items) -> frozenset[str]:
    """Words of so many titles that none of these is meant by them: "learn" among courses."""
    counts = Counter(word for item in items for word in {token.key for token in tokenize(item.title)})
    least = max(ORDINARY_LEAST, ORDINARY_SHARE * len(items))
    return frozenset(word for word, count in counts.items() if count >= least)
