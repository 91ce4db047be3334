"""Cards to vectors: what was embedded before is never embedded again."""

from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from catalog import Items, Progress
from retrieval.cards import card
from retrieval.embedder import Embedder
from retrieval.vectors import VectorStore, card_hash

SAVE_EVERY = 256
"""Cards between two saves."""


def embed(
    items: Items, embedder: Embedder, store: VectorStore, *, progress: Progress | None = None
) -> list[bytes]:
    """Put the vector of every card into the store; the key of each item's, in catalogue order.

    Saved as it goes: what is broken off goes on where it stopped.
    """
    cards = [card(item) for item in items]
    keys = [card_hash(embedder.name, text) for text in cards]
    missing = {key: text for key, text in zip(keys, cards, strict=True) if key not in store}
    todo = sorted(missing.items(), key=lambda pair: len(pair[1]))  # like lengths pad little
    for start in range(0, len(todo), SAVE_EVERY):
        batch = todo[start : start + SAVE_EVERY]
        store.add([key for key, _ in batch], embedder.encode_cards([text for _, text in batch]))
        if progress:
            progress("embed", start + len(batch), len(todo))
    return keys


def card_vectors(
    items: Items, embedder: Embedder, *, folder: Path, progress: Progress | None = None
) -> NDArray[np.float32]:
    """(n_items, dimension), each row of length 1, kept in the folder for the next time; one process at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        store = VectorStore(folder, dimension=embedder.dimension)
        keys = embed(items, embedder, store, progress=progress)
        store.compact(keys)
        return store.matrix(keys)
