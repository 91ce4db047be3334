"""A catalogue of names alone: forty racing games for one console, thirty others for another, twenty wheels."""

import numpy as np
import pytest

from agent.linking import Linker
from agent.parser import Context, RuleParser
from agent.title_words import title_words
from agent.utterance import Utterance
from catalog import Item, Items

NAMES = [
    *(f"Circuit {n} Racing - PlayStation 2" for n in range(40)),
    *(f"Quest {n}x of the Lost - Xbox 360" for n in range(30)),
    *(f"Racing Wheel number{n} for Xbox 360" for n in range(20)),
    *(f"Puzzles {n} for Xbox 360" for n in range(19)),
    *(f"Halo part{n} - Xbox 360" for n in range(20)),
    "Halo 3 - Xbox 360",
]
GAMES = Items(Item(str(n), name) for n, name in enumerate(NAMES))


def read(text: str) -> Utterance:
    return RuleParser(GAMES, Linker(GAMES, np.zeros(len(GAMES), np.float32)))(text, Context())


def test_words_and_phrases_of_many_titles_are_learned_as_they_are_written() -> None:
    words = title_words(GAMES)
    assert {words[key] for key in ("racing", "playstation 2", "xbox 360", "racing wheel", "quest")} == {
        *("Racing", "PlayStation 2", "Xbox 360", "Racing Wheel", "Quest")
    }


@pytest.mark.parametrize(
    "key", ["puzzles", "2", "360", "of the lost", "for xbox 360", "racing playstation 2"]
)
def test_what_is_rare_or_says_nothing_by_itself_is_not(key: str) -> None:
    assert key not in title_words(GAMES)


def test_where_attributes_tell_of_the_items_titles_do_not() -> None:
    told = [Item(f"t{n}", f"Tale {n}", attributes={"genre": ("RPG",)}) for n in range(20)]
    assert title_words(Items([*GAMES, *told])) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "A racing game for PlayStation 2, no Xbox 360 please",
            [("Racing", "must"), ("PlayStation 2", "must"), ("Xbox 360", "must_not")],
        ),
        ("something like Halo 3 for the PlayStation 2", [("PlayStation 2", "must")]),
        ("maybe a racing game", [("Racing", "rather")]),
        ("I love racing games", [("Racing", "rather")]),
        ("some wheels", [("Wheel", "must")]),
        ("a game with a great story", []),
    ],
)
def test_they_are_asked_for_and_refused_like_a_genre(text: str, expected: list[tuple[str, str]]) -> None:
    found = [(c.attribute, c.values, c.mode) for c in read(text).constraints]
    assert found == [("title", (value,), mode) for value, mode in expected]


def test_a_title_that_has_such_a_word_is_still_a_title() -> None:
    utterance = read("I loved Halo 3")
    assert [GAMES[GAMES.index_of(m.item_id)].title for m in utterance.mentions] == ["Halo 3 - Xbox 360"]
    assert utterance.constraints == ()
