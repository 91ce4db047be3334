"""A built folder is opened with the embedder that it was built with, or says what differs."""

import json
import shutil
from pathlib import Path

import pytest

from agent import Agent
from agent.library import build
from agent.manifest import embedder_of, manifest_of, models_for
from agent.models import Models
from catalog import ConfigError, Dataset
from tests.retrieval.tiny import sentence_model


@pytest.fixture
def model(tmp_path: Path) -> Path:
    prompts = {"query": "find : ", "document": "card : "}
    return sentence_model(tmp_path / "tiny", prompts=prompts)


@pytest.fixture
def built(tmp_path: Path, dataset: Dataset, model: Path, models: Models) -> Path:
    own = Models(Models.open(embedder=str(model)).embedder, models.language)
    build(dataset, tmp_path / "built", own).index.close()
    return tmp_path / "built"


def test_it_is_opened_with_its_own_model(built: Path, model: Path) -> None:
    assert embedder_of(built) == str(model.resolve())
    with Agent.open(built) as agent:
        assert agent.world.embedder.name == manifest_of(built)["embedder"]
        assert agent.world.index.vectors.shape[1] == agent.world.embedder.dimension
        assert agent.recommend(say="a crime film", n=2)


def test_another_model_is_asked_for_in_vain_until_it_is_built(
    built: Path, dataset: Dataset, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match=r"built with .* model@.* but all-MiniLM-L6-v2 is .*duetto build"):
        Agent.open(built, embedder="all-MiniLM-L6-v2")
    monkeypatch.setenv("DUETTO_EMBEDDER", "all-MiniLM-L6-v2")
    with pytest.raises(ConfigError, match="--embedder all-MiniLM-L6-v2"):
        Agent.open(built)
    build(dataset, built, models).index.close()
    with Agent.open(built) as agent:
        assert agent.world.index.vectors.shape[1] == 384


def test_a_model_that_changed_since_is_told_and_nothing_is_embedded(
    built: Path, model: Path, tmp_path: Path
) -> None:
    before = sorted((path.name, path.read_bytes()) for path in (built / "vectors" / "cards").glob("*.npy"))
    shutil.rmtree(model)
    sentence_model(tmp_path / "tiny", seed=1)
    with pytest.raises(ConfigError, match=r"built with the embedding model model@.* but .*model is model@"):
        Agent.open(built)
    assert (
        sorted((path.name, path.read_bytes()) for path in (built / "vectors" / "cards").glob("*.npy"))
        == before
    )


def test_a_model_that_is_gone_is_named_with_the_folder(built: Path, model: Path) -> None:
    shutil.rmtree(model)
    with pytest.raises(ConfigError, match=rf"{built} was built with .* There is no embedding model"):
        Agent.open(built)


def test_a_folder_of_an_earlier_version_has_the_default_model(tmp_path: Path, models: Models) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"embedder": models.embedder.name}), encoding="utf-8")
    assert models_for(tmp_path).embedder.name == models.embedder.name
    (tmp_path / "manifest.json").write_text(
        json.dumps({"embedder": "all-MiniLM-L6-v2@older"}), encoding="utf-8"
    )
    assert models_for(tmp_path).embedder.name == models.embedder.name


def test_what_was_added_stays_when_the_model_changes(built: Path, dataset: Dataset, models: Models) -> None:
    user = "somebody"
    with Agent.open(built) as agent:
        agent.add_interactions([(user, dataset.items.ids[0], dataset.interactions.scale.high)])
    kept = (built / "added.jsonl").read_bytes()
    assert kept
    build(dataset, built, models).index.close()
    assert (built / "added.jsonl").read_bytes() == kept
    assert embedder_of(built) == "all-MiniLM-L6-v2"
