"""A catalogue as rows of vectors, with the exact search that every answer comes from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from catalog import Items
from retrieval.filters import Filter, FilterTable

WHOLE_FROM = 8
"""One in so many rows, and more, are scored by scoring all."""


@dataclass(frozen=True)
class Hit:
    """An item with the cosine between its card and the query."""

    item_id: str
    similarity: float


@dataclass(frozen=True, eq=False)
class Rows:
    """Row k of `vectors` (n_items, dimension), of length 1, embeds the card hashed `keys[k]`."""

    items: Items
    keys: Sequence[bytes]
    vectors: NDArray[np.float32]

    def admitted(self, where: Filter | None, exclude: Collection[str]) -> NDArray[np.bool_]:
        """(n_items,), true for what may be shown; unknown ids in `exclude` mean nothing."""
        admitted = np.ones(len(self.items), np.bool_) if where is None else self._table.admitted(where)
        known = [item_id for item_id in exclude if item_id in self.items]
        admitted[[self.items.index_of(item_id) for item_id in known]] = False
        return admitted

    def best(self, rows: NDArray[np.intp], unit: NDArray[np.float32], *, n: int) -> list[Hit]:
        """The n most similar of these rows (ascending), ties in catalogue order."""
        if len(rows) * WHOLE_FROM < len(self.vectors):
            similarity = self.vectors[rows] @ unit
        else:  # reading all of them in a row is sooner done than gathering many
            similarity = (self.vectors @ unit)[rows]
        compared = similarity.round(6)
        if len(rows) > n:
            near = np.flatnonzero(compared >= np.partition(compared, -n)[-n])
            rows, similarity, compared = rows[near], similarity[near], compared[near]
        order = np.argsort(-compared, kind="stable")[:n]
        return [Hit(self.items[int(rows[k])].item_id, float(similarity[k])) for k in order]

    @cached_property
    def _table(self) -> FilterTable:
        return FilterTable(self.items)
