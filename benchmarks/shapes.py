"""Synthetic ratings shaped like MovieLens 1M, 10M and 25M, since what a neighbour engine costs is in the shape.

How active people are is a shifted log-normal, how often items are rated a stretched exponential, and people
of one of 24 tastes share items. What governs the cost of item neighbours, the sum over users of their
squared number of ratings, is that of the real set.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.sparse import csr_array
from scipy.special import ndtri

from catalog import Progress

SEED = 7
VERSION = 1
"""Of what `generate` makes: counts up when the same seed gives other ratings."""
TASTES = 24
ATTRACTION = 4.0
"""How many times likelier an item is for people of its own taste."""
LEAST = 20
"""Ratings of the least active person."""
CHUNK = 1 << 21
"""Ratings drawn at a time."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A person has `LEAST` ratings and more, `middle` times a log-normal of that `spread`, `most` at most.

    The items' wish to be rated falls from `top` to `median` in half of them. It comes true where people
    have room for it: an item is rated once by a person, however well known it is.
    """

    users: int
    items: int
    middle: float
    spread: float
    most: int
    top: float
    median: float

    def activity(self) -> NDArray[np.int32]:
        """Ratings of each person, ascending: the quantiles of the distribution, so the sum has no luck in it."""
        quantile = (np.arange(self.users) + 0.5) / self.users
        drawn = LEAST + self.middle * np.exp(self.spread * ndtri(quantile))
        return np.clip(np.rint(drawn), LEAST, min(self.most, self.items)).astype(np.int32)

    def popularity(self) -> NDArray[np.float64]:
        """How often each item would be rated, best known first: `top * exp(-a * rank ** b)`.

        `a` gives the median and `b` the sum, that of the activity. Raises ValueError when no `b` does.
        """
        rank, fall, wanted = (
            np.arange(self.items),
            np.log(self.top / self.median),
            float(self.activity().sum()),
        )

        def counts(b: float) -> NDArray[np.float64]:
            falling: NDArray[np.float64] = self.top * np.exp(-fall * (rank / (self.items / 2)) ** b)
            return falling

        return counts(brentq(lambda b: counts(b).sum() - wanted, 0.01, 10))


SHAPES: dict[str, Shape] = {
    "1m": Shape(6040, 3706, middle=89.45, spread=0.9903, most=2223, top=3428, median=123.5),
    "10m": Shape(69878, 10677, middle=62.21, spread=1.169, most=6406, top=34864, median=135),
    "25m": Shape(162541, 59047, middle=60.59, spread=1.2589, most=18697, top=81491, median=6),
}


def generate(shape: Shape, *, seed: int = SEED, progress: Progress | None = None) -> csr_array:
    """Ratings 1 to 5 of shape (users, items): float32 under int32 indices, ascending, each pair once."""
    rng = np.random.default_rng([seed, shape.users, shape.items])
    count, weight = rng.permutation(shape.activity()), rng.permutation(shape.popularity())
    item_taste, user_taste = rng.integers(TASTES, size=shape.items), rng.integers(TASTES, size=shape.users)
    start = np.concatenate(([0], np.cumsum(count))).astype(np.int32)
    item, rating = np.empty(start[-1], np.int32), np.empty(start[-1], np.float32)
    appeal = _appeal(weight, rng)
    done = 0
    for taste in range(TASTES):
        own = item_taste == taste
        attraction = weight * np.where(own, ATTRACTION, 1.0)
        of_taste = np.flatnonzero(user_taste == taste)
        for user in np.array_split(of_taste, count[of_taste].sum() // CHUNK + 1):
            chosen = _distinct(count[user], attraction, rng)
            place = _places(start[user], count[user])
            item[place] = chosen
            rating[place] = _ratings(appeal[chosen] + 0.4 * own[chosen], count[user], rng)
            done += len(chosen)
            if progress is not None:
                progress("synthetic ratings", done, len(item))
    return csr_array((rating, item, start), shape=(shape.users, shape.items))


def _appeal(weight: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float32]:
    """What an item is rated in the middle; the better known are the better liked."""
    known = np.log(weight)
    standard = (known - known.mean()) / known.std()
    appeal: NDArray[np.float64] = 3.3 + 0.25 * standard + 0.4 * rng.standard_normal(len(weight))
    return appeal.astype(np.float32)


def _places(start: NDArray[np.int32], count: NDArray[np.int32]) -> NDArray[np.int64]:
    """The places of the users' ratings, user by user."""
    before = np.cumsum(count, dtype=np.int64) - count
    return np.repeat(start - before, count) + np.arange(count.sum())


def _distinct(
    count: NDArray[np.int32], weight: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Items of each user, ascending: drawn by weight one after the other, none twice."""
    n_items = len(weight)
    chance = np.cumsum(weight / weight.sum())
    heavy = np.flatnonzero(count > n_items / 10)
    taken = [user * n_items + _without_return(int(count[user]), weight, rng) for user in heavy]
    missing = count.copy()
    missing[heavy] = 0
    drawn = np.empty(0, np.int64)
    while total := int(missing.sum()):
        item = np.searchsorted(chance[:-1], rng.random(total), side="right")
        fresh = np.repeat(np.arange(len(count)), missing) * n_items + item
        drawn = np.sort(np.concatenate((drawn, fresh)))  # np.unique hashes, which is many times slower
        drawn = drawn[np.diff(drawn, prepend=-1) > 0]
        missing = count - np.bincount(drawn // n_items, minlength=len(count)).astype(np.int32)
        missing[heavy] = 0
    return np.sort(np.concatenate((drawn, *taken))) % n_items


def _without_return(n: int, weight: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.intp]:
    """n items, drawn by weight without return at once (Efraimidis and Spirakis 2006)."""
    return np.argpartition(rng.standard_exponential(len(weight)) / weight, n - 1)[:n]


def _ratings(
    expected: NDArray[np.float32], count: NDArray[np.int32], rng: np.random.Generator
) -> NDArray[np.float32]:
    leaning = np.repeat(0.4 * rng.standard_normal(len(count), np.float32), count)
    noise = 0.8 * rng.standard_normal(len(expected), np.float32)
    return np.clip(np.rint(expected + leaning + noise), 1, 5).astype(np.float32)
