import numpy as np
import pytest

from catalog import Dataset, Interactions, Item, Items, RatingScale

HITS, NICHE = 4, 6


@pytest.fixture(scope="session")
def hits_and_niches() -> Dataset:
    """Thirty people who love all four hits and, by their parity, five of six titles of one of two niches.

    Items 0 to 3 are the hits, of genre Hit; 4 to 9 one niche, of genre Even, and 10 to 15 the other, of Odd.
    """
    genres = ["Hit"] * HITS + ["Even"] * NICHE + ["Odd"] * NICHE
    items = Items(
        [Item(str(i), f"Title {i}", attributes={"genre": (genre,)}) for i, genre in enumerate(genres)]
    )
    users, index = [], []
    for person in range(30):
        own = HITS + NICHE * (person % 2) + np.arange(NICHE)
        rated = [*range(HITS), *np.delete(own, (person // 2) % NICHE).tolist()]
        users += [f"p{person}"] * len(rated)
        index += rated
    rating = np.full(len(index), 5.0)
    return Dataset(
        "hits and niches", items, Interactions.of(users, index, rating=rating, scale=RatingScale(1, 5))
    )
