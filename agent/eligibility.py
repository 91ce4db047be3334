"""Hard constraints, kept by code: which items of the catalogue may be shown at all."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from agent.utterance import Constraint, Period
from catalog import Item, Items

Mask = NDArray[np.bool_]
NO_YEAR = np.iinfo(np.int32).min


class Eligibility:
    """Attribute values and years of a catalogue, ready to be asked."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self._years = np.array([NO_YEAR if i.year is None else i.year for i in items], dtype=np.int32)
        having: dict[tuple[str, str], list[int]] = defaultdict(list)
        for index, item in enumerate(items):
            for attribute, values in item.attributes.items():
                for value in dict.fromkeys(v.casefold() for v in values):
                    having[attribute, value].append(index)
        self._having = {key: np.array(rows, dtype=np.int32) for key, rows in having.items()}

    def mask(
        self,
        constraints: Iterable[Constraint],
        period: Period | None,
        barred: Iterable[str] = (),
    ) -> Mask:
        """True (n_items,) for what meets every hard constraint and is not barred.

        An item without a year meets no period; "rather" binds nothing.
        """
        allowed = np.ones(len(self._items), dtype=np.bool_)
        for constraint in constraints:
            if constraint.mode == "must":
                allowed &= self.having(constraint.attribute, constraint.values)
            elif constraint.mode == "must_not":
                allowed &= ~self.having(constraint.attribute, constraint.values)
        if period is not None:
            allowed &= self._years != NO_YEAR
            if period.year_min is not None:
                allowed &= self._years >= period.year_min
            if period.year_max is not None:
                allowed &= self._years <= period.year_max
        for item_id in barred:
            if item_id in self._items:
                allowed[self._items.index_of(item_id)] = False
        return allowed

    def having(self, attribute: str, values: Sequence[str]) -> Mask:
        """True (n_items,) for items with any of the values, compared without case."""
        found = np.zeros(len(self._items), dtype=np.bool_)
        for value in values:
            found[self._having.get((attribute, value.casefold()), [])] = True
        return found


def meets(item: Item, constraint: Constraint) -> bool:
    """Whether the item has any of the constraint's values, whatever its mode."""
    own = {value.casefold() for value in item.attributes.get(constraint.attribute, ())}
    return any(value.casefold() in own for value in constraint.values)
