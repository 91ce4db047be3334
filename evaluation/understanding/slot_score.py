"""The genres, people and years that a message names, and whether they are wanted."""

from collections.abc import Collection, Iterator, Sequence
from typing import TypeAlias

from agent.lexicon import SYNONYMS
from agent.utterance import Utterance
from agent.words import tokenize
from catalog import Items
from evaluation.metrics import Counts
from evaluation.report import Example
from evaluation.understanding.annotations import Annotation, Value
from evaluation.understanding.messages import Message
from evaluation.understanding.spans import onto
from evaluation.understanding.tally import Tally

ATTRIBUTES = {
    "genre": frozenset({"genre", "category", "tag"}),
    "person": frozenset({"actor", "cast", "director", "writer", "author", "artist"}),
}
"""The attributes of a catalogue that fill each slot."""
COLUMNS = ("system", "slot", "counted")
Filled: TypeAlias = tuple[str, str]
"""A value, and `likes`, `dislikes` or `neutral`."""
_OPEN = 10_000
_FORM = {word: min(group) for group in SYNONYMS for word in group}


def plain(value: str) -> str:
    """One form for all spellings and synonyms: case and accents off, `scifi` as `sci fi`."""
    key = " ".join(token.key for token in tokenize(value))
    return _FORM.get(key, key)


class SlotScore:
    """One parser on the annotated turns of one data set."""

    def __init__(
        self,
        system: str,
        source: str,
        *,
        heard: Sequence[tuple[Message, Annotation, Utterance | None]],
        items: Items,
    ) -> None:
        self.system, self.source = system, source
        self._known = {slot: _known(items, names) for slot, names in ATTRIBUTES.items()}
        self._tallies: dict[tuple[str, str], Tally] = {}
        self.examples = [self._judge(*one) for one in heard]

    def rows(self, *, seed: int) -> Iterator[tuple[str, ...]]:
        for (slot, counted), tally in self._tallies.items():
            yield (self.system, slot, counted, *tally.cells(seed=seed))

    def _judge(self, message: Message, true: Annotation, utterance: Utterance | None) -> Example:
        counts = {**self._values(true, utterance), **_years(true, utterance)}
        for which, one in counts.items():
            self._tallies.setdefault(which, Tally()).add(message.dialogue_id, one)
        return Example(
            self.system,
            f"slots {self.source}/{message.name}",
            {f"{slot} {counted} F1": one.f1 for (slot, counted), one in counts.items() if one.f1 == one.f1},
            {"true": _true(true), "predicted": None if utterance is None else _predicted(utterance)},
        )

    def _values(self, true: Annotation, utterance: Utterance | None) -> dict[tuple[str, str], Counts]:
        counts = {}
        for slot, attributes in ATTRIBUTES.items():
            gold = {(plain(one.value), one.polarity) for one in _annotated(true, slot)}
            known = {value for value, _ in gold} & self._known[slot]
            found = (
                None
                if utterance is None
                else {(plain(v), said) for v, said in _filled(utterance, attributes)}
            )
            bare = None if found is None else {value for value, _ in found}
            counts[slot, "value"] = Counts.of(bare, {value for value, _ in gold})
            counts[slot, "value that the catalogue has"] = Counts.of(bare, known)
            counts[slot, "value and polarity"] = Counts.of(found, {v for v in gold if v[1] != "neutral"})
        return counts


def _years(true: Annotation, utterance: Utterance | None) -> dict[tuple[str, str], Counts]:
    spans = [_span(one.low, one.high) for one in true.period]
    wanted = [_span(one.low, one.high) for one in true.period if one.polarity == "likes"]
    if utterance is None:
        exact = overlap = wish = None
    else:
        period = utterance.period
        exact = wish = [] if period is None else [_span(period.year_min, period.year_max)]
        overlap = onto(exact, spans)
    return {
        ("period", "years"): Counts.of(exact, spans),
        ("period", "years, overlapping"): Counts.of(overlap, spans),
        ("period", "years and polarity"): Counts.of(wish, wanted),
    }


def _span(low: int | None, high: int | None) -> tuple[int, int]:
    """Half open, with far ends for open ones."""
    return low or 0, (high or _OPEN) + 1


def _filled(utterance: Utterance, attributes: Collection[str]) -> Iterator[Filled]:
    for taste in utterance.tastes:
        if taste.attribute in attributes:
            yield taste.value, taste.polarity
    for constraint in utterance.constraints:
        if constraint.attribute in attributes:
            polarity = "dislikes" if constraint.mode == "must_not" else "likes"
            yield from ((value, polarity) for value in constraint.values)


def _annotated(true: Annotation, slot: str) -> tuple[Value, ...]:
    return true.genre if slot == "genre" else true.person


def _true(true: Annotation) -> dict[str, object]:
    return {
        **{slot: [[one.value, one.polarity] for one in _annotated(true, slot)] for slot in ATTRIBUTES},
        "period": [[one.low, one.high, one.polarity] for one in true.period],
    }


def _predicted(utterance: Utterance) -> dict[str, object]:
    period = utterance.period
    return {
        **{slot: sorted(set(_filled(utterance, names))) for slot, names in ATTRIBUTES.items()},
        "period": [] if period is None else [[period.year_min, period.year_max, "likes"]],
    }


def _known(items: Items, attributes: Collection[str]) -> frozenset[str]:
    names = [name for name in items.attribute_names() if name in attributes]
    return frozenset(plain(value) for name in names for value in items.vocabulary(name))
