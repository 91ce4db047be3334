"""The baseline of understanding: what stands in the text letter for letter, and all of it liked."""

import re
from collections import defaultdict
from collections.abc import Iterator

from agent.parser import Context
from agent.utterance import Mention, Taste, Utterance
from agent.words import Token, tokenize
from catalog import Dataset
from evaluation.understanding.hearing import likes

EXACT = "exact match"
_YEAR = re.compile(r"\s*\(((?:18|19|20)\d\d)\)")
_Key = tuple[str, ...]


class ExactMatch:
    """Titles and attribute values word for word, case and accents aside: no synonym, no typo, no doubt.

    The longest match counts, from left to right; a year in brackets behind a title chooses between
    namesakes, else the most liked.
    """

    def __init__(self, dataset: Dataset) -> None:
        self._items, self._likes = dataset.items, likes(dataset)
        self._titles: dict[_Key, list[int]] = defaultdict(list)
        self._values: dict[_Key, tuple[str, str]] = {}
        for index, item in enumerate(dataset.items):
            self._titles[_key(item.title)].append(index)
        for attribute in dataset.items.attribute_names():
            for value in dataset.items.vocabulary(attribute):
                self._values.setdefault(_key(value), (attribute, value))
        self._titles.pop((), None)
        self._values.pop((), None)
        self._longest = max(map(len, (*self._titles, *self._values)), default=0)

    def __call__(self, text: str, context: Context) -> Utterance:  # noqa: ARG002
        mentions: list[Mention] = []
        tastes: list[Taste] = []
        for start, end, key in self._matches(tokenize(text)):
            if key in self._titles:
                mentions.append(self._mention(text, start, end, self._titles[key]))
            else:
                attribute, value = self._values[key]
                tastes.append(Taste(attribute=attribute, value=value, polarity="likes", said=text[start:end]))
        return Utterance(
            text=text,
            intent="inform" if mentions or tastes else "unknown",
            mentions=tuple(mentions),
            tastes=tuple(tastes),
        )

    def _matches(self, tokens: list[Token]) -> Iterator[tuple[int, int, _Key]]:
        place = 0
        while place < len(tokens):
            key = tuple(token.key for token in tokens[place : place + self._longest])
            while key and key not in self._titles and key not in self._values:
                key = key[:-1]
            if key:
                yield tokens[place].start, tokens[place + len(key) - 1].end, key
            place += len(key) or 1

    def _mention(self, text: str, start: int, end: int, namesakes: list[int]) -> Mention:
        year = _YEAR.match(text, end)
        dated = [i for i in namesakes if year and self._items[i].year == int(year[1])]
        if dated and year:
            end = year.end()
        best = max(dated or namesakes, key=lambda i: (self._likes[i], -i))
        said = text[start:end]
        return Mention(item_id=self._items[best].item_id, polarity="likes", said=said, start=start, end=end)


def _key(name: str) -> _Key:
    return tuple(token.key for token in tokenize(name))
