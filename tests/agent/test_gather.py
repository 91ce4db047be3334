import json

import pytest

from agent import Agent
from agent.gather import gather, heard, tools
from agent.profile import Opinion, Profile
from agent.proposals import model_candidates
from agent.utterance import Constraint
from catalog import ConfigError, Item, Items

ITEMS = Items([Item(name, name, None) for name in "abcde"])


def test_all_that_came_up_is_heard_and_an_opinion_comes_first() -> None:
    def opinion(weight: float) -> Opinion:
        return Opinion(weight=weight, time=0, said="x")

    profile = Profile(
        opinions={"a": opinion(0.4), "b": opinion(-1), "c": opinion(0), "gone": opinion(1)},
        shown=["a", "d"],
        seen=["b"],
        refused=["e", "also gone"],
    )
    found = heard(profile, ITEMS)
    assert found.item_index.tolist() == [0, 1, 2, 3, 4]
    assert found.rating.tolist() == [1, 0, 0.5, 0.5, 0.5]
    assert len(heard(Profile(), ITEMS)) == 0


def test_the_model_proposes_what_may_be_shown_when_it_is_asked(agent: Agent) -> None:
    world = agent.world
    items = world.dataset.items
    likes = {"6": Opinion(weight=1, time=0, said="x"), "19": Opinion(weight=1, time=0, said="x")}
    wish = Constraint(mode="must", attribute="genre", values=("Sci-Fi",), said="science fiction")
    profile = Profile(opinions=likes, constraints=[wish], shown=["7"])
    found = gather(world, profile, n_neighbours=1, n_content=1, n_model=20)
    proposed = {items[row].item_id for row, sources in found.sources.items() if "model" in sources}
    assert proposed == {"8", "10", "16", "20"}
    quiet = gather(world, profile)
    assert {source for sources in quiet.sources.values() for source in sources} == {"neighbours", "content"}
    listed = json.loads(tools(world)["model"].invoke({"profile": profile.model_dump(mode="json"), "n": 2}))
    assert {film["item_id"] for film in listed} <= proposed
    assert len(listed) == 2
    assert tools(world)["model"].invoke({"profile": Profile().model_dump(mode="json")}) == "[]"


def test_how_many_the_model_proposes_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert model_candidates() == 0
    monkeypatch.setenv("DUETTO_MODEL_CANDIDATES", "25")
    assert model_candidates() == 25
    for wrong in ("-1", "many", "1001", "1.5"):
        monkeypatch.setenv("DUETTO_MODEL_CANDIDATES", wrong)
        with pytest.raises(ConfigError, match=f"DUETTO_MODEL_CANDIDATES is '{wrong}'"):
            model_candidates()
