"""What users of one catalogue may talk about."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from agent.lexicon import COMMON, HATES, LIKES, LOVES, NEGATIONS, REQUESTS
from agent.utterance import Constraint, Mode, Period
from agent.words import fold
from catalog import Dataset, Item, Items
from evaluation.users import phrases
from evaluation.users.leaks import OTHER_NAMES, leaks

TEXT = "text"
"""The name of facts that are sentences of an item's description."""
YEAR = "year"
MAX_VALUE = 40
COMMON_LABELS = 20
_EMPTY = frozenset({"", "unknown", "other", "none", "n/a", "all", "(no genres listed)"})
_UNSAID = re.compile(r"(^|_)(id|ids|url|image)$")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"])")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is true of an item and can be said."""

    attribute: str
    """An attribute's name, `year`, or `text`."""
    value: str
    """As the record has it; of a year the period in words."""
    period: Period | None = None

    def wish(self, mode: Mode = "must") -> Constraint | Period:
        """What someone wants who says this. A sentence of the text states no wish."""
        if self.period is not None:
            return self.period
        return Constraint(attribute=self.attribute, values=(self.value,), mode=mode, said=self.value)


@dataclass(frozen=True, slots=True, eq=False)
class Domain:
    """A catalogue as its users see it; one serves any number of them."""

    items: Items
    noun: str
    labels: Mapping[str, tuple[str, ...]]
    """The commonest values of each attribute like genre, most frequent first; of tags where there is none."""
    words: frozenset[str]
    """Words that mean something here, folded: no typo turns another word into one of them."""

    @classmethod
    def of(cls, dataset: Dataset) -> "Domain":
        items = dataset.items
        names = items.attribute_names()
        labelled = [n for n in names if phrases.base_name(n) in phrases.LABELS]
        labels = {
            name: tuple(v for v in items.vocabulary(name) if _sayable(name, v))[:COMMON_LABELS]
            for name in labelled or [n for n in names if phrases.base_name(n) == "tag"]
        }
        lines = (" ".join((i.title, *(v for vs in i.attributes.values() for v in vs))) for i in items)
        catalogue = {word for line in lines for word in _WORD.findall(fold(line))}
        return cls(
            items,
            dataset.noun,
            labels,
            frozenset(catalogue | COMMON | HATES | LIKES | LOVES | NEGATIONS | REQUESTS),
        )

    @property
    def anything(self) -> tuple[str, ...]:
        """Noun phrases for an item of which nothing is said."""
        return f"{phrases.article(self.noun)} {self.noun}", "something"

    def facts(self, item: Item, *, open_ended: bool = False) -> list[Fact]:
        """What can be said of the item without its title, in the order of the record, sentences last.

        `open_ended` makes the period of its year one without an end.
        """
        found = [
            Fact(name, value)
            for name, values in item.attributes.items()
            for value in dict.fromkeys(values)
            if _sayable(name, value)
        ]
        if item.year is not None:
            period = phrases.period_of(item.year, open_ended=open_ended)
            found.append(Fact(YEAR, period.said, period))
        found += [Fact(TEXT, sentence) for sentence in _sentences(item.text or "")]
        return [fact for fact in found if not leaks(fact.value, item)]

    def thing(self, fact: Fact) -> tuple[str, ...]:
        """Noun phrases for an item of which the fact is true, the shortest last."""
        if fact.period is not None:
            return phrases.dated(fact.period, noun=self.noun)
        return phrases.wanted(fact.attribute, fact.value, noun=self.noun)


def _sayable(attribute: str, value: str) -> bool:
    name = fold(attribute)
    return (
        name not in OTHER_NAMES
        and not _UNSAID.search(name)
        and len(value) <= MAX_VALUE
        and fold(value).strip() not in _EMPTY
        and "\n" not in value
        and _WORD.search(value) is not None
    )


def _sentences(text: str) -> Iterator[str]:
    for sentence in _SENTENCE.split(" ".join(text.split())):
        if 4 <= len(sentence.split()) <= 25:
            yield sentence
