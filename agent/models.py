"""The embedder and the language models, each loaded when it is first used."""

import os
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from catalog import Progress
from retrieval import Embedder, ImageModel, open_embedder

if TYPE_CHECKING:
    from language_model import LanguageModel, Scorer

T = TypeVar("T")
SCORER, TOKENIZER = "DUETTO_SCORER", "DUETTO_SCORER_TOKENIZER"


class Later(Generic[T]):
    """A value that is made at the first call, once, whoever calls first."""

    def __init__(self, make: Callable[[], T]) -> None:
        self._make: Callable[[], T] | None = make
        self._value: T
        self._lock = threading.Lock()

    def __call__(self) -> T:
        with self._lock:
            if self._make is not None:
                self._value = self._make()
                self._make = None
        return self._value


class Models:
    """The models that every folder shares: `scorer` gives likelihoods, and is `language` itself unless a server
    is named for it.

    Their libraries take longer to import than all else takes to open, so that a page is there first.
    """

    def __init__(
        self,
        embedder: Embedder,
        language: "Later[LanguageModel]",
        *,
        adapter: Path | None = None,
        scorer: "Later[Scorer] | None" = None,
        image_model: ImageModel | None = None,
    ) -> None:
        self.embedder = embedder
        self.image_model = image_model
        self.language = language
        self.adapter = adapter
        self.scorer: Later[Scorer] = scorer or Later(language)

    @classmethod
    def open(
        cls,
        *,
        embedder: str | None = None,
        adapter: Path | None = None,
        scorer: str | None = None,
        image_model: ImageModel | None = None,
        progress: Progress | None = None,
    ) -> "Models":
        """`embedder` is a source as `retrieval.open_embedder` takes it; an `adapter` of `duetto train` goes into the
        weights of the language model. `scorer` is `http://HOST:PORT/v1#MODEL`; None: `$DUETTO_SCORER`, else the
        model in this process.

        Raises catalog.ConfigError, and language_model.ScorerError when that server cannot score.
        """
        address = scorer or os.environ.get(SCORER)
        remote = _remote(address) if address else None
        opened = open_embedder(embedder, progress=progress)
        language = Later(partial(_language_model, adapter, progress))
        return cls(opened, language, adapter=adapter, scorer=remote, image_model=image_model)

    def load(self) -> None:
        """Load now what every turn needs."""
        self.embedder.encode_queries(["ready"])
        self.scorer()


def _language_model(adapter: Path | None, progress: Progress | None) -> "LanguageModel":
    from language_model import LanguageModel

    return LanguageModel.open(adapter=adapter, progress=progress)


def _remote(address: str) -> "Later[Scorer]":
    from language_model import RemoteScorer

    opened = RemoteScorer.open(address, tokenizer=os.environ.get(TOKENIZER))
    return Later(lambda: opened)
