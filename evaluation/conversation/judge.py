"""Holds answers against what the user meant, and against the records of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from agent.checker import untrue
from agent.linking import Linker
from agent.parser import Context, RuleParser
from agent.utterance import Constraint, Period
from agent.words import tokenize
from catalog import Dataset, Item, Items
from evaluation.contract import Answer
from evaluation.conversation.names import Name, Titles, is_listed
from evaluation.conversation.record import Break, Exchange
from evaluation.users import Need


@dataclass(frozen=True)
class Judge:
    """Reads the catalogue of a data set, and knows nothing of any system."""

    items: Items
    linker: Linker
    parser: RuleParser
    titles: Titles

    @classmethod
    def of(cls, dataset: Dataset) -> Judge:
        items, rows = dataset.items, dataset.interactions
        known = np.bincount(rows.item_index, minlength=len(items)).astype(np.float32)
        linker = Linker(items, known)
        return cls(items, linker, RuleParser(items, linker), Titles(items))

    def exchange(
        self, message: str, act: str, answer: Answer, *, need: Need, said: Sequence[str]
    ) -> Exchange:
        """The answer to the message; `need` is as of the message and `said` holds the user's messages to it."""
        shown = self._found(answer.items)
        names = self.titles.named(answer.text, said=said)
        return Exchange(
            message,
            act,
            answer.text,
            answer.items,
            answer.asks,
            meets=tuple(need.met_by(item) for item in shown),
            disliked=tuple(need.disliked_in(item) for item in shown),
            gone=tuple(item.item_id in need.gone for item in shown),
            named=tuple(name.item.label() for name in names if name.item is not None),
            strange=tuple(name.said for name in names if name.item is None),
            untrue=tuple(self._untrue(answer, names, need=need, said=said)),
        )

    def breaks(self, turn: int, exchange: Exchange, *, need: Need) -> Iterator[Break]:
        """Everything that must not be, one by one, in the order of the answer."""
        for item, again in zip(self._found(exchange.shown), exchange.gone, strict=True):
            for wish in need.breaks(item):
                yield Break(turn, "wish not met", f"{item.label()} {_missed(wish)}")
            if need.disliked_in(item):
                yield Break(turn, "disliked item", item.label())
            if again:
                yield Break(turn, "shown again", f"{item.label()}: {_why_gone(need, item.item_id)}")
        for title in exchange.strange:
            yield Break(turn, "no such title", title)
        for problem in exchange.untrue:
            yield Break(turn, "untrue", problem)
        if not exchange.reply.strip():
            yield Break(turn, "no reply", f"to {exchange.message!r}")

    def _untrue(
        self, answer: Answer, names: Sequence[Name], *, need: Need, said: Sequence[str]
    ) -> Iterator[str]:
        """Lines of a list and other text are read apart: only in the latter may the user's own words stand
        without a record. Any title may be named; whether the catalogue has it is another question."""
        named = [name.item.item_id for name in names if name.item is not None]
        listed = {name.item.item_id for name in names if name.listed and name.item is not None}
        for item in self._found(sorted(listed - set(answer.items))):
            yield f"{item.label()} is listed and not among the items shown"
        mentioned = [mention.item_id for mention in self.parser(answer.text, Context()).mentions]
        about = self._found(dict.fromkeys((*answer.items, *sorted(need.gone), *named, *mentioned)))
        lines = _without(answer.text, [item.text for item in about if item.text]).splitlines()
        yield from untrue("\n".join(line for line in lines if is_listed(line)), self, about=about)
        yield from untrue(
            "\n".join(line for line in lines if not is_listed(line)),
            self,
            about=about,
            granted=self._granted(need, said),
        )

    def _found(self, ids: Iterable[str]) -> list[Item]:
        return [item for item_id in ids if (item := self.items.get(item_id)) is not None]

    def _granted(self, need: Need, said: Sequence[str]) -> Iterator[str]:
        """What the user asked for, in their words and in those of the catalogue."""
        for constraint in need.constraints:
            yield from constraint.values
        for message in said:
            for match in self.linker.values(message, tokenize(message)):
                yield from (match.said, *match.values)


def _without(text: str, quoted: Iterable[str]) -> str:
    """The text without what it quotes from records whole: that is true of them by itself."""
    for passage in quoted:
        text = text.replace(passage, " ")
    return text


def _missed(wish: Constraint | Period) -> str:
    if isinstance(wish, Period):
        return f"is not from {wish}"
    return f"{'lacks' if wish.mode == 'must' else 'has'} {' or '.join(wish.values)}"


def _why_gone(need: Need, item_id: str) -> str:
    ways = {
        "refused": need.refused,
        "seen": need.seen,
        "named as disliked": need.disliked,
        "named as liked": need.liked,
        "shown": need.shown,
    }
    return f"{next(way for way, ids in ways.items() if item_id in ids)} before"
