"""A person as the engine sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from cf_engine.arrays import Indices, Single


@dataclass(frozen=True, slots=True, eq=False)
class FoldIn:
    """The items a person rated, on the scale of the data: known or new person alike.

    Both arrays have shape (m,); m = 0 is an empty profile. They are kept in ascending order of item, so
    that no score depends on the order in which things were said. Raises ValueError for arrays that do
    not pair up, a negative or repeated item, or a rating that is not finite.
    """

    item_index: Indices
    rating: Single

    def __post_init__(self) -> None:
        item_index = np.asarray(self.item_index, dtype=np.int32)
        rating = np.asarray(self.rating, dtype=np.float32)
        if item_index.ndim != 1 or item_index.shape != rating.shape:
            raise ValueError(
                f"a profile pairs items with ratings; got shapes {item_index.shape} and {rating.shape}"
            )
        order = np.argsort(item_index, kind="stable")
        item_index, rating = item_index[order], rating[order]
        if len(item_index) and (item_index[0] < 0 or (np.diff(item_index) == 0).any()):
            raise ValueError("a profile names an item twice or by a negative index")
        if not np.isfinite(rating).all():
            raise ValueError("a profile holds a rating that is not a finite number")
        object.__setattr__(self, "item_index", item_index)
        object.__setattr__(self, "rating", rating)

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
