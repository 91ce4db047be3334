"""Scoring by a server that speaks OpenAI's completions protocol: vLLM, llama.cpp, and others.

A text is sent with `echo`, and the server answers with the log-probability of each of its tokens::

    POST URL/completions {"model": NAME, "prompt": TEXT or [id, ...], "echo": true, "logprobs": 1, "max_tokens": 1}
      -> {"choices": [{"logprobs": {"tokens": [...], "token_logprobs": [null, -1.2, ...], "text_offset": [0, 4, ...]}}]}

With a tokenizer the prompts are token ids, so that nothing hangs on how the server counts characters; a server
that has no `echo` for them is asked for vLLM's `prompt_logprobs` instead. One token is generated, as not every
server knows how to generate none; it is not scored.
"""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

import httpx
import numpy as np
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from catalog.errors import ConfigError, DuettoError, shortened
from catalog.progress import Progress
from language_model.errors import ModelInputError, ScorerError
from language_model.likelihood import Likelihood, contexts_of, join

KEY = "DUETTO_SCORER_KEY"
SECONDS = 60.0
ATTEMPTS = 4
CONCURRENCY = 8
BUSY = {408, 409, 425, 429, 500, 502, 503, 504}
"""Answers after which trying again may help."""
REMEDY = "it must answer `echo` with `logprobs` for the prompt, as vLLM does, and llama_cpp.server with --logits_all 1"
PROBE, PROBE_NATS = "9 10 11 12 13 14 15 16", -3.0
"""A text that every language model expects, and what it has at least, in nats a token."""

Prompt = str | list[int]


class _BusyError(Exception):
    """What may pass: no connection, no answer in time, or an answer in BUSY."""


