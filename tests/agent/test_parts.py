from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent import Agent
from agent.library import build
from agent.models import Models
from agent.parts import EVERYONE, TOGETHER, Parts
from agent.profile import Opinion, Profile
from agent.rerank import lm_scores
from catalog import ConfigError, Dataset, Dialogue, Interactions, Turn

HEAT, FARGO, SAW, BIG, UP = "1", "2", "3", "9", "5"


def total(parts: Parts, voice: str) -> float:
    return sum(part.amount for part in (parts.people if voice == "people" else parts.words))


def test_the_parts_of_a_score_add_up_voice_by_voice(agent: Agent) -> None:
    found = agent.recommend(
        like=["Heat", "Fargo"], dislike=["Saw"], say="something slow tonight", n=4, parts=True
    )
    assert len(found) == 4
    for one in found:
        assert one.parts is not None
        alpha = one.parts.alpha
        assert total(one.parts, "people") == pytest.approx(alpha * one.cf, abs=1e-5)
        assert total(one.parts, "words") == pytest.approx((1 - alpha) * one.lm, abs=1e-5)
        assert one.parts.score == pytest.approx(one.score, abs=1e-5)
        assert {part.item_id for part in one.parts.people[:-1]} <= {HEAT, FARGO, SAW}
        assert one.parts.people[-1].about == EVERYONE
        assert one.parts.words[-1].about == TOGETHER
        assert {"I like Heat", "I like Fargo", "I do not like Saw"} <= {
            part.about for part in one.parts.words
        }


def test_a_phrase_is_worth_what_the_likelihood_falls_without_it(agent: Agent) -> None:
    (found,) = agent.recommend(like=["Heat", "Fargo"], n=1, parts=True)
    assert found.parts is not None
    world = agent.world
    row = np.array([world.dataset.items.index_of(found.item.item_id)], np.int32)

    def likelihood(*liked: str) -> float:
        profile = Profile(opinions={one: Opinion(weight=1.0, time=0.0, said="") for one in liked})
        return float(lm_scores(world.dataset.items, "film", world.priors, profile, row)[0])

    amount = {part.about: part.amount for part in found.parts.words}
    both = likelihood(HEAT, FARGO)
    fell = np.array([both - likelihood(FARGO), both - likelihood(HEAT)])
    given = np.array([amount["I like Heat"], amount["I like Fargo"]])
    assert fell.any()
    assert given[0] * fell[1] == pytest.approx(given[1] * fell[0], abs=1e-4)
    assert np.sign(given).tolist() == np.sign(fell).tolist()


@pytest.mark.parametrize(("alpha", "silent"), [(1.0, "words"), (0.0, "people")])
def test_a_voice_without_weight_adds_nothing(agent: Agent, alpha: float, silent: str) -> None:
    session = agent.session("b")
    session.set_alpha(alpha)
    shown = session.say("I loved Heat and Fargo, not Saw").recommendations
    parts = session.parts(shown[0].item.item_id)
    assert not any(part.amount for part in getattr(parts, silent))
    assert parts.score == pytest.approx(shown[0].score, abs=1e-5)


def test_a_session_takes_apart_what_it_shows(agent: Agent) -> None:
    session = agent.session("c")
    shown = session.say("I loved Heat and Fargo, no horror please").recommendations
    assert shown
    for one in shown:
        assert session.parts(one.item.item_id).score == pytest.approx(one.score, abs=1e-5)
    with pytest.raises(ConfigError, match="not in the last list"):
        session.parts(HEAT)


def test_baskets_are_taken_apart_too(dataset: Dataset, folder: Path, models: Models) -> None:
    def talk(number: int, *named: str) -> Dialogue:
        return Dialogue(str(number), tuple(Turn("assistant", "x", (item,)) for item in named))

    dialogues = [talk(number, HEAT, UP) for number in range(20)] + [
        talk(number, BIG) for number in range(20, 30)
    ]
    talkative = replace(dataset, interactions=Interactions.of([], []), dialogues=tuple(dialogues))
    with Agent(build(talkative, folder, models), folder) as agent:
        session = agent.session("d")
        first = session.say("I liked Heat").recommendations[0]
        parts = session.parts(first.item.item_id)
        assert first.item.item_id == UP
        assert parts.score == pytest.approx(first.score, abs=1e-5)
        assert parts.people[0].item_id == HEAT
        assert parts.people[0].amount > 0
