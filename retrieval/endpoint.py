"""Embeddings by a server that speaks OpenAI's protocol: vLLM, llama.cpp, text-embeddings-inference, and others.

::

    POST URL/embeddings {"model": NAME, "input": [TEXT, ...], "encoding_format": "float"}
      -> {"data": [{"index": 0, "embedding": [0.1, ...]}, ...]}

The protocol knows no prompts: what people ask and what they may find is sent as it is.
"""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import numpy as np
from numpy.typing import NDArray
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_exponential_jitter,
)

from catalog import ConfigError, Progress
from catalog.errors import shortened
from retrieval.errors import EndpointError

KEY = "DUETTO_EMBEDDER_KEY"
BATCH = 32
"""Texts in a request, the most that text-embeddings-inference takes unless told otherwise."""
CONCURRENCY = 8
BUSY = {408, 409, 425, 429, 500, 502, 503, 504}
"""Answers after which trying again may help."""
BLANK = "."
"""Sent for a text without a character, which servers refuse."""
_backoff = wait_exponential_jitter(multiplier=0.2, max=10, jitter=0.2)


class Patience(NamedTuple):
    """How long one try may take, how many there are, and how long a server may ask to wait before the next."""

    seconds: float
    attempts: int
    longest: float


FOR_CARDS = Patience(60.0, 6, 60.0)
FOR_QUERIES = Patience(10.0, 2, 2.0)
"""Somebody waits for the answer."""


class _BusyError(Exception):
    """What may pass: no connection, no answer in time, or an answer in BUSY; `wait` is what the server asks for."""

    def __init__(self, said: str, *, wait: float = 0.0) -> None:
        self.wait = wait
        super().__init__(said)


