"""Steps are done, what breaks is marked and told with its line, and laws are held to."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent import Agent, Reply, Session
from catalog import DataError
from evaluation.scripts import Outcome, Script, ScriptError, read_script, run_script

CRIME = "I loved Heat and Fargo, but no horror"


def played(agent: Agent, *turns: dict[str, Any], user: str | None = None) -> Outcome:
    plain = {"name": "Some", "turns": list(turns), **({"user": user} if user else {})}
    return run_script(agent, Script.model_validate(plain))


def problems(outcome: Outcome) -> list[str]:
    return [failure.problem for failure in outcome.failures]


def test_namesakes_are_told_apart_by_year(agent: Agent) -> None:
    said = {"say": "I loved King Kong (1933)"}
    assert played(agent, said | {"expect": {"profile": {"liked": ["King Kong"]}}}).passed
    assert played(agent, said | {"expect": {"profile": {"liked": ["King Kong (1933)"]}}}).passed
    told = problems(played(agent, said | {"expect": {"profile": {"liked": ["King Kong (2005)"]}}}))
    assert told == ["liked is [King Kong (1933)], not [King Kong (2005)]"]


def test_undo_restart_clicks_and_alpha(agent: Agent) -> None:
    outcome = played(
        agent,
        {"say": CRIME, "expect": {"items": {"shown": 5}}},
        {"alpha": 0, "expect": {"items": {"shown": 5}, "scores": {"alpha": 0}}},
        {
            "feedback": {"seen": "Casino"},
            "expect": {"profile": {"seen": ["Casino"], "liked": ["Heat", "Fargo"]}},
        },
        {"restart": True, "expect": {"profile": {"seen": ["Casino"]}, "scores": {"alpha": 0}}},
        {"alpha": "default", "expect": {"scores": {"alpha": 0.5}}},
        {"say": "I hated Saw", "expect": {"profile": {"disliked": ["Saw"]}, "items": {"never": ["Casino"]}}},
        {"undo": True, "expect": {"profile": {"disliked": [], "seen": ["Casino"]}, "items": {"shown": 5}}},
        {"feedback": {"like": 1}},
        {"feedback": {"dislike": 2}},
    )
    assert outcome.passed, outcome.report()
    assert [told for told, _ in outcome.transcript][1:5] == [
        "(alpha: 0)",
        "(seen: Casino)",
        "(restart)",
        "(alpha: default)",
    ]


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ({"undo": True}, "nothing was said that could be undone"),
        ({"feedback": {"like": 1}}, "1 is not in the list last shown, so nobody can click on it"),
        ({"feedback": {"like": "Saw"}}, "Saw is not in the list last shown, so nobody can click on it"),
    ],
)
def test_a_step_that_cannot_be_done_breaks_the_script(
    agent: Agent, step: dict[str, Any], problem: str
) -> None:
    outcome = played(agent, step, {"say": "hi"})
    assert problems(outcome) == [problem]
    assert len(outcome.transcript) == 1


def test_the_first_broken_step_is_marked_with_its_line(agent: Agent, written: Callable[[str], Path]) -> None:
    path = written(
        "name: Wrong on purpose\nturns:\n  - say: Hello\n  - say: I loved Heat\n    expect:\n"
        "      items:\n        shown: 4\n      reply:\n        has: [try these]\n        lacks: [Heat]\n"
        "  - say: why?\n    expect: {intent: greet}\n"
    )
    lines = run_script(agent, read_script(path)).report().splitlines()
    assert lines[:2] == ["FAILED  Wrong on purpose", "   you: Hello"]
    marked = [line for line in lines if line.startswith(">> ")]
    assert marked[0] == ">> you: I loved Heat"
    assert marked[1].startswith(">> duetto: Since you like Heat (1995), I would try these films:")
    assert marked[2].startswith(">> 1. ")
    assert marked[-2:] == [
        f">> step 2: 5 items are shown, not 4 ({path}:7)",
        f">> step 2: the reply has 'Heat' ({path}:10)",
    ]
    assert lines[-1] == "   Broken besides: step 3"


def test_a_title_that_is_not_there_is_an_error(agent: Agent, written: Callable[[str], Path]) -> None:
    """`never: [Casnio]` would hold for ever."""
    path = written(
        "name: x\nturns:\n  - say: hi\n    expect:\n      items:\n        never: [Heat, Casnio]\n"
        "        every: {gerne: Crime}\n        none: {genre: Horor}\n      profile: {liked: [Zzyzx]}\n"
        "  - feedback: {like: Matrix}\n"
    )
    with pytest.raises(ScriptError) as caught:
        run_script(agent, read_script(path))
    told = [str(error).removeprefix(f"{path}, ") for error in caught.value.errors]
    assert told == [
        "line 9, column 'step 1: expect.profile.liked.1': There is no such title in few films; nothing there "
        "comes close to it. Found: 'Zzyzx'.",
        "line 6, column 'step 1: expect.items.never.2': There is no such title in few films; did you mean "
        "\"Casino (1995)\"? Found: 'Casnio'.",
        "line 7, column 'step 1: expect.items.every.gerne': There is no attribute \"gerne\" in few films; it has "
        "genre. Found: 'Crime'.",
        "line 8, column 'step 1: expect.items.none.genre': There is no such genre in few films; did you mean "
        "\"Horror\"? Found: 'Horor'.",
        "line 10, column 'step 2: feedback.like': There is no such title in few films; did you mean "
        "\"The Matrix (1999)\"? Found: 'Matrix'.",
    ]


def test_what_the_system_raises_is_told_by_its_name(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    say = Session.say

    def crashes(session: Session, text: str) -> Reply:
        if len(session.turns) == 4:
            raise ZeroDivisionError("in the third turn")
        return say(session, text)

    monkeypatch.setattr(Session, "say", crashes)
    outcome = played(agent, {"say": "Hello"}, {"say": "help"}, {"say": CRIME}, {"say": "more"})
    assert problems(outcome) == ["the system raised ZeroDivisionError: in the third turn"]
    assert outcome.report().endswith(
        ">> you: I loved Heat and Fargo, but no horror\n"
        ">> step 3: the system raised ZeroDivisionError: in the third turn"
    )


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda reply: replace(reply, text=" "), "the reply is empty"),
        (lambda reply: replace(reply, text="Try Saw (2004)."), "'Saw (2004)' is no item that was shown"),
        (
            lambda reply: replace(reply, recommendations=[reply.recommendations[0]] * 2),
            "an item is shown twice",
        ),
        (lambda reply: replace(reply, recommendations=reply.recommendations[::-1]), "the score rises from"),
        (
            lambda reply: replace(
                reply, recommendations=[replace(one, score=float("nan")) for one in reply.recommendations]
            ),
            "is nan, not",
        ),
    ],
)
def test_laws_are_held_to_without_any_expectation(
    agent: Agent, monkeypatch: pytest.MonkeyPatch, change: Callable[[Reply], Reply], problem: str
) -> None:
    say = Session.say
    monkeypatch.setattr(Session, "say", lambda session, text: change(say(session, text)))
    assert any(problem in one for one in problems(played(agent, {"say": CRIME})))


@pytest.mark.parametrize(
    ("said", "shown", "problem"),
    [
        ("something without horror", "Saw", "Saw (2004) is horror, which must not be"),
        ("a crime film", "Saw", "Saw (2004) is not crime, which must be"),
        ("a film from the 90s", "Saw", "Saw (2004) is not from 1990 to 1999"),
        ("I loved Heat", "Heat", "Heat (1995) was shown, seen, refused or rated before"),
    ],
)
def test_an_item_that_may_not_be_shown_is_found(
    agent: Agent, monkeypatch: pytest.MonkeyPatch, said: str, shown: str, problem: str
) -> None:
    say = Session.say
    item = next(item for item in agent.world.dataset.items if item.title == shown)

    def wrong(session: Session, text: str) -> Reply:
        reply = say(session, text)
        top, *rest = reply.recommendations
        monkeypatch.setattr(Session, "explain", lambda *_: {"alpha": 1.0})
        return replace(reply, recommendations=[replace(top, item=item), *rest])

    monkeypatch.setattr(Session, "say", wrong)
    assert problem in problems(played(agent, {"say": said}))


def test_a_script_leaves_no_trace_and_touches_no_conversation(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scripts with a user once cleared that user's own conversation."""
    own = agent.session("u2")
    own.say("Hello")
    ids: list[str] = []
    opened = agent.session

    def noted(user: str | None, *, session_id: str) -> Session:
        ids.append(session_id)
        return opened(user, session_id=session_id)

    monkeypatch.setattr(agent, "session", noted)
    outcome = played(agent, {"say": "something new", "expect": {"items": {"shown": 2}}}, user="u2")
    assert "items are shown, not 2" in problems(outcome)[0]
    assert own.turns[0]["text"] == "Hello"
    assert own.session_id not in ids
    assert [opened(session_id=one).turns for one in ids] == [[]]
    own.clear()


def test_the_ratings_of_a_user_count(agent: Agent) -> None:
    outcome = played(agent, {"say": "hello", "expect": {"profile": {"liked": []}}}, user="u2")
    assert problems(outcome)[0].startswith("liked is [")


def test_a_data_error_is_no_failure(agent: Agent) -> None:
    with pytest.raises(DataError, match="no such title"):
        played(agent, {"say": "hi", "expect": {"items": {"first": "Nothing"}}})
