from dataclasses import replace

import numpy as np
import pytest

from catalog import Dataset, Interactions, Item, Items, RatingScale
from retrieval import Embedder, open_embedder

TITLES = ["Heat", "Fargo", "Casino", "Ronin", "Collateral", "Toy Story", "Babe", "Aladdin", "Mulan", "Shrek"]


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return open_embedder()


@pytest.fixture(scope="session")
def two_tastes() -> Dataset:
    """Twelve people, half of whom like the first five titles and half the last five, all but one rated.

    Person p leaves title (p + 1) % 5 of their half unrated and rates title p % 5 last, so the last rating
    is always of the half that the person likes.
    """
    users, items, times = [], [], []
    for person in range(12):
        half = 5 * (person % 2)
        for step in range(4):
            users.append(f"p{person}")
            items.append(half + (person + 2 + step) % 5)
            times.append(100 * person + step)
    catalogue = Items([Item(item_id=str(i), title=title, year=1995) for i, title in enumerate(TITLES)])
    rating = [5.0 if step % 4 else 4.0 for step in range(len(users))]
    return Dataset(
        "two tastes",
        catalogue,
        Interactions.of(users, items, rating=rating, timestamp=times, scale=RatingScale(1, 5)),
    )


@pytest.fixture(scope="session")
def outspoken(two_tastes: Dataset) -> Dataset:
    """Twelve people who rate all ten titles: their half with 5, the other half with 1."""
    people = np.repeat(np.arange(12), 10)
    items = np.tile(np.arange(10), 12)
    rating = np.where(people % 2 == items // 5, 5.0, 1.0)
    users = [f"p{person}" for person in people]
    return replace(
        two_tastes, interactions=Interactions.of(users, items, rating=rating, scale=RatingScale(1, 5))
    )


@pytest.fixture(scope="session")
def taken_up(two_tastes: Dataset) -> Dataset:
    """The same people and titles, but only what they took up is known, and not when."""
    rows = two_tastes.interactions
    users = [rows.user_ids[user] for user in rows.user_index]
    return replace(two_tastes, interactions=Interactions.of(users, rows.item_index))
