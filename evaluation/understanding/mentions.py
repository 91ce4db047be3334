"""Mentions: are the items that people name found, where they stand, and linked to the right item?"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from agent.linking import title_key
from agent.utterance import Mention, Utterance
from agent.words import tokenize
from catalog import Dialogue, Items
from evaluation.metrics import Counts
from evaluation.report import Example
from evaluation.understanding.messages import Message, messages
from evaluation.understanding.spans import Span, name_spans, onto, without_years
from evaluation.understanding.tally import Tally

Spelling: TypeAlias = Literal["as printed", "without years"]
SPELLINGS: tuple[Spelling, ...] = ("as printed", "without years")
LEVELS = ("span", "span, overlapping", "item", "title")
COLUMNS = ("system", "names", "level")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message in one spelling, with where its items are named in it."""

    message: Message
    text: str
    spans: tuple[Span, ...]


def spoken(dialogues: Iterable[Dialogue], items: Items, *, spelling: Spelling) -> list[Spoken]:
    """Every message of the users. Turns name only items of the catalogue."""
    found = []
    for message in (one for dialogue in dialogues for one in messages(dialogue)):
        text = message.turn.text
        spans = name_spans(text, [item for i in message.turn.items if (item := items.get(i)) is not None])
        if spelling == "without years":
            text, spans = without_years(text, spans)
        found.append(Spoken(message, text, tuple(spans)))
    return found


class MentionScore:
    """One parser on one spelling."""

    def __init__(
        self,
        system: str,
        spelling: Spelling,
        *,
        heard: Sequence[tuple[Spoken, Utterance | None]],
        items: Items,
    ) -> None:
        self._items = items
        self._tallies = {level: Tally() for level in LEVELS}
        self.system, self.spelling = system, spelling
        self.examples = [one for said, utterance in heard for one in self._judge(said, utterance)]

    def rows(self, *, seed: int) -> Iterator[tuple[str, ...]]:
        for level, tally in self._tallies.items():
            yield (self.system, self.spelling, level, *tally.cells(seed=seed))

    def _judge(self, said: Spoken, utterance: Utterance | None) -> Iterator[Example]:
        named = None if utterance is None else [m for m in utterance.mentions if self._is_name(m, said)]
        counts = self._counts(said, named)
        for level, one in counts.items():
            self._tallies[level].add(said.message.dialogue_id, one)
        if said.message.turn.items or named or named is None:
            yield Example(
                self.system,
                f"mentions {self.spelling}/{said.message.name}",
                {f"{level} F1": one.f1 for level, one in counts.items() if one.f1 == one.f1},
                self._detail(said, named),
            )

    def _is_name(self, mention: Mention, said: Spoken) -> bool:
        """`the second one` refers to what was shown and names nothing; ReDial marks names alone."""
        item = self._items.get(mention.item_id)
        if item is None or mention.item_id not in said.message.context.shown:
            return True
        words = {token.key for token in tokenize(mention.said)}
        names = (item.title, *item.aliases)
        return any(words & {token.key for token in tokenize(name)} for name in names)

    def _counts(self, said: Spoken, named: Sequence[Mention] | None) -> dict[str, Counts]:
        true_items = said.message.turn.items
        if named is None:
            return dict.fromkeys(LEVELS, Counts(missing=1))
        spans = [(one.start, one.end) for one in named]
        return {
            "span": Counts.of(spans, said.spans),
            "span, overlapping": Counts.of(onto(spans, said.spans), said.spans),
            "item": Counts.of([one.item_id for one in named], true_items),
            "title": Counts.of(self._titles(one.item_id for one in named), self._titles(true_items)),
        }

    def _titles(self, item_ids: Iterable[str]) -> list[tuple[str, ...]]:
        """An id that the catalogue doesn't have stands for itself."""
        found = [(item_id, self._items.get(item_id)) for item_id in item_ids]
        return [(item_id,) if item is None else title_key(item.title) for item_id, item in found]

    def _detail(self, said: Spoken, named: Sequence[Mention] | None) -> dict[str, object]:
        true = said.message.turn.items
        if named is None:
            return {"text": said.text, "true": list(true), "predicted": None}
        found = [one.item_id for one in named]
        return {
            "text": said.text,
            "true": list(true),
            "predicted": [[one.item_id, one.polarity, one.start, one.end] for one in named],
            "missed": [self._label(item_id) for item_id in true if item_id not in found],
            "wrong": [[one.said, self._label(one.item_id)] for one in named if one.item_id not in true],
        }

    def _label(self, item_id: str) -> str:
        item = self._items.get(item_id)
        return item_id if item is None else item.label()
