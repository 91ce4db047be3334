"""Hard constraints, kept by code: which items of the catalogue may be shown at all."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from agent.utterance import Constraint, Period
from agent.words import BRACKET, fold, other_number, spoken
from catalog import Item, Items

Mask = NDArray[np.bool_]
NO_YEAR = np.iinfo(np.int32).min
EDITION = re.compile(r"\s[-–]\s|\s[(\[]")
"""What a title ends at where the rest is its edition."""
EVERYONE = {"level": "all"}
"""Values that suit whoever asks for another one of the attribute: a course for all is one for beginners, too."""
KEPT = 16
"""Refusals of words whose answers are kept."""
RECORD = "record"
"""Stands for all that is known of an item: its title, its text and the values of its attributes."""


class Eligibility:
    """Attribute values, titles and years of a catalogue, ready to be asked."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self._years = np.array([NO_YEAR if i.year is None else i.year for i in items], dtype=np.int32)
        having: dict[tuple[str, str], list[int]] = defaultdict(list)
        told: dict[str, list[int]] = defaultdict(list)
        for index, item in enumerate(items):
            for attribute, values in item.attributes.items():
                if values:
                    told[attribute].append(index)
                for value in dict.fromkeys(v.casefold() for v in values):
                    having[attribute, value].append(index)
        self._having = {key: np.array(rows, dtype=np.int32) for key, rows in having.items()}
        self._told = {attribute: np.array(rows, dtype=np.int32) for attribute, rows in told.items()}
        self._recorded = lru_cache(KEPT)(
            self._saying
        )  # a turn asks several times, and reading all records takes long

    def mask(
        self,
        constraints: Iterable[Constraint],
        period: Period | None,
        barred: Iterable[str] = (),
    ) -> Mask:
        """True (n_items,) for what meets every hard constraint and is not barred, nor another edition of what is.

        An item without a year meets no period; "rather" binds nothing.
        """
        allowed = np.ones(len(self._items), dtype=np.bool_)
        for constraint in constraints:
            if constraint.mode == "must":
                allowed &= self.meeting(constraint)
            elif constraint.mode == "must_not":
                allowed &= ~self.meeting(constraint)
        if period is not None:
            allowed &= self._years != NO_YEAR
            if period.year_min is not None:
                allowed &= self._years >= period.year_min
            if period.year_max is not None:
                allowed &= self._years <= period.year_max
        for item_id in barred:
            if item_id in self._items:
                index = self._items.index_of(item_id)
                allowed[self._editions.get(_edition(self._items[index]), index)] = False
        return allowed

    def meeting(self, constraint: Constraint) -> Mask:
        """True (n_items,) for what has any of the constraint's values, as `meets` has it."""
        attribute, found = constraint.attribute, np.zeros(len(self._items), dtype=np.bool_)
        phrases = _phrases(constraint)
        if attribute == RECORD:
            return self._recorded(frozenset(phrases))
        for value in _accepted(constraint):
            found[self._having.get((attribute, value), [])] = True
        untold = np.ones(len(self._items), dtype=np.bool_)
        untold[self._told.get(attribute, [])] = False
        rows = np.flatnonzero(untold)
        if len(rows):
            found[rows] = [_named(self._titles[row], phrases) for row in rows]
        return found

    def _saying(self, phrases: frozenset[str]) -> Mask:
        """True (n_items,) where the record has any of the phrases."""
        return np.array([_said(item, phrases) for item in self._items], dtype=np.bool_)

    @cached_property
    def _editions(self) -> dict[tuple[str, int | None], list[int]]:
        """Rows of the items that are one."""
        found: dict[tuple[str, int | None], list[int]] = defaultdict(list)
        for index, item in enumerate(self._items):
            found[_edition(item)].append(index)
        return {key: rows for key, rows in found.items() if len(rows) > 1}

    @cached_property
    def _titles(self) -> list[str]:
        return [spoken(item.title) for item in self._items]


def meets(item: Item, constraint: Constraint) -> bool:
    """Whether the item has any of the constraint's values, whatever its mode.

    Values are compared without case. Of an item with no value of the attribute, the title tells: "Data science and
    machine learning with Python" is about Python. For RECORD, all that is known of it does.
    """
    if constraint.attribute == RECORD:
        return _said(item, _phrases(constraint))
    own = {value.casefold() for value in item.attributes.get(constraint.attribute, ())}
    if own:
        return not own.isdisjoint(_accepted(constraint))
    return _named(spoken(item.title), _phrases(constraint))


def _edition(item: Item) -> tuple[str, int | None]:
    """What "Halo 3" and "Halo 3 - Xbox 360" have in common, where attributes do not tell items apart; namesakes of
    another year are others."""
    name = item.title if any(item.attributes.values()) else EDITION.split(item.title, maxsplit=1)[0]
    return spoken(name).strip() or item.title, item.year


def _accepted(constraint: Constraint) -> set[str]:
    values = {value.casefold() for value in constraint.values}
    if constraint.mode != "must_not" and constraint.attribute in EVERYONE:
        values.add(EVERYONE[constraint.attribute])
    return values


def _phrases(constraint: Constraint) -> set[str]:
    """Each value as a title may have it, in either number and without a bracket behind it."""
    said = {spoken(found) for value in constraint.values for found in (value, BRACKET.sub("", value))}
    words = {key for phrase in said if (key := phrase.strip())}
    return {f" {form} " for key in words for form in (key, other_number(key))}


def _said(item: Item, phrases: Iterable[str]) -> bool:
    values = (value for own in item.attributes.values() for value in own)
    record = "\n".join((item.title, item.text or "", *values))
    folded = fold(record)  # far sooner done than words
    return any(phrase.strip() in folded for phrase in phrases) and _named(spoken(record), phrases)


def _named(title: str, phrases: Iterable[str]) -> bool:
    return any(phrase in title for phrase in phrases)
