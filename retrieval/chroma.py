"""The Chroma collection: a cache of the vectors, built anew whenever it is in doubt."""

import logging
import shutil
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self, cast

import numpy as np
from numpy.typing import NDArray

from catalog import MissingDependency, Progress
from retrieval.manifest import Content, Manifest, checksums

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.collection_configuration import CreateHNSWConfiguration

COLLECTION = "items"
HNSW: "CreateHNSWConfiguration" = {
    "space": "cosine",
    "ef_construction": 200,
    "ef_search": 200,
    "max_neighbors": 32,
}
_log = logging.getLogger(__name__)


class ChromaCache:
    """An HNSW collection in a folder of its own, named by a manifest beside it.

    The manifest is away while the files change, so a crash in between leads to a rebuild.
    """

    def __init__(self, folder: Path, *, collection: str) -> None:
        self._manifest = folder / "index.json"
        self._folder = folder / collection
        self._client = _client(self._folder)
        self._collection = self._client.get_or_create_collection(
            COLLECTION, embedding_function=None, configuration={"hnsw": HNSW}
        )

    @classmethod
    def open(cls, folder: Path, content: Content) -> Self | None:
        """The stored collection if it is whole and holds this content, else None."""
        manifest = Manifest.load(folder / "index.json")
        if manifest is None or manifest.content != content:
            return None
        stored = folder / manifest.collection
        if not stored.is_dir() or checksums(stored) != manifest.files:
            _log.warning("The files of %s have changed; the search index is built anew.", stored)
            return None
        cache = cls(folder, collection=manifest.collection)
        if cache._collection.count() != content.count:
            cache.close()
            return None
        cache.seal(content)
        return cache

    @classmethod
    def build(
        cls,
        folder: Path,
        content: Content,
        *,
        ids: Sequence[str],
        vectors: NDArray[np.float32],
        progress: Progress | None = None,
    ) -> Self:
        """A new collection of these rows, in place of whatever was there."""
        (folder / "index.json").unlink(missing_ok=True)
        for old in folder.glob("chroma-*"):
            shutil.rmtree(old)
        cache = cls(folder, collection=f"chroma-{uuid.uuid4().hex[:12]}")
        cache._write(ids, vectors, progress)
        cache.seal(content)
        return cache

    def upsert(self, content: Content, *, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Add or replace rows; `content` is the whole index afterwards."""
        self._manifest.unlink(missing_ok=True)
        self._write(ids, vectors, None)
        self.seal(content)

    def nearest(self, vector: NDArray[np.float32], *, n: int) -> list[str]:
        """The ids of about the n nearest rows, nearest first; [] when Chroma fails.

        The graph search is approximate: it may miss a near row or give fewer than n.
        """
        from chromadb.errors import ChromaError

        try:
            found = self._collection.query(query_embeddings=vector[None], n_results=n, include=[])
        except ChromaError:
            _log.warning("Chroma could not answer; searching all vectors instead.", exc_info=True)
            self._manifest.unlink(missing_ok=True)
            return []
        return found["ids"][0]

    def seal(self, content: Content) -> None:
        """State that the files, as they are now, are sound."""
        Manifest(content, self._folder.name, checksums(self._folder)).save(self._manifest)

    def close(self) -> None:
        self._client.close()

    def _write(self, ids: Sequence[str], vectors: NDArray[np.float32], progress: Progress | None) -> None:
        size = min(2048, self._client.get_max_batch_size())
        for start in range(0, len(ids), size):
            stop = min(start + size, len(ids))
            self._collection.upsert(ids=list(ids[start:stop]), embeddings=vectors[start:stop])
            if progress:
                progress("index", stop, len(ids))


def _client(folder: Path) -> "Client":
    try:
        import chromadb
        from chromadb.config import Settings
    except ImportError as error:
        raise MissingDependency("Searching by content", extra="retrieval") from error
    client = chromadb.PersistentClient(path=folder, settings=Settings(anonymized_telemetry=False))
    return cast("Client", client)  # the annotation of PersistentClient leaves out close()