class EndpointEmbedder:
    """An Embedder behind an address, never asked for more than `concurrency` batches at once.

    `name` is made of the model and its dimension, not of the address: the same model on another host
    has the same vectors, and a server that serves another one under an old name is not found out.
    """

    def __init__(
        self,
        source: str,
        *,
        concurrency: int = CONCURRENCY,
        cards: Patience = FOR_CARDS,
        queries: Patience = FOR_QUERIES,
    ) -> None:
        """`source` is `http://HOST:PORT/v1#MODEL`, the key `$DUETTO_EMBEDDER_KEY`.

        The server is asked once, for the dimension. Raises ConfigError for what is no address or key, EndpointError.
        """
        self._url, self._model = _parts(source)
        self.source = f"{self._url}#{self._model}"
        self._key, self._concurrency = _key(), concurrency
        self._cards, self._queries = cards, queries
        self._client = httpx.Client(
            headers={"Authorization": f"Bearer {self._key}"} if self._key else {},
            limits=httpx.Limits(max_connections=concurrency),
        )
        self.dimension = 0  # until the server has shown it
        try:
            self.dimension = self._batch(["dimension"], patience=queries).shape[1]
        except EndpointError:
            self.close()
            raise
        self.name = f"{self._model}@endpoint-{self.dimension}"

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, dimension), each row of length 1. Raises EndpointError."""
        return self._encoded(texts, self._queries, None)

    def encode_cards(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        """(n, dimension), each row of length 1. Raises EndpointError."""
        return self._encoded(texts, self._cards, progress)

    def close(self) -> None:
        self._client.close()

    def _encoded(
        self, texts: Sequence[str], patience: Patience, progress: Progress | None
    ) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        done = 0
        with ThreadPoolExecutor(self._concurrency) as pool:
            for found in pool.map(partial(self._batch, patience=patience), batches):
                vectors[done : done + len(found)] = found
                done += len(found)
                if progress:
                    progress("embed", done, len(texts))
        return vectors

    def _batch(self, texts: Sequence[str], *, patience: Patience) -> NDArray[np.float32]:
        """(n, dimension), each row of length 1."""
        answer = self._asked([text if text.strip() else BLANK for text in texts], patience)
        try:
            rows = _in_order(answer.json()["data"])
            vectors = np.array([row["embedding"] for row in rows], np.float64)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise EndpointError(
                f"{self._place} answered {self._said(answer)}, which are no embeddings of {self._model}."
            ) from error
        return self._units(vectors, len(texts))

    def _units(self, vectors: NDArray[np.float64], n: int) -> NDArray[np.float32]:
        """The same with length 1, once they are as many as the texts, of one dimension, and have a direction."""
        if len(vectors) != n:
            raise EndpointError(f"{self._place} gave {len(vectors)} embeddings for {n} texts.")
        if vectors.ndim != 2 or not vectors.shape[1]:
            raise EndpointError(f"{self._place} gave embeddings without numbers.")
        if self.dimension and vectors.shape[1] != self.dimension:
            raise EndpointError(
                f"{self._place} gave embeddings of dimension {vectors.shape[1]}, and of {self.dimension} before: "
                "has its model been exchanged?"
            )
        if not np.isfinite(vectors).all() or not vectors.any(axis=1).all():
            raise EndpointError(
                f"{self._place} gave an embedding with no direction: all zero, or not finite."
            )
        vectors = vectors / np.abs(vectors).max(axis=1, keepdims=True)  # squares of huge numbers overflow
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def _asked(self, texts: Sequence[str], patience: Patience) -> httpx.Response:
        body = {"model": self._model, "input": texts, "encoding_format": "float"}
        retrying = Retrying(
            retry=retry_if_exception_type(_BusyError),
            stop=stop_after_attempt(patience.attempts),
            wait=partial(_pause, longest=patience.longest),
            reraise=True,
        )
        try:
            return retrying(self._posted, body, patience.seconds)
        except _BusyError as error:
            raise EndpointError(f"{self._place} {error}, {patience.attempts} times in a row.") from error

    def _posted(self, body: Mapping[str, Any], seconds: float) -> httpx.Response:
        try:
            answer = self._client.post(f"{self._url}/embeddings", json=body, timeout=seconds)
        except httpx.TimeoutException as error:
            raise _BusyError(f"did not answer within {seconds:g} seconds") from error
        except httpx.TransportError as error:
            raise _BusyError(f"cannot be reached ({error})") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise EndpointError(f"{self._place} answered what cannot be read ({error}).") from error
        if answer.status_code in BUSY:
            raise _BusyError(
                f"answered {answer.status_code}: {self._said(answer)}", wait=_asked_to_wait(answer)
            )
        if answer.status_code in {401, 403}:
            key = "refuses the key in" if self._key else "wants a key: set"
            raise EndpointError(f"{self._place} {key} ${KEY} ({answer.status_code}: {self._said(answer)}).")
        if answer.status_code != httpx.codes.OK:
            raise EndpointError(f"{self._place} answered {answer.status_code}: {self._said(answer)}.")
        return answer

    def _said(self, answer: httpx.Response) -> str:
        """The server's words, without the key, as some repeat it."""
        return shortened(answer.text.replace(self._key, "…") if self._key else answer.text)

    @property
    def _place(self) -> str:
        return f"The embedding server at {self._url}"


def _parts(source: str) -> tuple[str, str]:
    """URL and model. What the URL must not hold is not repeated, as it may be a password."""
    url, _, model = source.partition("#")
    try:
        parts = urlsplit(url)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or not model.strip() or {"@", "?"} & set(url):
        raise ConfigError(
            "An embedding server is given as http://HOST:PORT/v1#MODEL, without a password or a query: "
            f"its key goes into ${KEY}."
        )
    return url.rstrip("/"), model.strip()


def _key() -> str:
    key = os.environ.get(KEY, "").strip()
    if not (key.isascii() and key.isprintable()):
        raise ConfigError(f"The key in ${KEY} has characters that cannot be sent; copy it once more.")
    return key


def _in_order(rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """By their index, which some servers leave out. Raises ValueError where one is missing or twice there."""
    indexes = [row.get("index", place) for place, row in enumerate(rows)]
    if sorted(indexes) != list(range(len(rows))):
        raise ValueError(f"Indexes are {indexes}.")
    return sorted(rows, key=lambda row: int(row.get("index", 0)))


def _asked_to_wait(answer: httpx.Response) -> float:
    """Seconds of the header Retry-After; 0 where there is none, or it is a date."""
    stated = answer.headers.get("Retry-After", "")
    return float(stated) if stated.isdecimal() and stated.isascii() else 0.0


def _pause(state: RetryCallState, *, longest: float) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.wait if isinstance(error, _BusyError) else 0.0
    return min(max(_backoff(state), asked), longest)
