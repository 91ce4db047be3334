"""The neighbours of a person's items, added up: what the models that precompute item lists share."""

import threading
from abc import abstractmethod
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from catalog import RatingScale
from cf_engine import storage
from cf_engine.arrays import Double, Indices, Matrix, Single
from cf_engine.evidence import Shares
from cf_engine.model import Model, Recommender, fitted
from cf_engine.nearest import NeighbourTable
from cf_engine.profile import FoldIn
from cf_engine.selection import best
from cf_engine.weighting import ProfileWeights

Top = tuple[Indices, Single]
C = TypeVar("C", bound=ProfileWeights)


class ItemLists:
    """Every item's list of items with values; a profile's items add up theirs, each by its weight.

    Sums are taken in double precision in the order of the profile, with and without the compiled kernel.
    """

    def __init__(self, table: NeighbourTable) -> None:
        self.table = table
        self._scratch = threading.local()

    def reached(self, known: Indices, weight: Single) -> Top:
        """The items in the lists of `known`, (m,), ascending, and their sums of weight times value."""
        listed = self.table.item[known].ravel()
        part = (self.table.value[known] * weight[:, None]).ravel()
        # one sort of item and place together: an item's parts keep the order of the profile
        key = np.sort((listed.astype(np.int64) << 32) | np.arange(len(listed)))
        key = key[np.searchsorted(key, 0) :]
        item, order = (key >> 32).astype(np.int32), key & 0xFFFFFFFF
        new = np.ones(len(item), np.bool_)
        new[1:] = item[1:] != item[:-1]
        total = np.bincount(np.cumsum(new) - 1, weights=part[order])
        return item[new], total.astype(np.float32)

    def top(self, known: Indices, weight: Single, *, barred: Indices, n: int) -> Top | None:
        """The n best items with a sum above zero but for `known` and `barred`; None when there are fewer."""
        if (compiled := _compiled()) is None:
            item, score = self._best(known, weight, barred=barred, n=n)
            return (item, score) if len(item) == n else None
        row = np.array([0, len(known)], np.int64)
        items, scores = np.empty((1, n), np.int32), np.empty((1, n), np.float32)
        table = self.table
        compiled.best_of_lists(
            table.item, table.value, row, known, weight, barred, *self._buffers(), items, scores
        )
        return None if n and items[0, -1] < 0 else (items[0], scores[0])

    def top_many(self, weights: Matrix, *, n: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """What `top` gives for each row of the weights, (people, items): items and scores, (people, n).

        Where fewer than n items have a sum above zero, the rest is item -1 and score 0.
        """
        items = np.full((weights.shape[0], n), -1, np.int32)
        scores = np.zeros((weights.shape[0], n), np.float32)
        nobody = np.empty(0, np.int32)
        if (compiled := _compiled()) is not None:
            table, start = self.table, weights.indptr.astype(np.int64, copy=False)
            compiled.best_of_lists(
                *(table.item, table.value, start, weights.indices, weights.data, nobody),
                *(*self._buffers(), items, scores),
            )
            return items, scores
        for person in range(weights.shape[0]):
            part = slice(weights.indptr[person], weights.indptr[person + 1])
            item, score = self._best(weights.indices[part], weights.data[part], barred=nobody, n=n)
            items[person, : len(item)], scores[person, : len(item)] = item, score
        return items, scores

    def shares(self, known: Indices, weight: Single, items: Indices) -> Shares:
        """What each of `known` gave to each of `items`."""
        table = self.table
        if (compiled := _compiled()) is not None:
            amount: Double = np.zeros((len(items), len(known)))
            compiled.shares(table.item, table.value, known, weight, items, amount)
        else:
            value = (table.value[known] * weight[:, None]).astype(np.float64)
            amount = np.where(table.item[known] == items[:, None, None], value, 0.0).sum(axis=2)
        return Shares(items, known, amount)

    def _best(self, known: Indices, weight: Single, *, barred: Indices, n: int) -> Top:
        item, score = self.reached(known, weight)
        left = (score > 0) & ~np.isin(item, np.concatenate((known, barred)))
        item, score = item[left], score[left]
        chosen = best(score, n)
        return item[chosen], score[chosen]

    def _buffers(self) -> tuple[Double, Indices]:
        """Sums that are zero between calls, and room for the touched items: one pair a thread."""
        made: tuple[Double, Indices] | None = getattr(self._scratch, "buffers", None)
        if made is None:
            n_items = len(self.table.item)
            made = self._scratch.buffers = np.zeros(n_items), np.empty(n_items, np.int32)
        return made


@cache
def _compiled() -> ModuleType | None:
    return import_module("cf_engine.item_kernel") if find_spec("numba") else None


class Listed(Recommender):
    """What scores by the lists of the profile's items."""

    @abstractmethod
    def _lists(self, profile: FoldIn) -> tuple[ItemLists, Indices, Single]:
        """The lists, which of them are the profile's, (m,), and what each of these weighs, (m,)."""

    def scores(self, profile: FoldIn, *, exclude_user: int | None = None) -> Single:  # noqa: ARG002
        """The weighted sums over the profile's lists, float32 (n_items,), and zero for what is in none."""
        lists, own, weight = self._lists(profile)
        item, score = lists.reached(own, weight)
        found = np.zeros(self.n_items, np.float32)
        found[item] = score
        return found

    def explain(
        self,
        profile: FoldIn,
        items: Indices,
        *,
        exclude_user: int | None = None,  # noqa: ARG002
    ) -> Shares:
        """The score of each by item of the profile; there are no neighbours, since nobody was compared."""
        lists, own, weight = self._lists(profile)
        return replace(lists.shares(own, weight, self._known(items)), own_item=profile.item_index)


class ListedModel(Listed, Model):
    """A model that keeps the list of every item."""

    @property
    @abstractmethod
    def lists(self) -> ItemLists: ...

    @property
    def n_items(self) -> int:
        return len(self.lists.table)

    def _top(
        self,
        profile: FoldIn,
        *,
        n: int,
        barred: Indices,
        exclude_user: int | None,  # noqa: ARG002
    ) -> Top | None:
        lists, own, weight = self._lists(profile)
        return lists.top(own, weight, barred=barred, n=n)


@dataclass(frozen=True, slots=True, eq=False)
class _Weighed:
    lists: ItemLists
    scale: RatingScale


class WeighedLists(ListedModel, Generic[C]):
    """A model of which all that is fitted are lists; the config says what the items of a profile weigh."""

    kind: ClassVar[str]
    """Of its folder."""
    settings: ClassVar[type[Any]]
    """The class of the config."""

    def __init__(self, config: C | None = None) -> None:
        self.config: C = config or self.settings()
        self._fitted: _Weighed | None = None

    def _keep(self, table: NeighbourTable, scale: RatingScale) -> Self:
        self._fitted = _Weighed(ItemLists(table), scale)
        return self

    @property
    def lists(self) -> ItemLists:
        return self._state.lists

    def save(self, path: Path) -> None:
        state, config = self._state, self.config.model_dump_json()
        arrays = {"item": state.lists.table.item, "value": state.lists.table.value}
        storage.write(path, self.kind, config=config, scale=state.scale, arrays=arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        config, scale, arrays = storage.read(path, cls.kind)
        with storage.intact(path):
            model = cls(cls.settings.model_validate_json(config))
            return model._keep(NeighbourTable(arrays["item"], arrays["value"]), scale)

    def _lists(self, profile: FoldIn) -> tuple[ItemLists, Indices, Single]:
        state, own = self._state, profile.within(self.n_items).item_index
        return state.lists, own, self.config.of(profile, state.scale)

    @property
    def _state(self) -> _Weighed:
        return fitted(self._fitted)
