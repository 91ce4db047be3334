"""What an index holds and how its files looked when they were last known to be sound.

Chroma may crash the process instead of raising when its files are damaged, so they are
compared with this record before Chroma sees them.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

FORMAT = 1
WHOLE = 64 << 20
BLOCK = 1 << 16
BLOCKS = 64


@dataclass(frozen=True)
class Content:
    """What was indexed: the same content and model never need a rebuild."""

    model: str
    dimension: int
    count: int
    digest: str

    @classmethod
    def of(cls, item_ids: Sequence[str], keys: Sequence[bytes], *, model: str, dimension: int) -> "Content":
        """The digest covers ids and card hashes, in catalogue order."""
        encoded = [item_id.encode("utf-8", "surrogatepass") for item_id in item_ids]
        lengths = np.array([len(item_id) for item_id in encoded], "<u8")
        digest = hashlib.blake2b(lengths.tobytes(), digest_size=16)
        for part in (encoded, keys):
            digest.update(b"".join(part))
        return cls(model, dimension, len(item_ids), digest.hexdigest())


@dataclass(frozen=True)
class Manifest:
    """`collection` is the name of Chroma's collection, `files` its checksums by name where it is in files.

    No `content`: the collection was being changed, and what it holds is not known.
    """

    content: Content | None
    collection: str
    files: dict[str, str]

    def save(self, path: Path) -> None:
        part = path.with_suffix(".part")
        text = json.dumps({"format": FORMAT, **asdict(self)}, indent=1)
        part.write_text(text, encoding="utf-8")
        part.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Manifest | None":
        """None when there is none, or none that this version can read."""
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            if stored.pop("format") != FORMAT:
                return None
            content = stored.pop("content")
            return cls(None if content is None else Content(**content), **stored)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None


def checksums(folder: Path) -> dict[str, str]:
    """File name -> `checksum`, for every file below the folder."""
    return {
        path.relative_to(folder).as_posix(): checksum(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def checksum(path: Path) -> str:
    """BLAKE2b of what a file holds.

    Of files above `WHOLE` bytes it covers size, time of the last change and evenly spread blocks: whatever writes
    to one changes its time, and an index of a million items opens in seconds. What changes bytes without the
    file system, a failing disk, is then found only in those blocks. Raises OSError.
    """
    found = path.stat()
    with path.open("rb") as file:
        if found.st_size <= WHOLE:
            return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
        digest = hashlib.blake2b(f"{found.st_size} {found.st_mtime_ns}".encode(), digest_size=16)
        for number in range(BLOCKS):
            file.seek((found.st_size - BLOCK) * number // (BLOCKS - 1))
            digest.update(file.read(BLOCK))
        return digest.hexdigest()
