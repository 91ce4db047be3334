"""What a rating counts in the vector of the person who gave it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from catalog import RatingScale
from cf_engine.arrays import Double, Indices, Single, totals
from cf_engine.lines import Lines
from cf_engine.weighting import inverse_frequency, term_weights

Kind: TypeAlias = Literal["ratings", "centred", "likes", "rated", "tf-idf", "bm25"]
BLOCK = 1 << 22


@dataclass(frozen=True, slots=True, eq=False)
class Entries:
    """`item`, (items,), is what the data say of every item: its mean rating for centred vectors, its inverse
    frequency for tf-idf and bm25, and empty otherwise. They are over everyone, a person left out included.
    """

    kind: Kind
    scale: RatingScale
    item: Double
    mean_count: float

    @classmethod
    def learn(cls, kind: Kind, by_item: Lines, *, n_users: int, scale: RatingScale) -> Self:
        count = by_item.counts()
        mean_count = float(count.sum() / max(n_users, 1))
        if kind == "centred":
            owner = np.repeat(np.arange(len(by_item)), count)
            total = totals(owner, by_item.rating, length=len(by_item))
            middle = (scale.low + scale.high) / 2
            mean = np.divide(total, count, out=np.full(len(by_item), middle), where=count > 0)
            return cls(kind, scale, mean, mean_count)
        of_terms = kind in {"tf-idf", "bm25"}
        inverse = inverse_frequency(count, n_documents=n_users) if of_terms else np.empty(0)
        return cls(kind, scale, inverse, mean_count)

    @property
    def binary(self) -> bool:
        return self.kind in {"likes", "rated"}

    @property
    def signed(self) -> bool:
        """Whether an entry may be below zero."""
        return self.kind == "centred" or (self.kind == "ratings" and self.scale.low < 0)

    def of(self, rating: Single, item: Indices, *, count: ArrayLike) -> Double:
        """The entries of ratings, float64 of their shape; `count` is how many their givers gave in all."""
        if self.kind == "likes":
            return (rating >= self.scale.like_at).astype(np.float64)
        if self.kind == "rated":
            return np.ones(rating.shape)
        value = rating.astype(np.float64)
        if self.kind == "ratings":
            return value
        if self.kind == "centred":
            return value - self.item[item]
        if self.kind == "tf-idf":
            return term_weights(value, self.item[item], scale=self.scale)
        length = np.asarray(count) / max(self.mean_count, 1.0)
        return term_weights(value, self.item[item], scale=self.scale, length=length)

    def all(self, by_item: Lines, *, count: NDArray[np.int64]) -> tuple[Single, Double]:
        """The entries of all ratings in the order of `by_item`, and the squared length of every user's vector."""
        plain = self.kind == "ratings"
        value = by_item.rating if plain else np.empty(len(by_item.rating), np.float32)
        every = np.arange(0 if plain else len(by_item), dtype=np.int32)
        item = np.repeat(every, by_item.counts()[: len(every)])
        squared = np.zeros(len(count))
        for part in blocks(len(value)):
            user = by_item.index[part]
            if not plain:
                value[part] = self.of(by_item.rating[part], item[part], count=count[user])
            squared += totals(user, value[part].astype(np.float64) ** 2, length=len(count))
        return value, squared


def blocks(n: int) -> Iterator[slice]:
    """Parts of n ratings to weigh one after the other, so that fitting needs little beside what it keeps."""
    return (slice(first, first + BLOCK) for first in range(0, n, BLOCK))
