"""What the neighbours of a person say of items, and whose word it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from catalog import RatingScale
from cf_engine.arrays import Double, Indices, Single, totals
from cf_engine.evidence import Evidence
from cf_engine.lines import Lines, Runs
from cf_engine.user_config import UserNeighboursConfig
from cf_engine.user_walk import compiled, joined


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """The neighbours, (k,), nearest first, their similarity, and how each rating of theirs counts.

    `mean` is that of all ratings.
    """

    config: UserNeighboursConfig
    by_user: Lines
    user: Indices
    similarity: Double
    mean: float
    scale: RatingScale

    def scores(self, n_items: int) -> Double:
        """What the neighbours together say of every item, float64 (n_items,); zero where they say nothing."""
        config, strength = self.config, self.strength
        likes_alone = config.ranking == "likes" and not (config.dislike or config.enthusiasm)
        runs = (Runs.liked if likes_alone else Runs.whole)(self.by_user, self.user)
        if likes_alone and (kernel := compiled()) is not None:
            score = np.zeros(n_items)
            kernel.add_each(self.by_user.index, runs.begin, runs.end, strength, score)
            return score
        item = joined(self.by_user.index, runs, name="voted item", dtype=np.int64)
        part = np.repeat(strength, runs.end - runs.begin)
        if likes_alone:
            return totals(item, part, length=n_items)
        gathered = totals(item, np.abs(part), length=n_items)
        part *= self.gain(joined(self.by_user.rating, runs, name="voted rating"))
        total = totals(item, part, length=n_items)
        return total / self._damped(gathered) if config.ranking == "damped" else total

    @property
    def strength(self) -> Double:
        """The power of the similarities, (k,), each of its own sign."""
        power = self.config.power
        if power == 1:
            return self.similarity
        return np.sign(self.similarity) * np.abs(self.similarity) ** power

    def gain(self, rating: Single) -> Double:
        """What a rating adds to its item per strength of who gave it, in the shape of the ratings."""
        config, scale = self.config, self.scale
        gain: Double = np.ones(rating.shape)
        if config.ranking == "likes":
            above = (rating - scale.like_at) / max(scale.high - scale.like_at, 1e-9)
            gain = np.where(above >= 0, 1 + config.enthusiasm * above, 0.0)
        elif config.ranking == "damped":
            gain = rating.astype(np.float64) - self.mean
        return gain - config.dislike * (rating <= scale.dislike_at) if config.dislike else gain

    def amounts(self, rating: Single) -> Double:
        """What each neighbour gave each item, (n, k), from their ratings, (n, k), NaN where they gave none."""
        rated, strength = ~np.isnan(rating), self.strength
        amount = np.where(rated, self.gain(rating) * strength, 0.0)
        if self.config.ranking == "damped":
            amount /= self._damped(rated @ np.abs(strength))[:, None]
        return amount

    def _damped(self, gathered: Double) -> Double:
        """What a sum over neighbours of this strength is divided by; where there are none, one."""
        return np.where(gathered > 0, gathered + self.config.damping, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class Told(Sequence[Evidence]):
    """The evidence of a list of items, (n,), by neighbour and by item of the profile.

    `own_amount`, (n, m), is what each of the profile's items gave each item. `user`, `similarity`, `rating` and
    `amount` are the neighbours who had a say, item after item: those of item i from `start[i]` to `start[i + 1]`.
    """

    items: list[int]
    score: list[float]
    own_item: Indices
    own_amount: Double
    start: list[int]
    user: Indices
    similarity: Double
    rating: Single
    amount: Double

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, place: int) -> Evidence: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Evidence, ...]: ...
    def __getitem__(self, place: int | slice) -> Evidence | tuple[Evidence, ...]:
        if isinstance(place, slice):
            return tuple(map(self.__getitem__, range(len(self))[place]))
        place = range(len(self))[place]
        here = slice(self.start[place], self.start[place + 1])
        return Evidence(
            self.items[place],
            self.score[place],
            self.own_item,
            self.own_amount[place],
            user=self.user[here],
            similarity=self.similarity[here],
            rating=self.rating[here],
            user_amount=self.amount[here],
        )
