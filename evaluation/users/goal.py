"""What an agenda user wants and will say, made from a target and a real person's ratings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

import numpy as np

from agent.utterance import Mode
from agent.words import fold
from catalog import Item
from evaluation.users.domain import TEXT, Domain, Fact
from evaluation.users.leaks import leaks
from evaluation.users.person import Person
from evaluation.users.phrases import period_of
from evaluation.users.settings import AgendaSettings

DECADES = range(1930, 2020, 10)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Wish:
    fact: Fact
    mode: Mode = "must"


@dataclass(frozen=True, slots=True)
class Opinion:
    item: Item
    side: Literal["liked", "disliked"]


@dataclass(frozen=True, slots=True)
class Change:
    """The new wish takes the place of the old one."""

    old: Fact
    new: Fact


Statement: TypeAlias = Wish | Opinion | Change


@dataclass(frozen=True, slots=True)
class Goal:
    """The agenda in the order of telling, and what is accepted when it meets the stated wishes."""

    agenda: tuple[Statement, ...]
    accepted: frozenset[str]
    """Ids of the target and of liked items that the person does not know yet."""


def plan(
    domain: Domain, target: Item, person: Person, settings: AgendaSettings, *, rng: np.random.Generator
) -> Goal:
    """A goal that the target meets once everything is said.

    A wish comes first; the other statements follow in random order, a change of mind after what it changes.
    """
    wishes = _wishes(domain, target, settings.wishes, rng)
    change = _change(domain, target, wishes, rng) if rng.random() < settings.changes else None
    first = [Wish(change.old if change and fact == change.new else fact) for fact in wishes]
    liked, disliked = _named(domain, target, person, settings, rng)
    rest: list[Statement] = [
        *first[1:],
        *(Wish(fact, "must_not") for fact in _bans(domain, target, disliked, settings.bans, rng)),
        *(Opinion(item, "liked") for item in liked),
        *(Opinion(item, "disliked") for item in disliked),
    ]
    new = [i for i in person.liked if i not in {item.item_id for item in liked}]
    unknown = [i for i in new if rng.random() >= settings.familiar]
    agenda: list[Statement] = [*first[:1], *_drawn(rest, len(rest), rng)]
    if change is not None:
        old = agenda.index(Wish(change.old))
        agenda.insert(int(rng.integers(old + 1, len(agenda) + 1)), change)
    return Goal(tuple(agenda), frozenset((target.item_id, *unknown)))


def _wishes(domain: Domain, target: Item, count: int, rng: np.random.Generator) -> list[Fact]:
    """Facts of different attributes."""
    facts = domain.facts(target, open_ended=bool(rng.random() < 0.5))
    by_attribute: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.attribute != TEXT:
            by_attribute.setdefault(fact.attribute, []).append(fact)
    return [_drawn(by_attribute[name], 1, rng)[0] for name in _drawn(list(by_attribute), count, rng)]


def _bans(
    domain: Domain, target: Item, disliked: Sequence[Item], count: int, rng: np.random.Generator
) -> list[Fact]:
    """Values that the target has not, those of disliked items first."""
    unwanted = [Fact(n, v) for n, values in domain.labels.items() for v in values if _foreign(v, target)]
    own = [
        fact for fact in unwanted if any(fact.value in i.attributes.get(fact.attribute, ()) for i in disliked)
    ]
    return [*_drawn(own, count, rng), *_drawn([f for f in unwanted if f not in own], count, rng)][:count]


def _change(domain: Domain, target: Item, wishes: Sequence[Fact], rng: np.random.Generator) -> Change | None:
    """From something that the target is not to one of the wishes; None where nothing can be exchanged."""
    for new in wishes:
        others = _others(domain, target, new)
        if others:
            return Change(_drawn(others, 1, rng)[0], new)
    return None


def _others(domain: Domain, target: Item, fact: Fact) -> list[Fact]:
    """Facts of the same kind that are not true of the target."""
    if fact.period is not None and target.year is not None:
        periods = [period_of(decade, open_ended=False) for decade in DECADES]
        own = period_of(target.year, open_ended=False)
        return [Fact(fact.attribute, p.said, p) for p in periods if p != own]
    values = domain.labels.get(fact.attribute, ())
    return [Fact(fact.attribute, value) for value in values if _foreign(value, target)]


def _named(
    domain: Domain, target: Item, person: Person, settings: AgendaSettings, rng: np.random.Generator
) -> tuple[list[Item], list[Item]]:
    """Liked and disliked items that can be named without naming the target."""

    def choose(ids: Iterable[str], count: int) -> list[Item]:
        known = [item for i in ids if i != target.item_id and (item := domain.items.get(i)) is not None]
        return _drawn([item for item in known if not leaks(item.title, target)], count, rng)

    return choose(person.liked, settings.likes), choose(person.disliked, settings.dislikes)


def _foreign(value: str, target: Item) -> bool:
    """Whether no value of the target shares a word with this one ("Romance Film" is not far from "Romance")."""
    words = {word for values in target.attributes.values() for v in values for word in fold(v).split()}
    return words.isdisjoint(fold(value).split()) and not leaks(value, target)


def _drawn(choices: Sequence[_T], count: int, rng: np.random.Generator) -> list[_T]:
    """At most `count` of the choices, in random order."""
    return [choices[place] for place in rng.permutation(len(choices))[:count].tolist()]
