import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from retrieval import Near, Titles

NAMES = ["heat", "the godfather", "the godfather part ii", "fargo", "七人の侍", "", "it", "heat"]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("haet", ["heat", "heat"]),
        ("the godfahter", ["the godfather"]),
        ("七人の待", ["七人の侍"]),
        ("it", ["it"]),
        ("qqqqqq", []),
        ("", [""]),
    ],
)
def test_nearly_what_was_typed(typed: str, names: list[str]) -> None:
    assert [NAMES[near.place] for near in Titles(NAMES).nearest(typed, least=75, n=5)] == names


def test_most_alike_first_and_no_more_than_asked_for() -> None:
    titles = Titles(NAMES)
    assert titles.nearest("the godfather", least=50, n=5) == [
        Near(1, 100.0),
        Near(2, fuzz.ratio("the godfather", NAMES[2])),
    ]
    assert titles.nearest("the godfather", least=50, n=1) == [Near(1, 100.0)]
    assert titles.nearest("heat", least=90, n=5) == [Near(0, 100.0), Near(7, 100.0)]


def test_no_names() -> None:
    assert Titles([]).nearest("heat", least=0, n=5) == []


@given(st.lists(st.text("abc ", max_size=6), max_size=12), st.text("abc ", min_size=1, max_size=6))
def test_the_most_alike_of_all_is_found(names: list[str], typed: str) -> None:
    best = max((fuzz.ratio(typed, name) for name in names), default=0.0)
    found = Titles(names).nearest(typed, least=60, n=1)
    assert [near.likeness for near in found] == ([best] if best >= 60 else [])


def test_among_many_names_none_is_nearer_than_what_is_found() -> None:
    rng = np.random.default_rng(0)
    syllables = ["ka", "lo", "mi", "ren", "sto", "the", "an", "ver", "qu", "o", " ", " of ", "dra", "ghi"]
    names = sorted({"".join(rng.choice(syllables, rng.integers(4, 12))) for _ in range(26_000)})[:20_000]
    titles = Titles(names)
    for place in rng.choice(len(names), 40):
        typed = names[place][:2] + names[place][3:]
        found = titles.nearest(typed, least=60, n=10)
        assert max(fuzz.ratio(typed, names[one.place]) for one in found) >= fuzz.ratio(typed, names[place])
