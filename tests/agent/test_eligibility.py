from typing import Literal

import pytest

from agent.eligibility import RECORD, Eligibility, meets
from agent.utterance import Constraint
from catalog import Item, Items

COURSES = Items(
    [
        Item(
            "all",
            "The bootcamp",
            attributes={"concept": ("Python (programming language)",), "level": ("all",)},
        ),
        Item("hands", "Python hands on", attributes={"level": ("beginner",)}),
        Item("snakes", "Keeping pythons", attributes={"concept": ("Snake",), "level": ("expert",)}),
        Item("none", "Pythonic prose", attributes={"level": ("expert",)}),
    ]
)
GAMES = Items(
    [
        Item("bare", "Halo 3"),
        Item("xbox", "Halo 3 - Xbox 360"),
        Item("map", "Halo 3 (Map Pack)"),
        Item("odst", "Halo 3: ODST - Xbox 360"),
        Item("1933", "King Kong", 1933),
        Item("2005", "King Kong", 2005),
        Item("one", "Saga - One", attributes={"genre": ("Fantasy",)}),
        Item("two", "Saga - Two", attributes={"genre": ("Fantasy",)}),
        Item("marks", "!!!"),
        Item("more", "???"),
    ]
)


def asked(attribute: str, value: str, mode: Literal["must", "must_not"] = "must") -> Constraint:
    return Constraint(attribute=attribute, values=(value,), mode=mode, said=value)


def shown(items: Items, *constraints: Constraint, barred: tuple[str, ...] = ()) -> list[str]:
    allowed = Eligibility(items).mask(constraints, None, barred)
    return [item.item_id for item, is_allowed in zip(items, allowed, strict=True) if is_allowed]


@pytest.mark.parametrize(
    ("constraint", "expected"),
    [
        (asked("concept", "Python (programming language)"), ["all", "hands"]),
        (asked("concept", "Python (programming language)", "must_not"), ["snakes", "none"]),
        (asked("level", "beginner"), ["all", "hands"]),
        (asked("level", "expert", "must_not"), ["all", "hands"]),
        (asked("title", "python"), ["hands", "snakes"]),
        (asked("title", "..."), []),
    ],
)
def test_values_titles_of_what_has_none_and_levels_for_all(
    constraint: Constraint, expected: list[str]
) -> None:
    assert shown(COURSES, constraint) == expected
    binding = constraint.mode == "must"
    assert [item.item_id for item in COURSES if meets(item, constraint) == binding] == expected


NIGHT = Items(
    [
        Item("title", "The Vampire Diaries"),
        Item("text", "Dusk", text="A café where vampires meet."),
        Item("tag", "Dawn", attributes={"tag": ("Vampire fiction", "night")}),
        Item("other", "Vampirella", text="No such word."),
    ]
)


@pytest.mark.parametrize(("word", "left"), [("vampires", ["other"]), ("cafe", ["title", "tag", "other"])])
def test_a_refused_word_is_looked_for_in_all_that_is_known(word: str, left: list[str]) -> None:
    assert shown(NIGHT, asked(RECORD, word, "must_not")) == left


@pytest.mark.parametrize(
    ("barred", "gone"),
    [
        ("xbox", {"bare", "xbox", "map"}),
        ("odst", {"odst"}),
        ("2005", {"2005"}),
        ("one", {"one"}),
        ("marks", {"marks"}),
    ],
)
def test_other_editions_of_what_is_barred_are_barred_too(barred: str, gone: set[str]) -> None:
    assert set(GAMES.ids) - set(shown(GAMES, barred=(barred,))) == gone
