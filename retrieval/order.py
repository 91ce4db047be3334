"""Which file of vectors holds a whole catalogue, row for row."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from retrieval.manifest import checksum

HASH_BYTES = 16
ORDER = "order.npz"


@dataclass(frozen=True)
class Order:
    """The first rows of `file` are the vectors of `keys`, 16 bytes each.

    `of` is the fingerprint of what has these keys, "" where nobody said; `looks` the file's checksum.
    """

    of: str = ""
    file: str = ""
    looks: str = ""
    keys: bytes = b""

    def save(self, folder: Path) -> None:
        """Whole or not at all."""
        scratch = folder / f"{ORDER}.part"
        with scratch.open("wb") as file:
            keys = np.frombuffer(self.keys, np.uint8)
            np.savez(file, of=self.of, name=self.file, looks=self.looks, keys=keys)
        scratch.replace(folder / ORDER)

    @classmethod
    def load(cls, folder: Path) -> Self | None:
        """None where there is none, it is damaged, or the file does not look as it says."""
        try:
            with (folder / ORDER).open("rb") as file, np.load(file, allow_pickle=False) as saved:
                of, name, looks = (str(saved[part]) for part in ("of", "name", "looks"))
                said = cls(of, name, looks, saved["keys"].tobytes())
            return said if checksum(folder / said.file) == said.looks else None
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None


def split(keys: bytes) -> list[bytes]:
    """One by one."""
    return [keys[start : start + HASH_BYTES] for start in range(0, len(keys), HASH_BYTES)]
