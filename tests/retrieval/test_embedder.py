import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from catalog import ConfigError
from retrieval import Embedder


def test_vectors_are_of_length_one_and_say_what_is_alike(embedder: Embedder) -> None:
    vectors = embedder.encode(["a scary film in space", "horror aboard a spaceship", "a recipe for pancakes"])
    assert vectors.shape == (3, embedder.dimension) == (3, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] > 0.5
    assert vectors[0] @ vectors[2] < 0.2


def test_order_and_batch_do_not_change_a_vector(embedder: Embedder) -> None:
    texts = ["short", "a much longer sentence that needs more tokens than the other", ""]
    together = embedder.encode(texts)
    alone = np.concatenate([embedder.encode([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_nothing_to_encode(embedder: Embedder) -> None:
    assert embedder.encode([]).shape == (0, 384)


def test_progress_counts_texts(embedder: Embedder) -> None:
    seen: list[tuple[str, int, int | None]] = []
    embedder.encode(["a", "b", "c"], progress=lambda *state: seen.append(state))
    assert seen == [("embed", 3, 3)]


def test_name_follows_the_weights(embedder: Embedder) -> None:
    assert embedder.name == "all-MiniLM-L6-v2@b9a0018dff09"


def test_a_folder_without_a_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"No embedding model could be read from .*safetensors"):
        Embedder.open(str(tmp_path))


def test_threads_must_be_positive() -> None:
    with pytest.raises(ConfigError, match="threads must be at least 1, not 0"):
        Embedder.open(threads=0)


def test_the_front_door_opens_without_heavy_libraries() -> None:
    code = (
        "import retrieval, sys; print([m for m in ('torch', 'chromadb', 'transformers') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == "[]"
