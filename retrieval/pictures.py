"""Pictures of items as vectors: each file is embedded once, and kept by what is in it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from catalog import Item, Items, Progress
from catalog.errors import shortened
from retrieval.imagefiles import Lost, content_of, picture_of
from retrieval.images import ImageModel
from retrieval.vectors import VectorStore, content_hash

if TYPE_CHECKING:
    from PIL.Image import Image

FOUND = "found.json"
BATCH = 32
SAVE_EVERY = 256
"""Files between two saves."""


@dataclass(frozen=True, slots=True, eq=False)
class Pictured:
    """`rows` (m,) of the catalogue that have a picture, ascending, and `vectors` (m, dimension) of length 1."""

    rows: NDArray[np.intp]
    vectors: NDArray[np.float32]

    def of(self, rows: Sequence[int]) -> NDArray[np.float32]:
        """(k, dimension) of those among the rows that have one, each once."""
        return self.vectors[np.isin(self.rows, list(rows))]


class Pictures:
    """What is known of the pictures in one folder, which one object holds at a time.

    A file counts as it was when it was last looked at; it need not be there any longer. One that cannot be read
    is remembered with the reason, and its item is without a picture.
    """

    def __init__(self, folder: Path, model: ImageModel) -> None:
        self._path, self._model = folder / FOUND, model
        self._store = VectorStore(folder, dimension=model.dimension)
        self._found = self._saved()

    def build(self, items: Items, home: Path, *, progress: Progress | None = None) -> None:
        """Look at every file anew and embed what was never seen; what is broken off goes on where it stopped.

        A relative path starts from `home`.
        """
        self._found = {}
        self.add(items, home, progress=progress)
        self._store.compact(list(self._keys(items).values()))

    def complete(self, items: Iterable[Item], home: Path, *, progress: Progress | None = None) -> None:
        """Look only at files of which nothing is known, or whose vector is lost."""
        self.add(
            [one for one in items if one.image and not self._is_known(one.image)], home, progress=progress
        )

    def add(self, items: Iterable[Item], home: Path, *, progress: Progress | None = None) -> None:
        """Look at the files of these items."""
        images = list(dict.fromkeys(item.image for item in items if item.image))
        for start in range(0, len(images), SAVE_EVERY):
            part = images[start : start + SAVE_EVERY]
            self._look_at(part, home)
            if progress:
                progress("pictures", start + len(part), len(images))
        if images:
            self._save()

    def of(self, items: Iterable[Item]) -> Pictured:
        """The vectors of those items that have one."""
        keys = self._keys(items)
        return Pictured(np.fromiter(keys, np.intp, len(keys)), self._store.matrix(list(keys.values())))

    def lost(self, items: Iterable[Item]) -> dict[Lost, list[str]]:
        """The images of these items that do not count, by the reason."""
        found: dict[Lost, list[str]] = {}
        for item in items:
            if item.image and isinstance(reason := self._key(item), Lost):
                found.setdefault(reason, []).append(item.image)
        return found

    def told(self, items: Sequence[Item]) -> str:
        """How many items have a picture that counts, and why others have none, in one sentence."""
        parts = [f"Pictures: {len(self._keys(items)):,} of {len(items):,} items have one that counts"]
        for reason, images in sorted(self.lost(items).items()):
            parts.append(f"{reason}: {len(images):,}, such as {shortened(images[0])}")
        return "; ".join(parts) + "."

    def _keys(self, items: Iterable[Item]) -> dict[int, bytes]:
        """By the row of the item, of those that have a picture."""
        return {row: key for row, item in enumerate(items) if isinstance(key := self._key(item), bytes)}

    def _key(self, item: Item) -> bytes | Lost | None:
        return self._found.get(item.image) if item.image else None

    def _is_known(self, image: str) -> bool:
        key = self._found.get(image)
        return isinstance(key, Lost) or (key is not None and key in self._store)

    def _look_at(self, images: Sequence[str], home: Path) -> None:
        fresh: dict[bytes, NDArray[np.float32]] = {}
        for start in range(0, len(images), BATCH):
            unseen: dict[bytes, Image] = {}
            for image in images[start : start + BATCH]:
                self._found[image] = self._looked_at(image, home, unseen, known=fresh)
            fresh |= zip(unseen, self._model.encode_pictures(list(unseen.values())), strict=True)
        if fresh:
            self._store.add(list(fresh), np.stack(list(fresh.values())))

    def _looked_at(
        self, image: str, home: Path, unseen: "dict[bytes, Image]", *, known: dict[bytes, NDArray[np.float32]]
    ) -> bytes | Lost:
        """Its key; a picture that is to be embedded is put among the unseen."""
        content = content_of(image, home)
        if isinstance(content, Lost):
            return content
        key = content_hash(self._model.name, content)
        if key in unseen or key in known or key in self._store:
            return key
        picture = picture_of(content)
        if isinstance(picture, Lost):
            return picture
        unseen[key] = picture
        return key

    def _save(self) -> None:
        """Whole or not at all."""
        found = {
            image: key.hex() if isinstance(key, bytes) else key.name for image, key in self._found.items()
        }
        scratch = self._path.with_suffix(".part")
        scratch.write_text(json.dumps({"model": self._model.name, "found": found}), encoding="utf-8")
        scratch.replace(self._path)

    def _saved(self) -> dict[str, bytes | Lost]:
        """Nothing where it is damaged, or of another model."""
        try:
            saved = json.loads(self._path.read_text(encoding="utf-8"))
            if saved["model"] != self._model.name:
                return {}
            return {image: _key_of(said) for image, said in saved["found"].items()}
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return {}


def _key_of(said: str) -> bytes | Lost:
    return Lost[said] if said in Lost.__members__ else bytes.fromhex(said)
