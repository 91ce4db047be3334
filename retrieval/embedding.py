"""Cards to vectors: what was embedded before is never embedded again."""

import hashlib
import io
import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from catalog import CardTemplate, Item, Items, Progress
from retrieval.cards import DEFAULT_CARD, card
from retrieval.embedder import Embedder
from retrieval.vectors import VectorStore, card_hash

SAVE_EVERY = 256
"""Cards between two saves."""
SAMPLE = 4096
AT_ONCE = 256


def embed(
    items: Items,
    embedder: Embedder,
    store: VectorStore,
    *,
    template: CardTemplate = DEFAULT_CARD,
    progress: Progress | None = None,
) -> list[bytes]:
    """Put the vector of every card into the store; the key of each item's, in catalogue order.

    Saved as it goes: what is broken off goes on where it stopped.
    """
    cards = [card(item, template) for item in items]
    keys = [card_hash(embedder.name, text) for text in cards]
    missing = {key: text for key, text in zip(keys, cards, strict=True) if key not in store}
    todo = sorted(missing.items(), key=lambda pair: len(pair[1]))  # like lengths pad little
    for start in range(0, len(todo), SAVE_EVERY):
        batch = todo[start : start + SAVE_EVERY]
        store.add([key for key, _ in batch], embedder.encode_cards([text for _, text in batch]))
        if progress:
            progress("embed", start + len(batch), len(todo))
    return keys


def embed_catalogue(
    items: Items,
    embedder: Embedder,
    store: VectorStore,
    *,
    template: CardTemplate = DEFAULT_CARD,
    progress: Progress | None = None,
) -> list[bytes]:
    """As `embed`, with the store put in this order; for the same items as the last time no more than `SAMPLE` cards
    are written, to see whether they are written as they were."""
    of = _fingerprint(items, embedder, template)
    keys = store.known(of)
    if keys is None:
        keys = embed(items, embedder, store, template=template, progress=progress)
        store.compact(keys, of=of)
    return keys


def card_vectors(
    items: Items,
    embedder: Embedder,
    *,
    folder: Path,
    template: CardTemplate = DEFAULT_CARD,
    progress: Progress | None = None,
) -> NDArray[np.float32]:
    """(n_items, dimension), each row of length 1, kept in the folder for the next time; one process at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        store = VectorStore(folder, dimension=embedder.dimension)
        keys = embed_catalogue(items, embedder, store, template=template, progress=progress)
        return store.matrix(keys)


def vectors_by_template(
    items: Items,
    templates: Sequence[CardTemplate],
    embedder: Embedder,
    *,
    folder: Path,
    progress: Progress | None = None,
) -> list[NDArray[np.float32]]:
    """`card_vectors` for every template; a card that several have in common is embedded once."""
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / "lock"):
        store = VectorStore(folder, dimension=embedder.dimension)
        keys = [embed(items, embedder, store, template=one, progress=progress) for one in templates]
        store.compact(list(dict.fromkeys(key for own in keys for key in own)))
        return [store.matrix(own) for own in keys]


def _fingerprint(items: Items, embedder: Embedder, template: CardTemplate = DEFAULT_CARD) -> str:
    """Of all that the keys of the cards depend on, far sooner made than they."""
    digest = hashlib.blake2b(embedder.name.encode("utf-8", "surrogatepass"), digest_size=16)
    digest.update(template.model_dump_json().encode())
    for start in range(0, len(items), AT_ONCE):
        digest.update(_pickled([_shown(item) for item in items[start : start + AT_ONCE]]))
    sample = np.linspace(0, len(items) - 1, min(SAMPLE, len(items)), dtype=np.intp)
    digest.update(_pickled([card(items[int(row)], template) for row in sample]))
    return digest.hexdigest()


def _shown(item: Item) -> tuple[object, ...]:
    return item.title, item.year, item.text, dict(item.attributes)


def _pickled(content: object) -> bytes:
    """Equal for equal content: without its notes, Pickler does not tell one string from two equal ones."""
    written = io.BytesIO()
    pickler = pickle.Pickler(written, protocol=5)
    pickler.fast = True
    pickler.dump(content)
    return written.getvalue()
