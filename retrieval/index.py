"""The catalogue, searchable by meaning and by hard constraints."""

import os
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from catalog import CardTemplate, ConfigError, DataError, IndexInUse, Item, Items, Progress
from retrieval.cards import DEFAULT_CARD
from retrieval.chroma import ChromaCache
from retrieval.embedder import Embedder
from retrieval.embedding import embed, embed_catalogue
from retrieval.filters import Filter
from retrieval.manifest import Content
from retrieval.places import VARIABLE, Files, Place, Server
from retrieval.rows import Hit, Rows
from retrieval.vectors import VectorStore

OVERFETCH = 2  # candidates asked of the approximate search for each one wanted
FETCH_LIMIT = 300  # beyond this a scan over all vectors is faster than the graph,
FETCH_SHARE = 500  # and beyond one in so many items where that is more


class VectorIndex:
    """Item vectors in a folder that one object holds at a time; safe to query from threads.

    Similarities are always computed from the stored vectors. Chroma's graph proposes
    candidates; where it cannot give enough (a narrow filter, many exclusions, n large) all
    vectors are scanned, so a query never returns fewer items than there are.
    """

    def __init__(self, folder: Path, *, embedder: Embedder, file_lock: FileLock, place: Place) -> None:
        self._folder, self._place = folder, place
        self._embedder = embedder
        self._file_lock = file_lock
        self._lock = threading.RLock()
        self._store = VectorStore(folder / "cards", dimension=embedder.dimension)
        self._rows = Rows(Items(), [], self._store.matrix([]))
        self._template = DEFAULT_CARD
        self._cache: ChromaCache | None = None

    @classmethod
    def open(cls, folder: str | Path, *, embedder: Embedder, server: str | None = None) -> Self:
        """Take the folder, which is made if need be; `build` then says what it holds.

        `server` is the address of a Chroma server that searches instead of Chroma's files in the folder;
        None: `$DUETTO_CHROMA`, where that is set. Raises IndexInUse while another process or object holds
        the folder, ConfigError for a server's address that is none.
        """
        path = Path(folder)
        path.mkdir(parents=True, exist_ok=True)
        address = server or os.environ.get(VARIABLE)
        place = Server(address) if address else Files(path)
        lock = FileLock(path / "lock", thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise IndexInUse(
                f"The index {path} is in use by another process or another open agent; "
                "close that one first, or build a folder of its own for this one."
            ) from error
        try:
            return cls(path, embedder=embedder, file_lock=lock, place=place)
        except BaseException:
            lock.release()
            raise

    def build(
        self, items: Items, *, template: CardTemplate = DEFAULT_CARD, progress: Progress | None = None
    ) -> None:
        """Make the index hold exactly this catalogue, by cards of this template.

        Only cards that were never embedded cost time, and a build that was broken off goes on
        where it stopped. With the same model, catalogue and files nothing is embedded or
        indexed again. Raises DataError for an empty catalogue.
        """
        if not items:
            raise DataError("The catalogue has no items, so there is nothing to index.")
        with self._held():
            self._template = template
            keys = embed_catalogue(items, self._embedder, self._store, template=template, progress=progress)
            self._rows = Rows(items, keys, self._store.matrix(keys))
            self._close_cache()
            content = self._content()
            self._cache = ChromaCache.open(self._folder, self._place, content) or ChromaCache.build(
                self._folder,
                self._place,
                content,
                ids=items.ids,
                vectors=self._rows.vectors,
                progress=progress,
            )

    def upsert(self, items: Iterable[Item]) -> None:
        """Add items at the end, or replace those whose id is known in their place."""
        new = Items(items)
        with self._held():
            cache = self._built()
            if not new:
                return
            keys = embed(new, self._embedder, self._store, template=self._template)
            items = self._rows.items.with_added(new)
            ordered = [*self._rows.keys, *keys[: len(items) - len(self._rows.keys)]]
            for item_id, key in zip(new.ids, keys, strict=True):
                ordered[items.index_of(item_id)] = key
            self._rows = Rows(items, ordered, self._store.matrix(ordered))
            cache.upsert(self._content(), ids=new.ids, vectors=self._store.matrix(keys))

    def query(
        self,
        vector: NDArray[np.float32],
        *,
        n: int,
        where: Filter | None = None,
        exclude: Collection[str] = (),
    ) -> list[Hit]:
        """The n most similar items that `where` admits, without `exclude`; best first.

        `vector` is (dimension,) of any length. Equal similarities come in catalogue order.
        Fewer than n come back only when no more exist.
        """
        if n < 1:
            raise ConfigError(f"n must be at least 1, not {n}.")
        with self._held():
            cache = self._built()
            unit = self._unit(vector)
            admitted = self._rows.admitted(where, exclude)
            available = int(np.count_nonzero(admitted))
            if available == 0:
                return []
            wanted = -(-OVERFETCH * n * len(admitted) // available)
            rows = self._proposed(cache, unit, n=wanted)
            rows = rows[admitted[rows]]
            if len(rows) < min(n, available):
                rows = np.flatnonzero(admitted)
            return self._rows.best(rows, unit, n=n)

    @property
    def vectors(self) -> NDArray[np.float32]:
        """(n_items, dimension) of length 1, in catalogue order; not to be written to."""
        return self._rows.vectors

    def vector(self, item_id: str) -> NDArray[np.float32]:
        """(dimension,), of length 1. Raises KeyError for an unknown id."""
        rows = self._rows
        return np.array(rows.vectors[rows.items.index_of(item_id)], dtype=np.float32)

    def similarities(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n_items,) cosines in catalogue order."""
        return np.asarray(self._rows.vectors @ self._unit(vector), dtype=np.float32)

    def close(self) -> None:
        """Let go of the folder; a second call does nothing."""
        with self._lock:
            self._close_cache()
            self._file_lock.release()

    def __len__(self) -> int:
        return len(self._rows.items)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self._lock:
            if not self._file_lock.is_locked:
                raise ConfigError(f"The index {self._folder} has been closed; open it again.")
            yield

    def _built(self) -> ChromaCache:
        if self._cache is None:
            raise ConfigError(f"The index {self._folder} has no catalogue yet; call build first.")
        return self._cache

    def _content(self) -> Content:
        return Content.of(
            self._rows.items.ids,
            self._rows.keys,
            model=self._embedder.name,
            dimension=self._embedder.dimension,
        )

    def _unit(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        length = float(np.linalg.norm(vector))
        if vector.shape != (self._embedder.dimension,) or not np.isfinite(length) or length == 0:
            raise ConfigError(
                f"A query vector has {self._embedder.dimension} finite numbers, not all zero; "
                f"this one has shape {vector.shape} and length {length}."
            )
        return np.asarray(vector / length, dtype=np.float32)

    def _proposed(self, cache: ChromaCache, unit: NDArray[np.float32], *, n: int) -> NDArray[np.intp]:
        """Rows near the vector, ascending; none where the graph is not worth asking."""
        items = self._rows.items
        limit = min(max(FETCH_LIMIT, len(items) // FETCH_SHARE), len(items))
        ids = cache.nearest(unit, n=n) if n <= limit else []
        return np.unique(np.asarray([items.index_of(item_id) for item_id in ids], dtype=np.intp))

    def _close_cache(self) -> None:
        if self._cache is not None:
            self._cache.close()
            self._cache = None
