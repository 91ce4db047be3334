import numpy as np

from agent.linking import Linker
from catalog import Item, Items

ITEMS = Items(
    [
        Item("1", "The Godfather", 1972),
        Item("2", "Dark Water", 2002),
        Item("3", "Dark Waters", 1944),
        Item("4", "Dark Waters", 2019),
        Item("5", "Casino", 1995),
        Item("6", "Casini", 1996),
    ]
)


def linker() -> Linker:
    return Linker(ITEMS, np.array([0, 0, 0, 1, 0, 0], np.float32))


def test_a_typo_links_the_one_title_that_is_close() -> None:
    assert linker().fuzzy("the godfahter") == 0


def test_of_namesakes_the_best_known_is_meant() -> None:
    assert linker().fuzzy("dark wwaters") == 3


def test_between_two_titles_as_close_it_does_not_choose_and_find_names_both() -> None:
    assert linker().fuzzy("casinx") is None
    assert linker().find("casinx") == (None, (4, 5))