class RemoteScorer:
    """A Scorer behind an address. Several texts are under way at once, never more than `concurrency`."""

    def __init__(
        self,
        url: str,
        model: str,
        *,
        tokenizer: str | Path | None = None,
        seconds: float = SECONDS,
        attempts: int = ATTEMPTS,
        concurrency: int = CONCURRENCY,
    ) -> None:
        """`tokenizer` is a folder with the model's tokenizer.json, or that file: prompts then are token ids.

        The key is `$DUETTO_SCORER_KEY`. Raises ConfigError for what is no address or tokenizer.
        """
        if not url.startswith(("http://", "https://")) or "@" in url or not model:
            raise ConfigError(f"A scoring server is given as http://HOST:PORT/v1#MODEL; got {url}#{model}.")
        self._url, self._model = url.rstrip("/"), model
        self.name = f"{model} at {self._url}"
        self._tokenizer = None if tokenizer is None else _tokenizer(Path(tokenizer))
        self._attempts, self._concurrency = attempts, concurrency
        key = os.environ.get(KEY)
        self._client = httpx.Client(
            timeout=seconds,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            limits=httpx.Limits(max_connections=concurrency),
        )
        self._prompt_logprobs = False

    @classmethod
    def open(cls, spec: str, *, tokenizer: str | Path | None = None) -> Self:
        """The scorer at `http://HOST:PORT/v1#MODEL`, asked once whether it can score.

        Raises ConfigError for what is no address, ScorerError when it cannot.
        """
        url, _, model = spec.partition("#")
        opened = cls(url, model, tokenizer=tokenizer)
        try:
            opened._require_counting()
        except DuettoError:
            opened.close()
            raise
        return opened

    def _require_counting(self) -> None:
        mean = self.log_likelihood([PROBE], prefix="1 2 3 4 5 6 7 8").mean[0]
        if mean < PROBE_NATS:
            raise ScorerError(
                f"{self._place} gives {mean:.1f} nats a token for counting on, which no language model does: its "
                "likelihoods stand at other tokens. llama_cpp.server shifts them by one unless the model's file "
                "adds a first token (--kv_overrides tokenizer.ggml.add_bos_token=bool:true)."
            )

    def log_likelihood(
        self,
        continuations: Sequence[str],
        *,
        prefix: str,
        contexts: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> Likelihood:
        """As `Scorer` says. Raises ScorerError with the server's own words when it does not score."""
        contexts = contexts_of(continuations, prefix, contexts)
        befores = [join(prefix, context) for context in contexts]
        total, tokens = np.zeros(len(befores)), np.zeros(len(befores), dtype=np.int64)
        with ThreadPoolExecutor(self._concurrency) as pool:
            for place, scores in enumerate(pool.map(self._scores, befores, continuations)):
                total[place], tokens[place] = sum(scores), len(scores)
                if progress:
                    progress("likelihood", place + 1, len(befores))
        return Likelihood(total, tokens)

    def close(self) -> None:
        self._client.close()

    def _scores(self, before: str, continuation: str) -> list[float]:
        """Nats of each token of the continuation."""
        text = join(before, continuation)
        if self._tokenizer is None:
            scores = _by_offset(self._asked(text), len(before), len(text))
        else:
            encoding = self._tokenizer.encode(text, add_special_tokens=False)
            start = sum(end <= len(before) for _, end in encoding.offsets)
            scores = self._by_ids(encoding.ids)[start:]
        return self._checked(scores, text)

    def _by_ids(self, ids: list[int]) -> list[float | None]:
        """Nats of each token, None where the server says nothing, as of the first."""
        if not self._prompt_logprobs:
            try:
                scores: list[float | None] = _echoed(self._asked(ids))["token_logprobs"]
                return scores[: len(ids)]
            except ScorerError:
                self._prompt_logprobs = True
        choice = self._asked(ids, echo=False)
        given = choice.get("prompt_logprobs")
        if not isinstance(given, list) or len(given) != len(ids):
            raise ScorerError(f"{self._place} gives no likelihoods of a prompt: {REMEDY}.")
        return [
            _nats(entry, token) if isinstance(entry, dict) else None
            for token, entry in zip(ids, given, strict=True)
        ]

    def _checked(self, scores: Sequence[float | None], text: str) -> list[float]:
        numbers = [score for score in scores if isinstance(score, int | float) and np.isfinite(score)]
        if len(numbers) != len(scores):
            raise ScorerError(f"{self._place} has no likelihood for a token of {shortened(text[-80:])}.")
        if not numbers:
            raise ModelInputError(f"No token of its own is scored in {shortened(text[-80:])}.")
        return numbers

    @property
    def _place(self) -> str:
        return f"The scoring server at {self._url}"

    def _asked(self, prompt: Prompt, *, echo: bool = True) -> dict[str, Any]:
        """The first choice of the answer."""
        how = {"echo": True, "logprobs": 1} if echo else {"prompt_logprobs": 1}
        body = {"model": self._model, "prompt": prompt, "max_tokens": 1, "temperature": 0, **how}
        retrying = Retrying(
            retry=retry_if_exception_type(_BusyError),
            stop=stop_after_attempt(self._attempts),
            wait=wait_exponential_jitter(multiplier=0.2, max=5, jitter=0.2),
            reraise=True,
        )
        try:
            answer = retrying(self._posted, body)
        except _BusyError as error:
            raise ScorerError(f"{self._place} {error}, {self._attempts} times in a row.") from error
        try:
            choice = answer.json()["choices"][0]
        except (ValueError, LookupError, TypeError) as error:
            raise ScorerError(f"{self._place} answered {shortened(answer.text)}: {REMEDY}.") from error
        if not isinstance(choice, dict):
            raise ScorerError(f"{self._place} answered {shortened(answer.text)}: {REMEDY}.")
        return choice

    def _posted(self, body: Mapping[str, Any]) -> httpx.Response:
        try:
            answer = self._client.post(f"{self._url}/completions", json=body)
        except httpx.TimeoutException as error:
            raise _BusyError("did not answer in time") from error
        except httpx.TransportError as error:
            raise _BusyError(f"cannot be reached ({error})") from error
        if answer.status_code in BUSY:
            raise _BusyError(f"answered {answer.status_code}: {shortened(answer.text)}")
        if answer.status_code != httpx.codes.OK:
            raise ScorerError(f"{self._place} answered {answer.status_code}: {shortened(answer.text)}.")
        return answer


def _echoed(choice: Mapping[str, Any]) -> dict[str, Any]:
    """The choice's `logprobs`, with lists of one length. Raises ScorerError when there are none."""
    given = choice.get("logprobs")
    fields = ("token_logprobs", "text_offset")
    if not isinstance(given, dict) or not all(isinstance(given.get(field), list) for field in fields):
        raise ScorerError(f"The scoring server's answer has no likelihoods of the prompt: {REMEDY}.")
    if len({len(given[field]) for field in fields}) != 1:
        raise ScorerError("The scoring server's answer has lists of different lengths.")
    return given


def _by_offset(choice: Mapping[str, Any], before: int, length: int) -> list[float | None]:
    """Nats of the tokens that end behind `before` characters and begin before `length`."""
    given = _echoed(choice)
    starts: list[int] = given["text_offset"]
    if not starts or max(starts) < before:
        raise ScorerError(f"The scoring server's answer has no likelihoods of the prompt: {REMEDY}.")
    ends = [*starts[1:], length + 1]
    return [
        score
        for score, start, end in zip(given["token_logprobs"], starts, ends, strict=True)
        if end > before and start < length
    ]


def _nats(entry: Mapping[str, Any], token: int) -> float | None:
    """vLLM's {"id": {"logprob": ...}} of one place."""
    found = entry.get(str(token))
    if not isinstance(found, dict):
        return None
    nats: float | None = found.get("logprob")
    return nats


def _tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer

    file = path / "tokenizer.json" if path.is_dir() else path
    try:
        tokenizer = Tokenizer.from_file(str(file))
    except Exception as error:
        raise ConfigError(f"There is no tokenizer at {file}: give the model's tokenizer.json.") from error
    tokenizer.encode_special_tokens = True
    return tokenizer
