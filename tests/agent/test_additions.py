"""What is added shows at once, lasts, and goes into the next rebuild."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent import Agent, library
from agent.additions import ADDED, Addition, Additions
from agent.collaborative import Collaborative
from agent.library import build, open_built
from agent.models import Models
from catalog import DataError, Dataset, Item
from cf_engine import FoldIn
from cf_engine.live import Base

NEW = Item("007", "Carlito's Way", 1993, attributes={"genre": ("Crime",)})


@pytest.fixture(scope="module")
def built(dataset: Dataset, models: Models, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "tiny"
    build(dataset, folder, models).index.close()
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "tiny"))


@pytest.fixture
def agent(folder: Path, models: Models) -> Iterator[Agent]:
    with Agent(open_built(folder, models), folder) as opened:
        yield opened


def scores(agent: Agent, *, rebuilt: bool = False) -> list[float]:
    """For someone who likes Heat and Casino; or what they would be if all were fitted anew now."""
    world = agent.world
    voice = Collaborative.of(world.dataset) if rebuilt else world.collaborative
    profile = FoldIn.of({world.dataset.items.index_of(item): 5.0 for item in ("1", "17")})
    return [float(score) for score in voice.engine_scores(profile)]


def added(agent: Agent) -> set[str]:
    return set(agent.world.dataset.interactions.user_ids) - {f"u{user}" for user in range(60)}


def test_nothing_is_fitted_anew_for_what_is_added(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Base, "fit", lambda *_, **__: pytest.fail("fitted anew"))
        before = agent.world
        agent.add_items([NEW])
        agent.add_interactions([("cy", "1", 5.0), ("cy", "17", 5.0), ("cy", "007", 5.0)])
        new = before.dataset.items.ids.index("24") + 1
        assert agent.world.dataset.items.index_of("007") == new
        assert scores(agent)[new] > 0
        assert agent.world.fans[new] == 1
        assert len(before.collaborative.engine.scores(FoldIn.of({}))) == new
    agent.rebuild()
    assert scores(agent) == pytest.approx(scores(agent, rebuilt=True), abs=1e-6)


def test_it_lasts_with_and_without_a_rebuild(agent: Agent, folder: Path, models: Models) -> None:
    agent.add_items([NEW])
    agent.add_items([replace(NEW, title="Carlito's Way Out")])
    agent.add_interactions([("cy", "007", 5.0), ("u1", "007", 2.0), ("cy", "007", 4.0)])
    before, rating = scores(agent), agent.world.dataset.interactions.of_user("cy")[1].tolist()
    assert rating == [4.0]
    agent.close()
    with Agent(open_built(folder, models), folder) as again:
        assert scores(again) == before
        assert again.world.dataset.items.get("007") == replace(NEW, title="Carlito's Way Out")
        assert again.world.dataset.interactions.of_user("cy")[1].tolist() == rating
        again.rebuild()
        assert (folder / ADDED).read_bytes() == b""
        before = scores(again)
    with Agent(open_built(folder, models), folder) as again:
        assert scores(again) == before
        assert again.world.dataset.interactions.of_user("cy")[1].tolist() == rating


def test_what_comes_while_it_is_rebuilt_is_kept(
    agent: Agent, folder: Path, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent.add_interactions([("cy", "1", 5.0)])
    fit = library.rebuilt

    def slow(*args: object) -> Collaborative:
        fresh = fit(*args)  # type: ignore[arg-type]
        agent.add_items([NEW])
        agent.add_interactions([("dan", "007", 5.0), ("cy", "2", 5.0)])
        return fresh

    monkeypatch.setattr(library, "rebuilt", slow)
    agent.rebuild()
    now = agent.world.collaborative.now
    assert sorted(now.ratings.changed) == [60, 61]
    assert now.base.rows.shape[0] == 61
    expected = scores(agent)
    agent.close()
    assert len(Additions.read(folder).ratings) == 2
    with Agent(open_built(folder, models), folder) as again:
        assert scores(again) == expected
        assert added(again) == {"cy", "dan"}


def test_much_is_rebuilt_by_itself(agent: Agent, folder: Path) -> None:
    agent.add_interactions([("cy", "1", 5.0)])
    assert len(agent.world.collaborative.now.ratings.changed) == 1
    agent.add_interactions([(f"u{user}", "20", 5.0) for user in range(40)])
    agent.close()
    assert not agent.world.collaborative.now.ratings.changed
    assert (folder / ADDED).read_bytes() == b""
    assert scores(agent) == pytest.approx(scores(agent, rebuilt=True), abs=1e-6)


def test_a_rebuild_that_fails_loses_nothing(
    agent: Agent, folder: Path, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent.add_interactions([("cy", "1", 5.0)])
    for part in ("_fit", "write_manifest"):
        with monkeypatch.context() as patch:
            patch.setattr(library, part, lambda *_, **__: (_ for _ in ()).throw(OSError("no space left")))
            with pytest.raises(OSError, match="no space"):
                agent.rebuild()
    agent.add_interactions([("dan", "2", 5.0)])
    agent.close()
    with Agent(open_built(folder, models), folder) as again:
        assert added(again) == {"cy", "dan"}


def test_more_items_than_there_is_room_for_come_in(agent: Agent, folder: Path, models: Models) -> None:
    agent.add_items([Item(f"n{number}", f"New {number}") for number in range(90)])
    agent.add_interactions([("cy", "n80", 5.0), ("cy", "1", 5.0)])
    new = agent.world.dataset.items.index_of("n80")
    assert scores(agent)[new] > 0
    agent.close()
    assert sorted(agent.world.collaborative.now.ratings.changed) in ([], [60])
    with Agent(open_built(folder, models), folder) as again:
        assert scores(again)[new] > 0
        assert again.world.collaborative.now.ratings.capacity >= 24 + 90 + 64


def test_a_build_of_the_same_data_keeps_it_and_one_of_others_drops_it(
    agent: Agent, dataset: Dataset, folder: Path, models: Models
) -> None:
    agent.add_interactions([("cy", "1", 5.0)])
    agent.close()
    for data, kept in ((dataset, {"cy"}), (replace(dataset, noun="movie"), {"cy"})):
        with Agent(build(data, folder, models), folder) as again:
            assert added(again) == kept
    fewer = replace(dataset, interactions=dataset.interactions.subset(np.arange(500)))
    with Agent(build(fewer, folder, models), folder) as again:
        assert added(again) == set()


def test_a_damaged_line_and_a_text_that_cannot_be_saved_are_named(agent: Agent, folder: Path) -> None:
    with pytest.raises(DataError, match="half a character"):
        agent.add_interactions([("\ud800", "1", 5.0)])
    assert added(agent) == set()
    agent.add_interactions([("cy", "1", 5.0)])
    agent.close()
    file = folder / ADDED
    file.write_bytes(file.read_bytes() + b"nonsense\n")
    with pytest.raises(DataError, match=r"added\.jsonl, line 2.*delete it"):
        Additions.open(folder)


def test_ratings_are_checked_before_anything_changes(agent: Agent, folder: Path) -> None:
    for row in (("u1", "nope", 5.0), ("u1", "1", 9.0), ("u1", "1", np.nan), ("", "1", 5.0)):
        with pytest.raises(DataError):
            agent.add_interactions([("cy", "1", 5.0), row])
    assert added(agent) == set()
    assert Additions.read(folder) == Addition()
