"""Pictures in a built folder: what is looked at, what is remembered, and what happens without the model."""

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from agent import Agent
from agent.gather import content_scores
from agent.library import build
from agent.manifest import image_model_for, manifest_of
from agent.models import Models
from agent.profile import Opinion, Profile
from agent.wishes import wish_of
from catalog import ConfigError, Dataset, Item, Items
from retrieval import ImageModel
from tests.retrieval.tiny import image_model

COLOURS = {"1": "red", "2": "red", "3": "blue", "4": "lime", "5": "black"}
"""Of Heat, Fargo, Saw, It and Up."""
LIKES_HEAT = Profile(opinions={"1": Opinion(weight=1.0, time=0.0, said="Heat")})
SAYS_SPACE = Profile(wish="space")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return image_model(tmp_path / "clip")


@pytest.fixture
def tables(dataset: Dataset, tmp_path: Path) -> Dataset:
    """Saved and loaded with relative paths; the pictures lie beside the tables."""
    for item_id, colour in COLOURS.items():
        Image.new("RGB", (20, 20), colour).save(tmp_path / f"{item_id}.png")
    items = Items(
        replace(item, image=f"../{item.item_id}.png" if item.item_id in COLOURS else None)
        for item in dataset.items
    )
    replace(dataset, items=items).save(tmp_path / "tables")
    return Dataset.load(tmp_path / "tables")


def seeing(models: Models, folder: Path) -> Models:
    return Models(models.embedder, models.language, image_model=ImageModel.of(str(folder)))


@pytest.fixture
def built(tables: Dataset, tmp_path: Path, models: Models, folder: Path) -> Path:
    build(tables, tmp_path / "built", seeing(models, folder)).index.close()
    return tmp_path / "built"


def scores(agent: Agent, profile: Profile) -> dict[str, float]:
    found = content_scores(agent.world, profile)
    assert found is not None
    return dict(zip(agent.world.dataset.items.ids, map(float, found), strict=True))


def voice(agent: Agent, name: str, profile: Profile) -> dict[str, float]:
    """What one voice adds by itself to the score of each item that has a picture."""
    search = agent.world.content()
    silent = search.weights.model_copy(update={name: 0.0})
    without = replace(search, weights=silent)
    world = agent.world
    wish = wish_of(
        profile, world.dataset.items, embedder=world.embedder, image_model=world.models.image_model
    )
    added = search.scores(wish) - without.scores(wish)
    return {
        item_id: float(value)
        for item_id, value in zip(world.dataset.items.ids, added, strict=True)
        if abs(value) > 1e-6
    }


