"""From texts to tokens: scored continuations, and chats in which a person's text stays data.

Two rules hold everywhere. Text from people and catalogues is never read as a control token: the ten
letters `<|im_end|>` are ten letters. And texts are tokenised jointly, as the model has seen them in
training; which tokens count as the continuation is decided afterwards, by their place in the text.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tokenizers import Encoding, Tokenizer
from transformers import PreTrainedTokenizerFast

from language_model.errors import ModelInputError
from language_model.likelihood import join

ROLES = ("system", "user", "assistant")


@dataclass(frozen=True)
class Joint:
    """The tokens of prefix, context and continuation as one text.

    `prefix` counts the tokens that lie wholly in the prefix; tokens from `start` on are scored.
    """

    ids: tuple[int, ...]
    prefix: int
    start: int


class TextEncoder:
    """Tokenises for one model."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast) -> None:
        self._tokenizer = tokenizer
        self._template = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
        self._data = Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
        self._data.encode_special_tokens = True

    @property
    def decoder(self) -> Tokenizer:
        return self._data

    def joint(self, prefix: str, contexts: Sequence[str], continuations: Sequence[str]) -> list[Joint]:
        """One Joint for each continuation.

        The three texts are joined as they are where whitespace stands at the seam, else with one space.
        A token that spans a seam belongs to the text on its right, so that the space before a word is
        scored with the word whichever side it was written on.
        """
        befores = [join(prefix, context) for context in contexts]
        texts = [join(before, text) for before, text in zip(befores, continuations, strict=True)]
        encodings = self._data.encode_batch(texts, add_special_tokens=False)
        return [
            Joint(
                tuple(encoding.ids),
                _tokens_within(encoding, len(prefix)),
                _tokens_within(encoding, len(before)),
            )
            for encoding, before in zip(encodings, befores, strict=True)
        ]

    def chat(self, messages: Sequence[Mapping[str, str]]) -> tuple[int, ...]:
        """The tokens of the model's chat template up to where its answer starts.

        Only the template's own text may become control tokens; contents are encoded as data.
        """
        if not messages:
            raise ModelInputError("There is no message to answer: give at least one.")
        for message in messages:
            if message.get("role") not in ROLES:
                raise ModelInputError(
                    f"A message has the role {message.get('role')!r}; it must be one of {', '.join(ROLES)}."
                )
        marks = [secrets.token_hex(16) for _ in messages]
        rendered = self._tokenizer.apply_chat_template(
            [
                {"role": message["role"], "content": mark}
                for message, mark in zip(messages, marks, strict=True)
            ],
            add_generation_prompt=True,
            tokenize=False,
        )
        contents = {mark: message["content"] for message, mark in zip(messages, marks, strict=True)}
        ids: list[int] = []
        for part in re.split(f"({'|'.join(marks)})", str(rendered)):
            source = self._data if part in contents else self._template
            ids += source.encode(contents.get(part, part), add_special_tokens=False).ids
        return tuple(ids)


def _tokens_within(encoding: Encoding, length: int) -> int:
    """How many tokens end at or before `length` characters."""
    return sum(end <= length for _, end in encoding.offsets)
