"""Hard constraints: what an item must have and must not have."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from catalog import Item, Items

NO_YEAR = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Filter:
    """What may be shown. Values are compared without regard to case.

    `must`: for each attribute, at least one of the values. `must_not`: for each attribute,
    none of them. The years are inclusive, and an item without a year fails any of the two.
    """

    must: Mapping[str, frozenset[str]] = field(default_factory=dict)
    must_not: Mapping[str, frozenset[str]] = field(default_factory=dict)
    year_min: int | None = None
    year_max: int | None = None

    def admits(self, item: Item) -> bool:
        return (
            self._in_years(item.year)
            and all(_shares(item, name, wanted) for name, wanted in self.must.items())
            and not any(_shares(item, name, banned) for name, banned in self.must_not.items())
        )

    def _in_years(self, year: int | None) -> bool:
        if self.year_min is None and self.year_max is None:
            return True
        if year is None:
            return False
        return (self.year_min is None or year >= self.year_min) and (
            self.year_max is None or year <= self.year_max
        )


class FilterTable:
    """The attributes and years of a catalogue, laid out so that a filter is a few array steps."""

    def __init__(self, items: Items) -> None:
        rows: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for item_index, item in enumerate(items):
            for name, values in item.attributes.items():
                for value in values:
                    rows[name, value.casefold()].append(item_index)
        self._rows = {key: np.asarray(indices, dtype=np.int32) for key, indices in rows.items()}
        self._years = np.asarray(
            [NO_YEAR if item.year is None else item.year for item in items], dtype=np.int64
        )

    def admitted(self, where: Filter) -> NDArray[np.bool_]:
        """(n_items,), true where `where.admits` the item."""
        admitted = np.ones(len(self._years), dtype=np.bool_)
        if where.year_min is not None or where.year_max is not None:
            admitted &= self._years != NO_YEAR
        if where.year_min is not None:
            admitted &= self._years >= where.year_min
        if where.year_max is not None:
            admitted &= self._years <= where.year_max
        for name, values in where.must.items():
            admitted &= self._having(name, values)
        for name, values in where.must_not.items():
            admitted &= ~self._having(name, values)
        return admitted

    def _having(self, name: str, values: Iterable[str]) -> NDArray[np.bool_]:
        having = np.zeros(len(self._years), dtype=np.bool_)
        for value in values:
            having[self._rows.get((name, value.casefold()), [])] = True
        return having


def _shares(item: Item, name: str, values: Iterable[str]) -> bool:
    folded = {value.casefold() for value in values}
    return any(value.casefold() in folded for value in item.attributes.get(name, ()))
