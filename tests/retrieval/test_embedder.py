import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from catalog import ConfigError
from retrieval import Embedder, open_embedder


def test_vectors_are_of_length_one_and_say_what_is_alike(embedder: Embedder) -> None:
    vectors = embedder.encode_cards(
        ["a scary film in space", "horror aboard a spaceship", "a recipe for pancakes"]
    )
    assert vectors.shape == (3, embedder.dimension) == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.5
    assert vectors[0] @ vectors[2] < 0.2


def test_order_and_batch_do_not_change_a_vector(embedder: Embedder) -> None:
    texts = ["short", "a much longer sentence that needs more tokens than the other", ""]
    together = embedder.encode_cards(texts)
    alone = np.concatenate([embedder.encode_cards([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_the_default_model_takes_queries_and_cards_alike(embedder: Embedder) -> None:
    np.testing.assert_allclose(embedder.encode_queries(["Heat"]), embedder.encode_cards(["Heat"]), atol=1e-6)


def test_nothing_to_encode(embedder: Embedder) -> None:
    assert embedder.encode_cards([]).shape == embedder.encode_queries([]).shape == (0, 384)


def test_progress_counts_texts(embedder: Embedder) -> None:
    seen: list[tuple[str, int, int | None]] = []
    embedder.encode_cards(["a", "b", "c"], progress=lambda *state: seen.append(state))
    assert seen == [("embed", 3, 3)]


def test_name_follows_the_weights(embedder: Embedder) -> None:
    assert (embedder.name, embedder.source) == ("all-MiniLM-L6-v2@b9a0018dff09", "all-MiniLM-L6-v2")


def test_a_folder_without_a_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"No embedding model could be read from .*safetensors"):
        open_embedder(str(tmp_path))


def test_a_name_that_is_nowhere_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    for name in ("no-such-model", "nobody/none", str(tmp_path / "gone"), "a b"):
        with pytest.raises(ConfigError, match=r"There is no embedding model .* give a folder"):
            open_embedder(name)


def test_threads_must_be_positive() -> None:
    with pytest.raises(ConfigError, match="threads must be at least 1, not 0"):
        open_embedder(threads=0)


def test_the_front_door_opens_without_heavy_libraries() -> None:
    code = "import retrieval, sys; print({'torch', 'chromadb', 'transformers', 'httpx'} & sys.modules.keys())"
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == "set()"
