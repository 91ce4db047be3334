from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent import Agent
from agent.checker import untrue
from agent.library import build, open_built
from agent.models import Models
from catalog import Dataset, Dialogue, Interactions, Item, Items, Turn, dev_data, load
from cf_engine import FoldIn
from cf_engine.mentions import told

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
        items = agent.world.dataset.items
        about = [item for item in (items.get(HEAT), items.get(UP)) if item]
        assert not untrue(first.reasons[0], agent.world, about=about)
        came_up = FoldIn.of({items.index_of(HEAT): 1.0})
        baskets = agent.world.collaborative.baskets
        assert baskets is not None
        (evidence,) = baskets.explain(came_up, np.array([items.index_of(UP)], np.int32))
        score = agent.world.collaborative.scores(FoldIn.of({}), came_up)[evidence.item_index]
        assert evidence.base + evidence.own_amount.sum() == pytest.approx(score)
        agent.add_items([Item("new", "Brand New")])
        assert len(agent.world.collaborative.scores(FoldIn.of({}), came_up)) == len(items) + 1
        assert session.say("something else").recommendations


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


def test_baskets_that_no_longer_speak_do_not_come_back(
    talkative: Dataset, dataset: Dataset, folder: Path, models: Models
) -> None:
    build(talkative, folder, models).index.close()
    build(replace(dataset, dialogues=talkative.dialogues[:1]), folder, models).index.close()
    opened = open_built(folder, models)
    opened.index.close()
    assert opened.collaborative.baskets is None


def test_a_few_dialogues_beside_many_ratings_do_not_speak(
    dataset: Dataset, folder: Path, models: Models
) -> None:
    few = replace(dataset, dialogues=(talk(0, UP, HEAT),))
    world = build(few, folder, models)
    world.index.close()
    assert world.collaborative.baskets is None


@pytest.mark.slow
def test_on_redial_its_dialogues_speak_the_truth(tmp_path: Path, models: Models) -> None:
    """With the 40 films that are named most: to embed all takes minutes."""
    folder = dev_data() / "redial"
    if not folder.is_dir():
        pytest.skip("the development data are not there")
    whole = load(folder)
    said = [{item for turn in dialogue.turns for item in turn.items} for dialogue in whole.dialogues]
    named = Counter(item_id for one in said for item_id in one)
    kept = Items(whole.items[whole.items.index_of(item_id)] for item_id, _ in named.most_common(40))
    data = replace(whole, items=kept, interactions=told(whole.dialogues, kept))
    with Agent(build(data, tmp_path / "redial", models), tmp_path / "redial") as agent:
        liked = kept[0]
        found = agent.session("a").say(f"I loved {liked.title}. What else could I watch?").recommendations
        spoken = [
            one for one in found if one.reasons[0] == f"people who talked of {liked.label()} named it, too"
        ]
        assert spoken
        for one in spoken:
            assert any({liked.item_id, one.item.item_id} <= items for items in said)
