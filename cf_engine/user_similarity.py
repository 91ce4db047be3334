"""Similarity of one person to every user, found from the raters of the person's own items alone.

Its cost grows with how often those items were rated, and with the number of users only by a few passes
over an array of theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from catalog import RatingScale
from cf_engine.arrays import Double, Single
from cf_engine.lines import Lines, Runs
from cf_engine.profile import FoldIn
from cf_engine.user_config import UserNeighboursConfig
from cf_engine.user_pearson import centred_products, correlations
from cf_engine.user_person import Person
from cf_engine.user_vectors import Entries, Kind
from cf_engine.user_walk import Walk, walked

ROUNDING = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """The vectors of all users. `value` are their entries in the order of `by_item`, None where all are one,
    and `norm`, (n_users,), is one over their lengths, or for Jaccard their sizes.
    """

    config: UserNeighboursConfig
    entries: Entries
    by_item: Lines
    value: Single | None
    norm: Single

    @classmethod
    def fit(
        cls,
        config: UserNeighboursConfig,
        by_item: Lines,
        by_user: Lines,
        *,
        scale: RatingScale,
        entries: Entries | None = None,
    ) -> Self:
        """`entries` are what others' ratings say of the items; None: what these do."""
        kind: Kind = "centred" if config.similarity == "adjusted" else config.vectors
        entries = entries or Entries.learn(kind, by_item, n_users=len(by_user), scale=scale)
        if entries.binary:
            size = by_user.likes() if kind == "likes" else by_user.counts()
            norm = size if config.similarity == "jaccard" else _inverse(np.sqrt(size))
            return cls(config, entries, by_item, None, norm.astype(np.float32))
        value, squared = entries.all(by_item, count=by_user.counts())
        return cls(config, entries, by_item, value, _inverse(np.sqrt(squared)).astype(np.float32))

    @classmethod
    def of(
        cls,
        config: UserNeighboursConfig,
        by_item: Lines,
        arrays: Mapping[str, NDArray[Any]],
        *,
        scale: RatingScale,
    ) -> Self:
        """What `arrays` named. Raises KeyError or ValueError when the parts do not fit together."""
        kind: Kind = "centred" if config.similarity == "adjusted" else config.vectors
        entries = Entries(kind, scale, arrays["item"], float(arrays["mean_count"]))
        plain = by_item.rating if kind == "ratings" else None
        value = arrays.get("value", plain)
        if (value is None) != entries.binary or (value is not None and len(value) != len(by_item.rating)):
            raise ValueError(f"the entries of {kind} vectors are missing or too few")
        return cls(config, entries, by_item, value, arrays["norm"])

    def arrays(self) -> dict[str, NDArray[Any]]:
        arrays: dict[str, NDArray[Any]] = {
            "norm": self.norm,
            "item": self.entries.item,
            "mean_count": np.array(self.entries.mean_count),
        }
        if self.value is not None and self.value is not self.by_item.rating:
            arrays["value"] = self.value
        return arrays

    def person(self, profile: FoldIn) -> Person:
        weight = profile.recency(self.config.recency).astype(np.float64)
        scale, rating = self.entries.scale, profile.rating
        compared = weight > 0
        if self.entries.kind == "likes":
            compared &= rating >= scale.like_at
        position = np.flatnonzero(compared).astype(np.int32)
        item, rating, weight = profile.item_index[position], rating[position], weight[position]
        entry = weight * self.entries.of(rating, item, count=len(profile))
        return Person(position, item, rating, weight, entry, rating <= scale.dislike_at)

    def similarity(self, person: Person, *, exclude_user: int | None) -> Single:
        """To every user, float32 (n_users,); zero to `exclude_user`."""
        if self.config.similarity == "pearson":
            found, shared = correlations(
                self.by_item, person, n_users=len(self.norm), scale=self.entries.scale
            )
        elif self.config.similarity == "jaccard":
            found, shared = self._jaccard(person)
        else:
            found, shared = self._cosine(person)
        self._discount(found, shared)
        if exclude_user is not None:
            found[exclude_user] = 0
        return found

    def terms(self, person: Person, theirs: Single, *, count: NDArray[np.int64]) -> Double:
        """What each item adds to the similarity of each user, up to a factor of the user's own, (k, m).

        `theirs`, (k, m), is how they rated the person's items, NaN where they did not; `count`, (k,), is how
        many ratings they gave in all.
        """
        if self.config.similarity == "pearson":
            term = centred_products(person, theirs, scale=self.entries.scale)
        else:
            own = np.minimum(person.weight, 1) if self.config.similarity == "jaccard" else person.entry
            term = own * self.entries.of(theirs, person.item, count=count[:, None])
        term[np.isnan(theirs)] = 0
        opposed = person.disliked & (theirs >= self.entries.scale.like_at)
        return np.minimum(term, 0, out=term, where=opposed)

    def _cosine(self, person: Person) -> tuple[Single, Single]:
        found, shared = self._walked(person, person.entry)
        own = np.sqrt(np.square(person.entry).sum())
        found *= self.norm
        found *= np.float32(1 / own if own > 0 else 0)
        if self.entries.signed:
            found[np.abs(found) <= ROUNDING] = 0
        return found, shared

    def _jaccard(self, person: Person) -> tuple[Single, Single]:
        """Shared weight over the weight of either, a weight above one sharing one: Ruzicka's form for weights."""
        found, shared = self._walked(person, np.minimum(person.weight, 1))
        either = self.norm + np.float32(person.weight.sum()) - found
        np.divide(found, either, out=found, where=found > 0)
        return found, shared

    def _walked(self, person: Person, amount: Double) -> tuple[Single, Single]:
        """Sums over the raters of the person's items; but who likes what they dislike is not walked to, or
        only to add what is below zero."""
        item, away = person.item, person.disliked
        every, liking = Runs.whole(self.by_item, item), Runs.liked(self.by_item, item)
        begin = np.where(away, liking.end, every.begin)
        end = liking.end if self.entries.kind == "likes" else every.end
        shared = np.ones(len(item), np.bool_)
        if self.entries.signed and away.any():
            begin = np.concatenate((begin, liking.begin[away]))
            end = np.concatenate((end, liking.end[away]))
            amount = np.concatenate((amount, amount[away]))
            shared = np.arange(len(begin)) < len(item)
        walk = Walk(Runs(begin, end), amount.astype(np.float32), shared)
        return walked(self.by_item, walk, value=self.value, n_users=len(self.norm))

    def _discount(self, similarity: Single, shared: Single) -> None:
        config = self.config
        if config.shrinkage:
            similarity *= shared / (shared + np.float32(config.shrinkage))
        if config.significance:
            similarity *= np.minimum(shared, config.significance) / np.float32(config.significance)
        if config.min_overlap > 1 or not config.shrinkage:
            similarity *= shared >= config.min_overlap


def _inverse(length: Double) -> Double:
    """One over each, zero for zero."""
    return np.divide(1, length, out=np.zeros(len(length)), where=length > 0)
