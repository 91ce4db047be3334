"""Item neighbours over the ratings of one moment."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from catalog import RatingScale
from cf_engine.arrays import Indices, Single
from cf_engine.item_lists import ItemLists, Listed
from cf_engine.item_neighbours import ItemNeighbours, ItemNeighboursConfig
from cf_engine.live.pairs import Pairs
from cf_engine.live.ratings import LiveRatings
from cf_engine.nearest import Damping, NeighbourTable, Similarity
from cf_engine.nearest.similarity import value
from cf_engine.profile import FoldIn
from cf_engine.selection import best


def counted(config: ItemNeighboursConfig) -> bool:
    """Whether who has an item, and nothing else, decides how similar it is."""
    return config.similarity in {"cosine", "jaccard"} and config.vectors in {"likes", "rated"}


class LiveItemNeighbours(Listed):
    """Equal to `ItemNeighbours` fitted on all ratings of the moment, where counts decide.

    The lists of a profile's items are found anew from counts of pairs once anyone's row has changed: those of
    the fitted ratings, kept, less what the changed rows said then, and what they say now.
    """

    def __init__(
        self, fitted: ItemNeighbours, pairs: Pairs, ratings: LiveRatings, *, scale: RatingScale
    ) -> None:
        self.config = fitted.config
        self._fitted, self._pairs, self._ratings, self._scale = fitted, pairs, ratings, scale
        self._found: dict[int, tuple[Indices, Single]] = {}

    @property
    def n_items(self) -> int:
        return self._ratings.n_items

    def neighbours(self, items: Indices) -> NeighbourTable:
        """The lists of the items, a row each, as `ItemNeighbours.table` has them."""
        known = self._known(items)
        if not len(self._ratings.touched):
            table = self._fitted.table
            return NeighbourTable(table.item[known], table.value[known])
        table = NeighbourTable.empty(len(known), self._fitted.table.k)
        for place, item in enumerate(known.tolist()):
            other, similarity = self._row(item)
            table.item[place, : len(other)], table.value[place, : len(other)] = other, similarity
        return table

    def _lists(self, profile: FoldIn) -> tuple[ItemLists, Indices, Single]:
        """The lists of the profile's items alone, by their place in it, once anyone's row has changed."""
        own, weight = profile.within(self.n_items).item_index, self.config.of(profile, self._scale)
        if not self._ratings.changed:
            return self._fitted.lists, own, weight
        return ItemLists(self.neighbours(own)), np.arange(len(own), dtype=np.int32), weight

    def _row(self, item: int) -> tuple[Indices, Single]:
        found = self._found.get(item)
        if found is None:
            found = self._found[item] = self._nearest(item)
        return found

    def _nearest(self, item: int) -> tuple[Indices, Single]:
        config, users = self.config, self._users
        before, after = self._changes
        count = self._pairs.with_item(item) - before.with_item(item) + after.with_item(item)
        count[item] = 0
        other = np.flatnonzero(count).astype(np.int32)
        both = count[other].astype(np.float64)
        form, *damping = Similarity(
            "cosine-counts" if config.similarity == "cosine" else "jaccard-counts",
            Damping(config.shrinkage, config.significance, config.min_overlap),
        ).rule
        have = users[item].astype(np.float64), users[other].astype(np.float64)
        similarity = value(both, both, *have, form, *damping).astype(np.float32)
        real = np.flatnonzero(similarity > 0)
        chosen = real[best(similarity[real], self._fitted.table.k)]
        return other[chosen], similarity[chosen] ** np.float32(config.power)

    @cached_property
    def _changes(self) -> tuple[Pairs, Pairs]:
        """Of the changed rows, as they were and as they are."""
        ratings, vectors, scale = self._ratings, self.config.vectors, self._scale
        return Pairs.of(ratings.before, vectors, scale=scale), Pairs.of(ratings.after, vectors, scale=scale)

    @cached_property
    def _users(self) -> NDArray[np.int64]:
        """How many have each item now."""
        before, after = self._changes
        return self._pairs.users - before.users + after.users
