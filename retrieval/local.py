"""Models in the form of sentence-transformers that are on this machine already."""

import hashlib
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from catalog import ConfigError, MissingDependency

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH = 64


class LocalModel:
    """A model with the prompt that it states for queries. `name` changes with the weights and the prompts."""

    kind: ClassVar[str] = "embedding model"
    processor: ClassVar[Mapping[str, object] | None] = None
    """How what goes into the model is prepared, where that must be stated."""

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
    def of(cls, source: str, *, threads: int | None = None) -> Self:
        """The model of a folder, or of a name in the local cache of the model hub; only safetensors weights are
        read. Raises ConfigError, MissingDependency."""
        cls._check(threads)
        path = Path(source)
        if path.is_dir():
            folder = path.resolve()
            name, kept = f"{folder.name}@{_fingerprint(folder)}", str(folder)
        else:
            folder = _cached(source, cls.kind)
            name, kept = f"{source}@{folder.name[:12]}", source
        return cls(partial(cls._read, folder, source, threads), name=name, source=kept)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension), each row of length 1. An empty text has a vector like any other."""
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        vectors = self._model.encode_query(
            list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

    @classmethod
    def _check(cls, threads: int | None) -> None:
        if threads is not None and threads < 1:
            raise ConfigError(f"threads must be at least 1, not {threads}.")
        if find_spec("sentence_transformers") is None:
            raise MissingDependency("Embedding items", extra="retrieval")

    @classmethod
    def _read(cls, folder: Path, said: str, threads: int | None) -> "SentenceTransformer":
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
                processor_kwargs=None if cls.processor is None else dict(cls.processor),
            )
        except (ImportError, OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            raise ConfigError(
                f"No {cls.kind} could be read from {said!r}: {error} "
                "Give a folder in sentence-transformers format with safetensors weights."
            ) from error


def _limit_threads(threads: int | None) -> None:
    import torch

    if threads is not None or not {"OMP_NUM_THREADS", "DUETTO_THREADS"} & os.environ.keys():
        torch.set_num_threads(threads or max(1, (os.cpu_count() or 2) - 1))


def _cached(name: str, kind: str) -> Path:
    """The folder of a hub model's snapshot, called by its commit."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    repository = name if "/" in name else f"sentence-transformers/{name}"
    try:
        return Path(snapshot_download(repository, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise ConfigError(
            f"There is no {kind} {name!r}: no folder has that path, and the local cache of the model "
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
