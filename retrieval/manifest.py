"""What an index holds and how its files looked when they were last known to be sound.

Chroma may crash the process instead of raising when its files are damaged, so they are
compared with this record before Chroma sees them.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FORMAT = 1


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
        digest = hashlib.blake2b(digest_size=16)
        for item_id, key in zip(item_ids, keys, strict=True):
            digest.update(hashlib.blake2b(item_id.encode("utf-8", "surrogatepass"), digest_size=16).digest())
            digest.update(key)
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
    """File name -> BLAKE2b of its bytes, for every file below the folder."""
    return {
        path.relative_to(folder).as_posix(): _digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
