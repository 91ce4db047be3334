from dataclasses import replace
from pathlib import Path

import pytest

from agent import Agent
from agent.library import build, open_built
from agent.models import Models
from catalog import Dataset, Dialogue, Interactions, Turn
from cf_engine import FoldIn

HEAT, UP, BIG = "1", "5", "9"


def talk(number: int, *named: str) -> Dialogue:
    turns = tuple(
        Turn("user" if place % 2 else "assistant", "x", (item,)) for place, item in enumerate(named)
    )
    return Dialogue(str(number), turns)


@pytest.fixture(scope="module")
def talkative(dataset: Dataset) -> Dataset:
    """No ratings; twenty dialogues name Heat and Up, ten Big alone."""
    together = [talk(number, UP, HEAT) for number in range(20)]
    alone = [talk(number, BIG) for number in range(20, 30)]
    return replace(dataset, interactions=Interactions.of([], []), dialogues=(*together, *alone))


def test_what_dialogues_name_together_is_recommended_and_said(
    talkative: Dataset, folder: Path, models: Models
) -> None:
    with Agent(build(talkative, folder, models), folder) as agent:
        session = agent.session("a")
        reply = session.say("I liked Heat")
        first = reply.recommendations[0]
        assert first.item.item_id == UP
        assert first.reasons[0] == "people who talked of Heat (1995) named it, too"
        assert "named it, too" in session.say("why the first one?").text


def test_it_comes_back_from_its_folder(talkative: Dataset, folder: Path, models: Models) -> None:
    built = build(talkative, folder, models)
    built.index.close()
    opened = open_built(folder, models)
    opened.index.close()
    one, other = built.collaborative.baskets, opened.collaborative.baskets
    assert one is not None
    assert other is not None
    heat = FoldIn.of({talkative.items.index_of(HEAT): 1.0})
    assert (one.scores(heat) == other.scores(heat)).all()
    assert len(opened.dataset.interactions) == 50
    assert opened.fans[[talkative.items.index_of(item) for item in (HEAT, UP, BIG)]].tolist() == [20, 20, 10]


def test_a_few_dialogues_beside_many_ratings_do_not_speak(
    dataset: Dataset, folder: Path, models: Models
) -> None:
    few = replace(dataset, dialogues=(talk(0, UP, HEAT),))
    world = build(few, folder, models)
    world.index.close()
    assert world.collaborative.baskets is None
