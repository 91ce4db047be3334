"""The real embedding model, opened once, and a small catalogue."""

import pytest

from catalog import Item, Items
from retrieval import Embedder, open_embedder


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return open_embedder()


@pytest.fixture(scope="session")
def films() -> Items:
    return Items(
        [
            Item("007", "GoldenEye", 1995, "A British spy stops a satellite weapon.", {"genre": ("Action",)}),
            Item(
                "7",
                "Alien",
                1979,
                "A crew in space is hunted by a creature.",
                {"genre": ("Horror", "Sci-Fi")},
            ),
            Item("heat", "Heat", 1995, "A thief and a detective in Los Angeles.", {"genre": ("Crime",)}),
            Item("七", "七人の侍", 1954, "農民が七人の侍を雇う。", {"genre": ("Action", "Drama")}),
            Item("twin-b", "Twin", None, "The same words."),
            Item("twin-a", "Twin", None, "The same words."),
            Item("bare", "?"),
            Item("فيلم", "باب الحديد", 1958, None, {"genre": ("crime",)}),
        ]
    )
