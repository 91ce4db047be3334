"""One token after another: greedy or sampled, free or held to a grammar."""

from collections.abc import Iterator, Set

import torch
from torch import Tensor

from catalog.errors import ConfigError
from language_model.grammar import JsonGrammar
from language_model.prefixes import PrefixCache
from language_model.reader import Reader


class Sampler:
    """Picks a token: the likeliest at temperature 0, else drawn from the softmax of logits / temperature."""

    def __init__(self, *, temperature: float, seed: int | None) -> None:
        if not 0 <= temperature < float("inf"):
            raise ConfigError(
                f"The temperature is {temperature}; it must be 0 (greedy) or a positive number."
            )
        self._temperature = temperature
        self._rng = torch.Generator()
        if seed is None:
            self._rng.seed()
        else:
            self._rng.manual_seed(seed)

    def pick(self, logits: Tensor) -> int:
        """logits (V,) -> a token id."""
        if self._temperature == 0:
            return int(logits.argmax())
        # Relative to the highest, so that a tiny temperature doesn't overflow.
        weights = ((logits - logits.max()) / self._temperature).softmax(-1)
        return int(torch.multinomial(weights, 1, generator=self._rng))


def decode(
    reader: Reader,
    prefixes: PrefixCache,
    prompt: tuple[int, ...],
    *,
    limit: int,
    stops: Set[int],
    sampler: Sampler,
    grammar: JsonGrammar | None,
) -> Iterator[int]:
    """At most `limit` new tokens, up to a stop token, which is left out."""
    prefix = prefixes.read(prompt)
    past, last = prefix.past, prefix.last
    while limit > 0:
        tokens = grammar.forced()[:limit] if grammar else []
        if not tokens:
            logits = reader.logits(last)
            tokens = [sampler.pick(grammar.mask(logits) if grammar else logits)]
            if grammar:
                grammar.take(tokens[0])
        for token in tokens:
            if token in stops:
                return
            yield token
        limit -= len(tokens)
        if limit == 0 or (grammar and grammar.finished):
            return
        hidden, past = reader.follow(tokens, past)
        last = hidden[-1]
