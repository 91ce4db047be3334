"""Vectors of cards, or of pictures, on disk, by the hash of what was embedded: the truth behind the index.

Each file is one `.npy` of rows (hash, vector), written whole or not at all, so that a build that is broken off keeps
what it has done. One of them holds a whole catalogue in its order, and is mapped into memory instead of read; the
others are read only when a vector is asked for that may be there.
"""

import hashlib
import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from retrieval.manifest import checksum
from retrieval.order import HASH_BYTES, Order, split

CHUNK = 8192
"""Rows that are written at once."""
FEW = 64
"""One in so many rows, and less, is laid over the others; there is room for as many more."""
WHOLE = 1e-3
"""A row whose length is further from 1 is damaged."""


def card_hash(model: str, text: str) -> bytes:
    """16 bytes that change with the model or the text."""
    return content_hash(model, text.encode("utf-8", "surrogatepass"))


def content_hash(model: str, content: bytes) -> bytes:
    """16 bytes that change with the model or the content, as of a picture's file."""
    digest = hashlib.blake2b(f"{model}\0".encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES)
    digest.update(content)
    return digest.digest()


class VectorStore:
    """Rows are float32 of length 1; a damaged file or row counts as not there.

    The catalogue's own file counts as sound while its `checksum` is that of when it was written; where it is not,
    its rows are looked at one by one, like those of the other files.
    """

    def __init__(self, folder: Path, *, dimension: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._row = np.dtype([("hash", f"V{HASH_BYTES}"), ("vector", np.float32, (dimension,))])
        self._order, self._ordered = Order(), np.empty(0, dtype=self._row)
        if order := Order.load(folder):
            self._take(order)

    def __contains__(self, key: bytes) -> bool:
        return key in self._vectors

    def known(self, of: str) -> list[bytes] | None:
        """The keys that `compact` was last given, if it was with the same `of`; all their vectors are there."""
        return split(self._order.keys) if of and of == self._order.of else None

    def add(self, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Write one file with these rows; `vectors` is (len(keys), dimension)."""
        known = self._vectors
        rows = np.zeros(len(keys), dtype=self._row)
        rows["hash"] = np.frombuffer(b"".join(keys), dtype=self._row["hash"])
        rows["vector"] = vectors
        path = self._new()
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            np.save(file, rows, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        known.update(zip(keys, rows["vector"], strict=True))

    def matrix(self, keys: Sequence[bytes]) -> NDArray[np.float32]:
        """(len(keys), dimension) in the order of `keys`; not to be written to. Raises KeyError for a missing one.

        Where few differ from the catalogue's own, its file is mapped and those are laid over it in memory.
        """
        changed = self._changed(keys)
        found = self._rows(self._folder / self._order.file, mapped="c")["vector"][: len(keys)]
        if len(found) < len(keys) or len(changed) * FEW > len(keys):
            found, changed = np.empty((len(keys), found.shape[1]), np.float32), np.arange(len(keys))
        for row in changed:
            found[row] = self._vectors[keys[row]]
        found.flags.writeable = False
        return found

    def _changed(self, keys: Sequence[bytes]) -> NDArray[np.intp]:
        """The rows that are not those of the catalogue's own file."""
        asked = np.frombuffer(b"".join(keys), np.uint64).reshape(-1, 2)
        own = np.frombuffer(self._order.keys, np.uint64).reshape(-1, 2)[: len(asked)]
        differs = np.ones(len(asked), np.bool_)
        differs[: len(own)] = (asked[: len(own)] != own).any(axis=1)
        return np.flatnonzero(differs)

    def compact(self, keys: Sequence[bytes], *, of: str = "") -> None:
        """Put all rows into one file, those of the keys first and in their order, and remember them as the keys `of`.

        Others stay behind them while they are no more than these, and then there is room for a few more in memory.
        What is so already is not written again.
        """
        joined = b"".join(keys)
        if joined != self._order.keys or self._others():
            self._write(keys, of)
        elif of != self._order.of:
            self._order = replace(self._order, of=of)
            self._order.save(self._folder)

    def _write(self, keys: Sequence[bytes], of: str) -> None:
        rest = list(self._vectors.keys() - set(keys))
        every = [*keys, *(rest if len(rest) <= len(keys) else ())]
        path = self._new()
        part = path.with_suffix(".part")
        shape = (len(every) + len(every) // FEW + FEW,)
        rows = np.lib.format.open_memmap(part, mode="w+", dtype=self._row, shape=shape)
        rows["hash"][: len(every)] = np.frombuffer(b"".join(every), dtype=self._row["hash"])
        for start in range(0, len(every), CHUNK):
            chunk = every[start : start + CHUNK]
            rows["vector"][start : start + len(chunk)] = self.matrix(chunk)
        rows.flush()
        del rows  # or Windows would not let it be renamed
        part.replace(path)
        order = Order(of, path.name, checksum(path), b"".join(keys))
        order.save(self._folder)
        self._take(order)
        for old in self._others():
            with suppress(PermissionError):  # Windows keeps what is mapped; it goes the next time
                old.unlink()

    def _take(self, order: Order) -> None:
        rows = self._rows(self._folder / order.file, mapped="r")
        if len(rows) * HASH_BYTES >= len(order.keys):
            self._order, self._ordered = order, rows
            self.__dict__.pop("_vectors", None)

    @cached_property
    def _vectors(self) -> dict[bytes, NDArray[np.float32]]:
        found: dict[bytes, NDArray[np.float32]] = {}
        for path in self._others():
            rows = self._rows(path)
            rows = rows[np.abs(np.linalg.norm(rows["vector"], axis=1) - 1) < WHOLE]
            found.update(zip(split(rows["hash"].tobytes()), rows["vector"], strict=True))
        found.update(zip(split(self._ordered["hash"].tobytes()), self._ordered["vector"], strict=True))
        found.pop(bytes(HASH_BYTES), None)  # the room behind the rows
        return found

    def _rows(self, path: Path, *, mapped: Literal["r", "c"] | None = None) -> NDArray[np.void]:
        """None of a file that is damaged, or of other vectors."""
        try:
            rows = np.load(path, mmap_mode=mapped, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return np.empty(0, dtype=self._row)
        return np.asarray(rows) if rows.dtype == self._row else np.empty(0, dtype=self._row)

    def _others(self) -> list[Path]:
        """The files beside the catalogue's own."""
        return sorted(path for path in self._folder.glob("*.npy") if path.name != self._order.file)

    def _new(self) -> Path:
        return self._folder / f"{uuid.uuid4().hex}.npy"
