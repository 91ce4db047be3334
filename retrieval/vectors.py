"""Vectors of cards on disk, by the hash of what was embedded: the truth behind the index.

Each file is one `.npy` of rows (hash, vector), written whole or not at all, so that a build
that is broken off keeps what it has done. Items with the same card share a row.
"""

import hashlib
import os
import uuid
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HASH_BYTES = 16
MAX_FILES = 16


def card_hash(model: str, text: str) -> bytes:
    """16 bytes that change with the model or the text."""
    content = f"{model}\0{text}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=HASH_BYTES).digest()


class VectorStore:
    """Rows are float32 of length 1; a damaged file or row counts as not there."""

    def __init__(self, folder: Path, *, dimension: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._row = np.dtype([("hash", f"V{HASH_BYTES}"), ("vector", np.float32, (dimension,))])
        self._vectors: dict[bytes, NDArray[np.float32]] = {}
        for path in sorted(folder.glob("*.npy")):
            self._read(path)

    def __contains__(self, key: bytes) -> bool:
        return key in self._vectors

    def add(self, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Write one file with these rows; `vectors` is (len(keys), dimension)."""
        rows = np.zeros(len(keys), dtype=self._row)
        rows["hash"] = np.frombuffer(b"".join(keys), dtype=self._row["hash"])
        rows["vector"] = vectors
        path = self._folder / f"{uuid.uuid4().hex}.npy"
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            np.save(file, rows, allow_pickle=False)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        self._vectors.update(zip(keys, rows["vector"], strict=True))

    def matrix(self, keys: Sequence[bytes]) -> NDArray[np.float32]:
        """(len(keys), dimension) in the order of `keys`. Raises KeyError for a missing one."""
        if not keys:
            return np.empty((0, self._row["vector"].shape[0]), dtype=np.float32)
        return np.stack([self._vectors[key] for key in keys])

    def compact(self, keep: Collection[bytes]) -> None:
        """Once files or unused rows have piled up, put the rows of `keep` into one file."""
        old = list(self._folder.glob("*.npy"))
        kept = list(dict.fromkeys(keep))
        if len(old) <= MAX_FILES and len(self._vectors) <= 2 * len(kept):
            return
        vectors = self.matrix(kept)
        self._vectors = {}
        self.add(kept, vectors)
        for path in old:
            path.unlink()

    def _read(self, path: Path) -> None:
        try:
            rows = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return
        if rows.dtype != self._row:
            return
        whole = np.abs(np.linalg.norm(rows["vector"], axis=1) - 1) < 1e-3
        if not whole.all():
            rows = rows[whole]
        keys = rows["hash"].tobytes()
        names = (keys[start : start + HASH_BYTES] for start in range(0, len(keys), HASH_BYTES))
        self._vectors.update(zip(names, rows["vector"], strict=True))