def warned(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def best(found: dict[str, float]) -> str:
    return max(found, key=lambda item_id: found[item_id])


def test_pictures_count_in_a_folder_that_was_built_with_them(built: Path, folder: Path) -> None:
    with Agent.open(built) as agent:
        looks = voice(agent, "looks", LIKES_HEAT)
        assert looks.keys() == COLOURS.keys()
        assert looks["2"] == pytest.approx(looks["1"])  # the same picture
        assert looks["2"] > max(looks[other] for other in "345")
        assert best(voice(agent, "pictured", SAYS_SPACE)) == "3"
        with_pictures = scores(agent, LIKES_HEAT)
        assert agent.recommend(like=["Heat"], say="space", n=3)
    with Agent.open(built, image_model="none") as blind:
        without = scores(blind, LIKES_HEAT)
        assert blind.world.pictures is None
    assert with_pictures["2"] > without["2"]
    assert with_pictures["17"] == without["17"]
    assert manifest_of(built)["image_model"] == ImageModel.of(str(folder)).name


def test_without_a_model_nothing_is_different(
    tables: Dataset, dataset: Dataset, tmp_path: Path, models: Models
) -> None:
    found = []
    for name, data in (("a", dataset), ("b", tables)):
        with Agent(build(data, tmp_path / name, models), tmp_path / name) as agent:
            found.append(scores(agent, LIKES_HEAT))
            assert not (tmp_path / name / "pictures").exists()
            assert "image_model" not in manifest_of(tmp_path / name)
    assert found[0] == found[1]


def test_a_rebuild_looks_at_all_and_embeds_what_changed(
    built: Path,
    tables: Dataset,
    models: Models,
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    embedded = []
    encode = ImageModel.encode_pictures

    def counted(self: ImageModel, pictures: list[Image.Image]) -> np.ndarray:
        embedded.extend(pictures)
        return encode(self, pictures)

    monkeypatch.setattr(ImageModel, "encode_pictures", counted)
    build(tables, built, seeing(models, folder)).index.close()
    assert embedded == []
    Image.new("RGB", (20, 20), "white").save(tmp_path / "2.png")
    (tmp_path / "3.png").write_bytes(b"broken")
    with Agent.open(built) as agent:
        assert voice(agent, "looks", LIKES_HEAT).keys() == COLOURS.keys()
    assert embedded == []  # a folder is opened as it was built
    world = build(tables, built, seeing(models, folder))
    world.index.close()
    assert len(embedded) == 1
    assert world.pictures is not None
    assert world.pictures.told(tuple(tables.items)) == (
        "Pictures: 4 of 24 items have one that counts; "
        "files that are no picture that can be read: 1, such as '../3.png'."
    )


def test_what_is_added_is_looked_at(built: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Image.new("RGB", (20, 20), "red").save(tmp_path / "new.png")
    new = [
        Item("100", "Ronin", 1998, image=str(tmp_path / "new.png")),
        Item("101", "Thief", 1981, image="https://x.org/a.png"),
        Item("3", "Saw", 2004, image="../1.png"),
    ]
    with Agent.open(built) as agent:
        agent.add_items(new)
        looks = voice(agent, "looks", LIKES_HEAT)
        assert "addresses, which are not fetched: 1, such as 'https://x.org/a.png'" in warned(caplog)[0]
    caplog.clear()
    (tmp_path / "new.png").unlink()
    with Agent.open(built) as agent:
        assert voice(agent, "looks", LIKES_HEAT) == looks
        assert looks["100"] == looks["3"] == looks["1"]
        assert "101" not in looks
        agent.rebuild()
    assert manifest_of(built)["image_model_source"]
    with Agent.open(built) as agent:
        assert voice(agent, "looks", LIKES_HEAT) == looks
    assert warned(caplog) == []


def test_a_session_goes_on_after_a_restart(built: Path) -> None:
    with Agent.open(built) as agent:
        first = agent.session(user_id="ana").say("I loved Heat, something like that")
        assert first.recommendations
    with Agent.open(built) as agent:
        chat = agent.session(user_id="ana")
        again = chat.say("more")
        shown = {one.item.item_id for one in first.recommendations}
        assert again.recommendations
        assert shown.isdisjoint(one.item.item_id for one in again.recommendations)


def test_a_model_that_is_gone_is_told_and_the_folder_is_opened_without_it(
    built: Path, folder: Path, tables: Dataset, models: Models, caplog: pytest.LogCaptureFixture
) -> None:
    before = manifest_of(built)
    moved = folder.rename(folder.parent / "elsewhere")
    with Agent.open(built) as agent:
        assert agent.world.pictures is None
        agent.add_interactions([("cy", "1", 5.0)])
        agent.rebuild()
    (told,) = warned(caplog)
    assert told.startswith(
        f"{built} is opened without its pictures: {built} was built with an image model. There is no"
    )
    assert {name: before[name] for name in before if "image" in name} == {
        name: said for name, said in manifest_of(built).items() if "image" in name
    }
    with pytest.raises(ConfigError, match=r"There is no image model .* --image-model none"):
        image_model_for(built)
    (folder.parent / "other").mkdir()
    moved = moved.rename(folder.parent / "other" / "clip")
    with Agent.open(built, image_model=str(moved)) as agent:
        assert agent.world.pictures is not None
    assert manifest_of(built)["image_model_source"] == str(moved)


def test_another_model_is_told_and_not_used_until_it_is_built(
    built: Path, tables: Dataset, models: Models, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = image_model(tmp_path / "other", seed=1)
    with Agent.open(built, image_model=str(other)) as agent:
        assert agent.world.pictures is None
    (told,) = warned(caplog)
    assert "as it was built with the image model clip@" in told
    assert f"run duetto build once more with --image-model {other}" in told
    build(tables, built, seeing(models, other)).index.close()
    with Agent.open(built) as agent:
        assert agent.world.pictures is not None
        assert agent.world.models.image_model is not None
        assert agent.world.models.image_model.source == str(other)
    build(tables, built, models).index.close()
    assert "image_model" not in manifest_of(built)
    with Agent.open(built) as agent:
        assert agent.world.pictures is None
    assert len(warned(caplog)) == 1


def test_the_variable_and_none(
    built: Path, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUETTO_IMAGE_MODEL", str(folder))
    opened = image_model_for(tmp_path / "new")
    assert opened is not None
    assert opened.source == str(folder)
    assert image_model_for(built, "none") is None
    monkeypatch.setenv("DUETTO_IMAGE_MODEL", "none")
    assert image_model_for(built) is None
    monkeypatch.delenv("DUETTO_IMAGE_MODEL")
    assert image_model_for(tmp_path / "new") is None
