"""The front of this room: one causal language model, opened once."""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Self

import llguidance.hf
import torch
from llguidance import LLTokenizer
from tokenizers.decoders import DecodeStream
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerFast

from catalog.errors import ConfigError
from catalog.progress import Progress
from language_model.adapter import merged
from language_model.contexts import ContextCache
from language_model.decoding import Sampler, decode
from language_model.errors import ContextTooLong
from language_model.grammar import JsonGrammar, JsonSchema
from language_model.likelihood import Likelihood, contexts_of
from language_model.packing import ATTENTION
from language_model.prefixes import PrefixCache
from language_model.products import number_format
from language_model.reader import Reader
from language_model.scoring import check, score, score_plainly
from language_model.source import model_folder, no_bars
from language_model.text import Joint, TextEncoder
from language_model.title_search import TitleSearch

THREADS_VARIABLE = "DUETTO_THREADS"
DTYPE_VARIABLE, DEFAULT_DTYPE = "DUETTO_DTYPE", "float32"
KEEP_VARIABLE, KEEP_MB = "DUETTO_LM_CACHE_MB", 256
AGREEMENT = {torch.float32: 1e-3, torch.bfloat16: 1.0}

Prompt = str | Sequence[Mapping[str, str]]


class LanguageModel:
    """A causal language model that scores and writes text.

    It may be shared between threads: one computes at a time, and streams take turns token by token.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerFast,
        *,
        name: str,
        dtype: torch.dtype = torch.float32,
        cache_bytes: int = KEEP_MB << 20,
    ) -> None:
        """The model in float32. What is kept of prefixes, and of contexts, has at most `cache_bytes` each."""
        self.name = name
        self._tokenizer = tokenizer
        self._text = TextEncoder(tokenizer)
        self._reader = Reader(model, dtype=dtype)
        self._prefixes = PrefixCache(self._reader, limit_bytes=cache_bytes)
        self._contexts = ContextCache(self._reader, limit_bytes=cache_bytes)
        self._stops = _stop_tokens(model, tokenizer)

    @classmethod
    def open(
        cls,
        path: str | Path | None = None,
        *,
        adapter: str | Path | None = None,
        dtype: str | None = None,
        threads: int | None = None,
        cache_mb: int | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """The default model (SmolLM2-135M-Instruct), or the one in a folder or GGUF file.

        `adapter` is a folder that `duetto train` made. It is merged into the weights, once, so that nothing
        becomes slower; the name then ends in its hash.
        `threads` (else `$DUETTO_THREADS`, else as many as there are physical cores) holds for all of
        torch in this process. `dtype` (else `$DUETTO_DTYPE`, else float32) is the format of the layers' products:
        "float32", "bfloat16", or "auto", which is bfloat16 where the processor multiplies it. Bfloat16 is faster;
        its likelihoods are some tenths of a nat off, and depend a little on what is scored together. The name then
        says so. `cache_mb` (else
        `$DUETTO_LM_CACHE_MB`, else 256) bounds what is kept of prefixes, and of contexts, each.
        Raises ConfigError for a setting or model that cannot be used.
        """
        number = number_format(dtype or os.environ.get(DTYPE_VARIABLE) or DEFAULT_DTYPE)
        kept = _stated(cache_mb, KEEP_VARIABLE, "size of the language model's cache in MB", least=0)
        threads = _stated(threads, THREADS_VARIABLE, "number of threads", least=1)
        if threads is not None:
            torch.set_num_threads(threads)
        folder = model_folder(path, progress=progress)
        if adapter is not None:
            folder = merged(folder, adapter, progress=progress)
        try:
            with no_bars():
                tokenizer = AutoTokenizer.from_pretrained(folder)
                model = AutoModelForCausalLM.from_pretrained(
                    folder, dtype=torch.float32, attn_implementation=ATTENTION
                )
        except (OSError, ValueError) as error:
            raise ConfigError(f"The language model in {folder} cannot be opened: {error}") from error
        if not isinstance(tokenizer, PreTrainedTokenizerFast):
            raise ConfigError(
                f"The tokenizer in {folder} has no tokenizer.json; save a fast tokenizer there."
            )
        name = folder.name if number == torch.float32 else f"{folder.name} in bfloat16"
        cache = (KEEP_MB if kept is None else kept) << 20
        opened = cls(model, tokenizer, name=name, dtype=number, cache_bytes=cache)
        if path is not None:
            opened._require_agreement(tolerance=AGREEMENT[number])
        return opened

    @property
    def context_length(self) -> int:
        """The most tokens that prompt and answer, or prefix and continuation, may have together."""
        return self._reader.context_length

    def log_likelihood(
        self,
        continuations: Sequence[str],
        *,
        prefix: str,
        contexts: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> Likelihood:
        """log P(continuation_b | prefix + context_b) for each b, in nats.

        The prefix is read once, and not again while it is among the last few; so is each context. Contexts are
        read and not scored. Texts are joined and tokenised as `TextEncoder.joint` says. Raises ModelInputError
        for a blank prefix or continuation, ContextTooLong for a text beyond `context_length`.
        """
        joints = self._joints(continuations, prefix, contexts)
        return score(self._reader, self._prefixes, self._contexts, joints, progress=progress)

    def plain_log_likelihood(
        self, continuations: Sequence[str], *, prefix: str, contexts: Sequence[str] | None = None
    ) -> Likelihood:
        """The same numbers by one ordinary forward pass a text: the slow reference."""
        return score_plainly(self._reader, self._joints(continuations, prefix, contexts))

    def forget(self) -> None:
        """Drops what is kept of prefixes and contexts."""
        self._prefixes.kept.clear()
        self._contexts.kept.clear()

    def title_search(self, titles: Sequence[str], *, lead: str) -> TitleSearch:
        """Finds which of the titles (n_items,) are likeliest behind a prompt that ends with `lead`."""
        return TitleSearch(self._reader, self._prefixes, self._text, titles, lead=lead)

    def stream(
        self,
        prompt: Prompt,
        *,
        max_new_tokens: int = 256,
        temperature: float = 0.0,
        seed: int | None = None,
        schema: JsonSchema | None = None,
    ) -> Iterator[str]:
        """The answer in pieces, as it is written.

        `prompt` is a text of the user or a list of messages {"role", "content"}. With a JSON schema the
        pieces make one JSON text that fits it, else StructuredOutputError comes behind the last piece.
        The prompt is checked at once: ModelInputError, ContextTooLong or ConfigError before any piece.
        """
        if max_new_tokens < 1:
            raise ConfigError(f"max_new_tokens is {max_new_tokens}; it must be at least 1.")
        messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
        ids = self._text.chat(messages)
        room = self.context_length - len(ids)
        if room < 1:
            raise ContextTooLong("The prompt", tokens=len(ids), limit=self.context_length - 1)
        grammar = None if schema is None else JsonGrammar(schema, self._grammar_tokenizer)
        tokens = decode(
            self._reader,
            self._prefixes,
            ids,
            limit=min(max_new_tokens, room),
            stops=self._stops,
            sampler=Sampler(temperature=temperature, seed=seed),
            grammar=grammar,
        )
        return self._pieces(tokens, grammar)

    def generate(
        self,
        prompt: Prompt,
        *,
        max_new_tokens: int = 256,
        temperature: float = 0.0,
        seed: int | None = None,
        schema: JsonSchema | None = None,
    ) -> str:
        """The whole answer; everything else as in `stream`."""
        return "".join(
            self.stream(
                prompt, max_new_tokens=max_new_tokens, temperature=temperature, seed=seed, schema=schema
            )
        )

    def _pieces(self, tokens: Iterator[int], grammar: JsonGrammar | None) -> Iterator[str]:
        stream = DecodeStream(skip_special_tokens=True)
        written = []
        for token in tokens:
            piece = stream.step(self._text.decoder, token)
            if piece:
                written.append(piece)
                yield piece
        if grammar:
            grammar.validated("".join(written))

    def _joints(
        self, continuations: Sequence[str], prefix: str, contexts: Sequence[str] | None
    ) -> list[Joint]:
        contexts = contexts_of(continuations, prefix, contexts)
        joints = self._text.joint(prefix, contexts, continuations)
        check(joints, limit=self.context_length)
        return joints

    @cached_property
    def _grammar_tokenizer(self) -> LLTokenizer:
        return llguidance.hf.from_tokenizer(self._tokenizer)

    def _require_agreement(self, *, tolerance: float) -> None:
        """Packed scores must be the model's own; not so with sliding windows or scaled logits."""
        prefix, contexts = "The capital of France", ["is", "is not"]
        texts = ["Paris.", "a very large river."]
        packed = self.log_likelihood(texts, prefix=prefix, contexts=contexts).total
        plain = self.plain_log_likelihood(texts, prefix=prefix, contexts=contexts).total
        worst = abs(packed - plain).max()
        if not worst <= tolerance:
            raise ConfigError(
                f"The language model {self.name} cannot be used: its likelihoods differ by {worst:.3g} nats "
                "between the packed and the plain computation. Use a model with full causal attention."
            )


def _stated(given: int | None, variable: str, what: str, *, least: int) -> int | None:
    """The number given, else that of the environment, else None. Raises ConfigError for what is no such number."""
    stated = given if given is not None else os.environ.get(variable)
    if stated is None:
        return None
    try:
        number = int(stated)
    except ValueError:
        number = least - 1
    if number < least:
        raise ConfigError(f"The {what} is {stated!r}; it must be a whole number from {least}.")
    return number


def _stop_tokens(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast) -> frozenset[int]:
    stated = model.generation_config.eos_token_id
    several = stated if isinstance(stated, list) else [stated]
    return frozenset(token for token in (*several, tokenizer.eos_token_id) if token is not None)
