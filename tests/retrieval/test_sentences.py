"""Models with prompts, from a folder and from the cache of the hub."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from sentence_transformers import SentenceTransformer

from catalog import ConfigError, Item, Items
from retrieval import VectorIndex, card, open_embedder
from tests.retrieval.tiny import DIMENSION, sentence_model

PROMPTS = {"query": "find : ", "document": "card : "}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sentence_model(tmp_path_factory.mktemp("prompted"), prompts=PROMPTS)


def plain(folder: Path, text: str) -> np.ndarray:
    """What the model gives for exactly these words."""
    return np.asarray(
        SentenceTransformer(str(folder), device="cpu").encode([text], prompt="", normalize_embeddings=True)
    )


def test_queries_and_cards_go_in_with_their_own_prompts(folder: Path) -> None:
    embedder = open_embedder(str(folder))
    assert embedder.dimension == DIMENSION
    query, found = embedder.encode_queries(["heat"]), embedder.encode_cards(["heat"])
    np.testing.assert_allclose(query, plain(folder, "find : heat"), atol=1e-6)
    np.testing.assert_allclose(found, plain(folder, "card : heat"), atol=1e-6)
    assert np.abs(query - found).max() > 0.01


@pytest.mark.parametrize("name", ["passage", "corpus"])
def test_a_prompt_by_another_name_is_not_hidden_by_the_empty_one(tmp_path: Path, name: str) -> None:
    folder = sentence_model(tmp_path, prompts={name: "passage : "})
    found = open_embedder(str(folder)).encode_cards(["heat"])
    np.testing.assert_allclose(found, plain(folder, "passage : heat"), atol=1e-6)


def test_without_prompts_both_are_the_words_alone(tmp_path: Path) -> None:
    folder = sentence_model(tmp_path)
    embedder = open_embedder(str(folder))
    for vectors in (embedder.encode_queries(["heat"]), embedder.encode_cards(["heat"])):
        np.testing.assert_allclose(vectors, plain(folder, "heat"), atol=1e-6)


def test_another_prompt_or_other_weights_are_another_model(folder: Path, tmp_path: Path) -> None:
    same = shutil.copytree(folder, tmp_path / "model")
    assert open_embedder(str(same)).name == open_embedder(str(folder)).name
    other_prompt = sentence_model(tmp_path / "a", prompts=PROMPTS | {"document": "passage : "})
    other_weights = sentence_model(tmp_path / "b", prompts=PROMPTS, seed=1)
    names = {open_embedder(str(one)).name for one in (folder, other_prompt, other_weights)}
    assert len(names) == 3


def test_the_index_keeps_cards_by_the_prompt_they_went_in_with(folder: Path, tmp_path: Path) -> None:
    items = Items([Item("1", "heat"), Item("2", "alien")])
    other = sentence_model(tmp_path / "other", prompts=PROMPTS | {"document": "passage : "})
    for model, prompt in ((folder, "card : "), (other, "passage : "), (folder, "card : ")):
        with VectorIndex.open(tmp_path / "index", embedder=open_embedder(str(model))) as index:
            index.build(items)
            np.testing.assert_allclose(index.vector("1"), plain(model, prompt + card(items[0]))[0], atol=1e-6)


def test_a_name_is_looked_for_in_the_local_cache_of_the_hub(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "models--sentence-transformers--tiny"
    shutil.copytree(folder, repository / "snapshots" / commit)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(commit, encoding="utf-8")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    embedder = open_embedder("tiny")
    assert (embedder.name, embedder.source) == ("tiny@0123456789ab", "tiny")
    np.testing.assert_allclose(embedder.encode_cards(["heat"]), plain(folder, "card : heat"), atol=1e-6)


def test_the_variable_names_the_model_where_nothing_else_does(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUETTO_EMBEDDER", str(folder))
    assert open_embedder().source == str(folder.resolve())
    assert open_embedder("all-MiniLM-L6-v2").dimension == 384


@pytest.mark.parametrize("damage", ["weights", "config", "prompts"])
def test_a_damaged_model_is_one_clear_sentence(folder: Path, tmp_path: Path, damage: str) -> None:
    broken = shutil.copytree(folder, tmp_path / "broken")
    file = {
        "weights": "model.safetensors",
        "config": "config.json",
        "prompts": "config_sentence_transformers.json",
    }
    path = broken / file[damage]
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(ConfigError, match=r"No embedding model could be read from .*broken"):
        open_embedder(str(broken))
