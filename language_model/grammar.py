"""Decoding held to a JSON schema, by llguidance."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from jsonschema import SchemaError, ValidationError
from jsonschema.validators import validator_for
from llguidance import LLMatcher, LLTokenizer
from llguidance.numpy import allocate_token_bitmask, fill_next_token_bitmask
from torch import Tensor

from catalog.errors import ConfigError
from language_model.errors import StructuredOutputError

JsonSchema = Mapping[str, Any]


class JsonGrammar:
    """What may come next in one JSON text that fits the schema.

    The grammar holds the shape; some keywords of JSON Schema are beyond it, so `validated` checks the
    finished text against the whole schema.
    """

    def __init__(self, schema: JsonSchema, tokenizer: LLTokenizer) -> None:
        kind = validator_for(schema)
        try:
            kind.check_schema(schema)
        except SchemaError as error:
            raise ConfigError(f"The JSON schema is not valid: {error.message}.") from error
        self._validator = kind(schema)
        grammar = LLMatcher.grammar_from_json_schema(dict(schema), overrides={"whitespace_flexible": False})
        self._matcher = LLMatcher(tokenizer, grammar, log_level=0)
        if self._matcher.is_error():
            raise ConfigError(f"The JSON schema cannot be decoded: {self._matcher.get_error()}.")
        self._allowed = allocate_token_bitmask(1, tokenizer.vocab_size)

    @property
    def finished(self) -> bool:
        """Nothing may follow."""
        return bool(self._matcher.is_stopped())

    def forced(self) -> list[int]:
        """The tokens that must come next whatever the model prefers; they are taken."""
        tokens: list[int] = self._matcher.compute_ff_tokens()
        self._matcher.consume_tokens(tokens)
        return tokens

    def take(self, token: int) -> None:
        self._matcher.consume_token(token)

    def mask(self, logits: Tensor) -> Tensor:
        """logits (V,) with -inf where the grammar allows no token."""
        fill_next_token_bitmask(self._matcher, self._allowed)
        bits = np.unpackbits(self._allowed.view(np.uint8), bitorder="little")
        allowed = torch.from_numpy(bits[: logits.shape[0]].astype(bool))
        return logits.masked_fill(~allowed[: logits.shape[0]], float("-inf"))

    def validated(self, text: str) -> str:
        """The same text; raises StructuredOutputError when it is not JSON that fits the schema."""
        try:
            self._validator.validate(json.loads(text))
        except json.JSONDecodeError as error:
            raise StructuredOutputError(
                f"The JSON was cut after {len(text)} characters ({error.msg}): raise max_new_tokens.",
                text=text,
            ) from error
        except ValidationError as error:
            raise StructuredOutputError(
                f"The JSON does not fit its schema at {error.json_path}: {error.message}.", text=text
            ) from error
        return text
