"""The Chroma collection: a cache of the vectors, built anew whenever it is in doubt."""

import logging
import uuid
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from catalog import Progress
from retrieval.manifest import Content, Manifest
from retrieval.places import Place

if TYPE_CHECKING:
    from chromadb.api.collection_configuration import CreateHNSWConfiguration

MANIFEST = "index.json"
HNSW: "CreateHNSWConfiguration" = {
    "space": "cosine",
    "ef_construction": 200,
    "ef_search": 200,
    "max_neighbors": 32,
}
BATCH = 2048
SYNC = 1000
"""Changes after which Chroma writes its graph, all of it, and until then repeats them whenever it opens."""
SYNC_BUILDING = 100_000
"""The most rows of a build that wait for that."""
_log = logging.getLogger(__name__)


class ChromaCache:
    """An HNSW collection at a place, named by a manifest in the folder of the index.

    The manifest states no content while the collection changes, so a crash in between leads to a rebuild.
    """

    def __init__(self, folder: Path, place: Place, *, name: str, sync: int = SYNC) -> None:
        self._manifest, self._place, self._name = folder / MANIFEST, place, name
        self._client = place.client(name)
        self._collection = self._client.get_or_create_collection(
            place.collection(name),
            embedding_function=None,
            configuration={"hnsw": {**HNSW, "sync_threshold": sync}},
        )

    @classmethod
    def open(cls, folder: Path, place: Place, content: Content) -> Self | None:
        """The stored collection if it is whole and holds this content, else None."""
        manifest = Manifest.load(folder / MANIFEST)
        if manifest is None or manifest.content != content:
            return None
        if place.files(manifest.collection) != manifest.files:
            _log.warning("The files of the search index in %s have changed; it is built anew.", folder)
            return None
        cache = cls(folder, place, name=manifest.collection)
        if cache._collection.count() != content.count:
            cache.close()
            return None
        cache.seal(content)
        return cache

    @classmethod
    def build(
        cls,
        folder: Path,
        place: Place,
        content: Content,
        *,
        ids: Sequence[str],
        vectors: NDArray[np.float32],
        progress: Progress | None = None,
    ) -> Self:
        """A new collection of these rows, in place of whatever was there."""
        old = Manifest.load(folder / MANIFEST)
        if old is not None:
            place.remove(old.collection)
        name = f"chroma-{uuid.uuid4().hex[:12]}"
        Manifest(None, name, {}).save(folder / MANIFEST)
        parts = np.linspace(0, len(ids), -(-len(ids) // SYNC_BUILDING) + 1, dtype=int).tolist()
        cache = cls(folder, place, name=name, sync=max(SYNC, len(ids) // (len(parts) - 1)))
        for start, stop in pairwise(
            parts
        ):  # no part is smaller than `sync`, so the graph is written after each
            cache._write(ids, vectors, start, stop, progress)
        cache._collection.modify(configuration={"hnsw": {"sync_threshold": SYNC}})
        cache.seal(content)
        return cache

    def upsert(self, content: Content, *, ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
        """Add or replace rows; `content` is the whole index afterwards."""
        self._unseal()
        self._write(ids, vectors, 0, len(ids), None)
        self.seal(content)

    def nearest(self, vector: NDArray[np.float32], *, n: int) -> list[str]:
        """The ids of about the n nearest rows, nearest first; [] when Chroma fails.

        The graph search is approximate: it may miss a near row or give fewer than n.
        """
        from chromadb.errors import ChromaError
        from httpx import HTTPError

        try:
            found = self._collection.query(query_embeddings=vector[None], n_results=n, include=[])
        except (ChromaError, HTTPError):
            _log.warning("Chroma could not answer; searching all vectors instead.", exc_info=True)
            self._unseal()
            return []
        return found["ids"][0]

    def seal(self, content: Content) -> None:
        """State that the collection, as it is now, is sound."""
        files = self._place.files(self._name) or {}
        Manifest(content, self._name, dict(files)).save(self._manifest)

    def _unseal(self) -> None:
        Manifest(None, self._name, {}).save(self._manifest)

    def close(self) -> None:
        self._place.close(self._client)

    def _write(
        self,
        ids: Sequence[str],
        vectors: NDArray[np.float32],
        start: int,
        stop: int,
        progress: Progress | None,
    ) -> None:
        """Rows `start` to `stop`."""
        size = min(BATCH, self._client.get_max_batch_size())
        for first in range(start, stop, size):
            last = min(first + size, stop)
            self._collection.upsert(ids=list(ids[first:last]), embeddings=vectors[first:last])
            if progress:
                progress("index", last, len(ids))
