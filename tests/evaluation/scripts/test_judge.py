"""Every expectation of the language, held against one real answer."""

from typing import Any

import pytest

from agent import Agent
from evaluation.scripts import Expectation, Step
from evaluation.scripts.judge import Judge
from evaluation.scripts.names import Names
from evaluation.scripts.stage import Result, Stage

CRIME = "I loved Heat and Fargo, but no horror"


def answer(agent: Agent, text: str) -> Result:
    with Stage(agent, Names(agent.world), user=None) as stage:
        return stage.do(Step(say=text))


@pytest.fixture(scope="module")
def said(agent: Agent) -> Result:
    """Shows Casino, Goodfellas and The Matrix among others."""
    return answer(agent, CRIME)


def problems(agent: Agent, result: Result, expect: dict[str, Any]) -> list[str]:
    judge = Judge(agent.world.dataset.items, Names(agent.world))
    return [problem for _, problem in judge.unmet(Expectation.model_validate(expect), result)]


@pytest.mark.parametrize(
    "expect",
    [
        {"intent": "recommend"},
        {"profile": {"liked": ["Fargo", "heat (1995)"], "disliked": [], "seen": [], "refused": []}},
        {"constraints": {"must": [], "must_not": ["Horror"], "rather": [], "years": [None, None]}},
        {"items": {"shown": 5, "shows": ["Casino"], "never": ["Saw", "Heat"], "none": {"genre": "horror"}}},
        {"items": {"years": [1930, None]}},
        {"scores": {"alpha": 0.5, "of": {"Casino": {"score": [-9, 9], "cf": [0, None], "lm": [None, None]}}}},
        {
            "reply": {
                "has": ["since you like"],
                "lacks": ["zebra"],
                "matches": r"^Since .+ \(1995\)",
                "max_words": 200,
            }
        },
    ],
    ids=lambda expect: next(iter(expect)),
)
def test_what_holds_is_met(agent: Agent, said: Result, expect: dict[str, Any]) -> None:
    assert problems(agent, said, expect) == []


@pytest.mark.parametrize(
    ("expect", "problem"),
    [
        ({"intent": "greet"}, "intent is recommend, not greet"),
        ({"profile": {"liked": ["Heat"]}}, "liked is [Fargo, Heat], not [Heat]"),
        ({"profile": {"liked": ["Heat", "Heat"]}}, "liked is [Fargo, Heat], not [Heat, Heat]"),
        ({"profile": {"liked": ["Heat", "Saw"]}}, "liked is [Fargo, Heat], not [Heat, Saw]"),
        ({"profile": {"seen": ["Saw"]}}, "seen is [], not [Saw]"),
        ({"constraints": {"must_not": []}}, "must_not is [Horror], not []"),
        ({"constraints": {"years": [1990, None]}}, "the period is open to open, not 1990 to open"),
        ({"items": {"shown": 4}}, "5 items are shown, not 4"),
        ({"items": {"shows": ["Saw"]}}, "Saw is not shown"),
        ({"items": {"never": ["Casino"]}}, "Casino is shown"),
        ({"items": {"first": "Saw"}}, "first comes Casino (1995), not Saw"),
        ({"items": {"every": {"genre": ["crime", "Horror"]}}}, "The Matrix (1999) is not crime or Horror"),
        ({"items": {"none": {"genre": ["Horror", "sci-fi"]}}}, "The Matrix (1999) is Horror or sci-fi"),
        ({"items": {"years": [1991, 2010]}}, "Goodfellas (1990) is not from 1991 to 2010"),
        ({"scores": {"alpha": 0.7}}, "alpha is 0.5, not 0.7"),
        ({"scores": {"of": {"Saw": {"cf": [0, 1]}}}}, "Saw is not shown"),
        ({"reply": {"has": ["zebra"]}}, "the reply lacks 'zebra'"),
        ({"reply": {"lacks": ["SINCE"]}}, "the reply has 'SINCE'"),
        ({"reply": {"matches": "^Hello"}}, "the reply does not match '^Hello'"),
        ({"reply": {"matches": r"((.|\s)+,?)+[~^]"}}, "takes over 1 s; write a simpler one"),
        ({"reply": {"max_words": 3}}, "words, more than 3"),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_what_does_not_hold_is_told(agent: Agent, said: Result, expect: dict[str, Any], problem: str) -> None:
    assert any(problem in one for one in problems(agent, said, expect))


def test_a_requirement_of_the_list_is_not_met_by_no_list(agent: Agent) -> None:
    """Every item of an empty list is anything."""
    expect = {"items": {"every": {"genre": "Crime"}, "none": {"genre": "Horror"}, "years": [1990, 1999]}}
    assert problems(agent, answer(agent, "thank you"), expect) == ["nothing is shown"] * 3


def test_bounds_of_scores_are_held_to(agent: Agent, said: Result) -> None:
    expect = {"scores": {"of": {"Casino": {"score": [8, 9], "cf": [None, -8], "lm": [None, None]}}}}
    told = problems(agent, said, expect)
    assert [one.partition(" is ")[0] for one in told] == ["score of Casino (1995)", "cf of Casino (1995)"]
