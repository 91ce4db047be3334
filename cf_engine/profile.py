"""A person as the engine sees them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cf_engine.arrays import Double, Indices, Single

_EVEN: Single = np.ones(1, np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class FoldIn:
    """The items a person rated, on the scale of the data: known or new person alike.

    All arrays have shape (m,); m = 0 is an empty profile. `weight` says how much each rating counts, 1 when
    it is not given, and `time` when it was given, in any unit. They are kept in ascending order of item, so
    that no score depends on the order in which things were said. Raises ValueError for arrays that do not
    pair up, a negative or repeated item, a negative weight, or a number that is not finite.
    """

    item_index: Indices
    rating: Single
    weight: Single = field(default_factory=lambda: _EVEN)
    time: Double | None = None

    def __post_init__(self) -> None:
        item_index = np.asarray(self.item_index, dtype=np.int32)
        rating = np.asarray(self.rating, dtype=np.float32)
        if item_index.ndim != 1 or item_index.shape != rating.shape:
            raise ValueError(
                f"a profile pairs items with ratings; got shapes {item_index.shape} and {rating.shape}"
            )
        order = np.argsort(item_index, kind="stable")
        object.__setattr__(self, "item_index", item_index[order])
        object.__setattr__(self, "rating", rating[order])
        if self.weight is _EVEN:
            object.__setattr__(self, "weight", np.ones(len(order), np.float32))
        else:
            object.__setattr__(self, "weight", _column("weights", self.weight, np.float32, order))
        if self.time is not None:
            object.__setattr__(self, "time", _column("times", self.time, np.float64, order))
        self._check()

    def _check(self) -> None:
        item = self.item_index
        if len(item) and (item[0] < 0 or (np.diff(item) == 0).any()):
            raise ValueError("a profile names an item twice or by a negative index")
        if not np.isfinite(self.rating).all():
            raise ValueError("a profile holds a rating that is not a finite number")
        if (self.weight < 0).any():
            raise ValueError("a profile holds a weight below zero; a dislike is a low rating")

    @classmethod
    def of(cls, ratings: Mapping[int, float]) -> Self:
        return cls(np.array(list(ratings), np.int32), np.array(list(ratings.values()), np.float32))

    def __len__(self) -> int:
        return len(self.item_index)

    def within(self, n_items: int) -> Self:
        """The profile itself. Raises ValueError when it names an item the model was not fitted on."""
        if len(self) and self.item_index[-1] >= n_items:
            raise ValueError(f"the profile names item {self.item_index[-1]}; the model has {n_items} items")
        return self

    def recency(self, halving: float | None) -> Single:
        """What each rating counts, (m,): its weight, halved for every `halving` ratings that came later.

        Ratings of one time are of one age. Without times, or with None, it is the weight alone.
        """
        if halving is None or self.time is None:
            return self.weight
        later = len(self) - np.searchsorted(np.sort(self.time), self.time, side="right")
        return (self.weight * 0.5 ** (later / halving)).astype(np.float32)


def _column(
    name: str, given: Single | Double, dtype: type[np.float32 | np.float64], order: NDArray[np.intp]
) -> NDArray[Any]:
    column: NDArray[Any] = np.asarray(given, dtype=dtype)
    if column.shape != order.shape:
        raise ValueError(f"a profile of {len(order)} items has {name} of shape {column.shape}")
    if not np.isfinite(column).all():
        raise ValueError(f"the {name} of a profile hold a value that is not a finite number")
    return column[order]
