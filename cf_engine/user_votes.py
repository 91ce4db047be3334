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
from cf_engine.user_vectors import blocks
from cf_engine.user_walk import compiled, joined


def likes_alone(config: UserNeighboursConfig) -> bool:
    """Whether a neighbour has nothing to say but that they liked an item, one like as good as another."""
    return config.ranking == "likes" and not config.dislike and not config.enthusiasm


def gain(rating: Single, config: UserNeighboursConfig, *, mean: float, scale: RatingScale) -> Single:
    """What a rating adds to its item per strength of who gave it, in the shape of the ratings."""
    if likes_alone(config):
        return (rating >= scale.like_at).astype(np.float32)
    value = np.ones(rating.shape)
    if config.ranking == "likes":
        above = (rating.astype(np.float64) - scale.like_at) / max(scale.high - scale.like_at, 1e-9)
        value = np.where(above >= 0, 1 + config.enthusiasm * above, 0.0)
    elif config.ranking == "damped":
        value = rating.astype(np.float64) - mean
    return (value - config.dislike * (rating <= scale.dislike_at)).astype(np.float32)


def gains(by_user: Lines, config: UserNeighboursConfig, *, mean: float, scale: RatingScale) -> Single | None:
    """The gain of every rating, (ratings,); None where likes are all that counts."""
    if likes_alone(config):
        return None
    said = np.empty(len(by_user.rating), np.float32)
    for part in blocks(len(said)):
        said[part] = gain(by_user.rating[part], config, mean=mean, scale=scale)
    return said


@dataclass(frozen=True, slots=True, eq=False)
class Votes:
    """The neighbours, (k,), nearest first, their similarity, and how each rating of theirs counts.

    `mean` is that of all ratings; `said` may hold the gain of every rating in the order of `by_user`.
    """

    config: UserNeighboursConfig
    by_user: Lines
    user: Indices
    similarity: Double
    mean: float
    scale: RatingScale
    said: Single | None = None

    def scores(self, n_items: int) -> Double:
        """What the neighbours together say of every item, float64 (n_items,); zero where they say nothing."""
        if likes_alone(self.config):
            return self._added(Runs.liked(self.by_user, self.user), self.strength, None, n_items=n_items)
        runs = Runs.whole(self.by_user, self.user)
        said = self.said
        if said is None:
            said = gain(self.by_user.rating, self.config, mean=self.mean, scale=self.scale)
        total = self._added(runs, self.strength, said, n_items=n_items)
        if self.config.ranking == "damped":
            total /= self._damped(self._added(runs, np.abs(self.strength), None, n_items=n_items))
        return total

    @property
    def strength(self) -> Double:
        """The power of the similarities, (k,), each of its own sign."""
        power = self.config.power
        if power == 1:
            return self.similarity
        return np.sign(self.similarity) * np.abs(self.similarity) ** power

    def amounts(self, rating: Single) -> Double:
        """What each neighbour gave each item, (n, k), from their ratings, (n, k), NaN where they gave none."""
        strength = self.strength
        amount: Double = gain(rating, self.config, mean=self.mean, scale=self.scale) * strength
        if self.config.ranking == "likes":
            return amount
        rated = ~np.isnan(rating)
        amount[~rated] = 0
        if self.config.ranking == "damped":
            amount /= self._damped(rated @ np.abs(strength))[:, None]
        return amount

    def _added(self, runs: Runs, strength: Double, said: Single | None, *, n_items: int) -> Double:
        """The sum of strength times what is said over the runs of the neighbours; of the strength, if None."""
        if (kernel := compiled()) is not None:
            total = np.zeros(n_items)
            says = self.by_user.rating[:0] if said is None else said
            kernel.add_votes(self.by_user.index, says, runs.begin, runs.end, strength, total)
            return total
        slices = runs.slices()
        item = joined(self.by_user.index, slices, name="voted item", dtype=np.int64)
        part = np.repeat(strength, runs.end - runs.begin)
        if said is not None:
            part *= joined(said, slices, name="said")
        return totals(item, part, length=n_items)

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
