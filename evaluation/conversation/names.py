"""The titles that a reply names, whether or not the catalogue has them.

A title is what stands before a year in brackets, what stands between quotation marks, and the head of a
numbered or bulleted line. It has to be written as one: every word with a capital, but for the small ones.
It is in the catalogue when the whole of it is a title, another name, or a title up to its colon, in the same
words; what merely resembles one is no title of the catalogue. A name outside these places, or in small
letters, is not seen.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.lexicon import COMMON, LIKES, LOVES, REQUESTS, SOFTENERS
from agent.linking import title_key
from agent.words import Token, fold, tokenize
from catalog import Item, Items
from evaluation.users import names

LONGEST = 30
"""Words of a title."""
_DATE = re.compile(r"(?:[^\w\n]|_){0,6}\((\d{4})\)")
_QUOTED = re.compile(r"[\"“«]([^\"“”«»\n]{1,100})[\"”»]")
_HEAD = re.compile(r"^[ \t]*(?:\d{1,3}[.)]|[-*•])[ \t]+(?=\S)", re.MULTILINE)
_BREAK = re.compile(r"[.,;!?()|\[\]\"“”«»\n…]|\s[-–—]+\s|–|—")
"""What no title written in capitals goes on behind; one of the catalogue may."""
_SMALL = frozenset(
    "a an and as at but by da de del der des di du e el en et for from i il in into la las le les los of on or "
    "over the to und upon van von vs with y".split()
)
_ORDINARY = COMMON | LIKES | LOVES | REQUESTS | SOFTENERS | frozenset("besides both either since".split())
"""Words that may begin a sentence, and a title follow: "Try Heat (1995)"."""


@dataclass(frozen=True, slots=True)
class Name:
    """`item` is None for a title that no item has; `listed` says that it heads a line of a list."""

    said: str
    item: Item | None
    listed: bool


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    item: Item | None


class Titles:
    """Every title of a catalogue, to be found in replies."""

    def __init__(self, items: Items) -> None:
        self._items: dict[tuple[str, ...], list[Item]] = defaultdict(list)
        for item in items:
            heads = [item.title.partition(":")[0]] if ":" in item.title else []
            for name in (*names(item), *heads):
                self._items[title_key(name)].append(item)
        self._items.pop((), None)
        attributes = items.attribute_names()
        values = (value for name in attributes for value in items.vocabulary(name))
        self._labels = {fold(label) for label in (*attributes, *values)}

    def named(self, text: str, *, said: Sequence[str] = ()) -> list[Name]:
        """In the order of the text. What it quotes of the messages `said` is not its own claim."""
        own = _without_quotes_of(said, text)
        found: list[_Found] = []
        for one in (*self._dated(own), *self._quoted(own), *self._headed(own)):
            if not any(one.start < other.end and other.start < one.end for other in found):
                found.append(one)
        heads = [match.end() for match in _HEAD.finditer(own)]
        return [
            Name(own[one.start : one.end], one.item, any(_begins(own, head, one.start) for head in heads))
            for one in sorted(found, key=lambda one: one.start)
        ]

    def _dated(self, text: str) -> Iterator[_Found]:
        tokens = tokenize(text)
        for match in _DATE.finditer(text):
            line = text.rfind("\n", 0, match.start()) + 1
            before = [t for t in tokens if line <= t.start and t.end <= match.start()][-LONGEST:]
            if before and before[-1].end == match.start():
                yield from self._before(text, before, year=int(match.group(1)))

    def _before(self, text: str, tokens: Sequence[Token], *, year: int) -> Iterator[_Found]:
        """The title that the tokens end with: the longest of the catalogue, or the run of capitals."""
        run = _run(text, tokens[::-1])
        for start in range(len(tokens)):
            cut = tokens[len(tokens) - run : start]
            item = self._item(text[tokens[start].start : tokens[-1].end], year)
            if item is not None and (all(t.key in _ORDINARY for t in cut) or _joined(cut, item, year)):
                yield _Found(tokens[start].start, tokens[-1].end, item)
                return
        yield from _unknown(tokens[len(tokens) - run :])

    def _quoted(self, text: str) -> Iterator[_Found]:
        for match in _QUOTED.finditer(text):
            item, tokens = self._item(match.group(1)), tokenize(match.group(1))
            written = bool(tokens) and _run(match.group(1), tokens, within=re.compile(r"\n")) == len(tokens)
            ordinary = all(token.key in _ORDINARY for token in tokens)
            if written and (item is not None or not (ordinary or fold(match.group(1)) in self._labels)):
                yield _Found(match.start(1), match.end(1), item)

    def _headed(self, text: str) -> Iterator[_Found]:
        for match in _HEAD.finditer(text):
            line = text[match.end() :].partition("\n")[0]
            tokens = tokenize(line)[:LONGEST]
            run = _run(line, tokens)
            for found in self._after(line, tokens, run):
                yield _Found(found.start + match.end(), found.end + match.end(), found.item)

    def _after(self, line: str, tokens: Sequence[Token], run: int) -> Iterator[_Found]:
        """The title that the tokens begin with."""
        for width in range(len(tokens), max(run, 1) - 1, -1):
            start, end = tokens[0].start, tokens[width - 1].end
            if (item := self._item(line[start:end])) is not None:
                yield _Found(start, end, item)
                return
        head = line[tokens[0].start : tokens[run - 1].end].partition(":")[0].rstrip("*_ ") if run else ""
        if (item := self._item(head)) is not None:
            yield _Found(tokens[0].start, tokens[0].start + len(head), item)
        elif fold(head) not in self._labels:
            yield from _unknown(tokens[:run])

    def _item(self, words: str, year: int | None = None) -> Item | None:
        """The item of this whole title, of several that of the year."""
        found = self._items.get(title_key(words), [])
        return next((item for item in found if item.year == year), found[0] if found else None)


def is_listed(line: str) -> bool:
    """Whether the line is one of a list."""
    return _HEAD.match(line) is not None


def _run(text: str, tokens: Sequence[Token], *, within: re.Pattern[str] = _BREAK) -> int:
    """How many of the tokens, in their order forwards or backwards, can be one title in capitals."""
    run = 0
    for place, token in enumerate(tokens):
        low, high = sorted((tokens[max(0, place - 1)], token), key=lambda one: one.start)
        if place and within.search(text[low.end : high.start]):
            break
        if not token.text[0].islower():
            run = place + 1
        elif token.key not in _SMALL or not place:
            break
    return run


def _unknown(tokens: Sequence[Token]) -> Iterator[_Found]:
    if any(token.key not in _ORDINARY and not token.key[0].isdigit() for token in tokens):
        yield _Found(tokens[0].start, tokens[-1].end, None)


def _joined(cut: Sequence[Token], item: Item, year: int) -> bool:
    """Whether what was cut off the run can be a title of its own: "Zulu and Heat (1995)"."""
    return cut[-1].key in {"and", "or"} and item.year == year


def _begins(text: str, head: int, start: int) -> bool:
    """Whether nothing but marks stands between the head of a line and a name."""
    return head <= start and re.search(r"[\w\n]", text[head:start]) is None


def _without_quotes_of(said: Sequence[str], text: str) -> str:
    """The text with blanks for what it quotes of the messages."""
    messages = [_words(message) for message in said]
    for match in _QUOTED.finditer(text):
        if any(_words(match.group(1)) in message for message in messages):
            text = f"{text[: match.start()]}{' ' * len(match.group())}{text[match.end() :]}"
    return text


def _words(text: str) -> str:
    return f" {' '.join(token.key for token in tokenize(text))} "
