"""Examples as tokens, and many of them side by side without seeing each other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from language_model.text import TextEncoder
from language_model.training.example import Example, Task


@dataclass(frozen=True, slots=True)
class Encoded:
    """Tokens of prompt and target; those from `start` on are learned."""

    ids: tuple[int, ...]
    start: int
    task: Task

    @property
    def n_targets(self) -> int:
        return len(self.ids) - self.start


class Encoder:
    """Encodes as the language model scores and writes: texts jointly, chats by the template, and an end token."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, *, longest: int) -> None:
        self._text, self._longest = TextEncoder(tokenizer), longest
        self._end: int = tokenizer.eos_token_id

    def encode(self, example: Example) -> Encoded:
        """Cut to the longest: the target at its end, to half of it at most, and the prompt at its beginning."""
        if isinstance(example.prompt, str):
            joint = self._text.joint(example.prompt, [""], [example.target])[0]
            prompt, target = joint.ids[: joint.start], (*joint.ids[joint.start :], self._end)
        else:
            prompt = self._text.chat([{"role": role, "content": text} for role, text in example.prompt])
            written = self._text.decoder.encode(example.target, add_special_tokens=False).ids
            target = (*written, self._end)
        target = target[: self._longest // 2]
        prompt = prompt[-(self._longest - len(target)) :]
        return Encoded((*prompt, *target), len(prompt), example.task)


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """E examples end to end, T tokens in all, of which n are learned.

    `ids` and `positions` (1, T); `mask` (1, 1, T, T) is 0 where a token may look and -inf elsewhere: an example
    sees itself alone, up to each token. `rows` (n,) are the places whose next token is learned, `targets` (n,)
    that token, `owner` (n,) its example.
    """

    ids: Tensor
    positions: Tensor
    mask: Tensor
    rows: Tensor
    targets: Tensor
    owner: Tensor
    tasks: tuple[Task, ...]

    @classmethod
    def of(cls, examples: Sequence[Encoded]) -> "Pack":
        lengths = torch.tensor([len(one.ids) for one in examples])
        starts = (lengths.cumsum(0) - lengths).tolist()
        whose = torch.arange(len(examples)).repeat_interleave(lengths)
        ids = torch.tensor([token for one in examples for token in one.ids])
        positions = torch.cat([torch.arange(len(one.ids)) for one in examples])
        seen = (whose[:, None] == whose) & torch.ones(len(ids), len(ids), dtype=torch.bool).tril()
        mask = torch.zeros(len(ids), len(ids)).masked_fill(~seen, float("-inf"))
        rows = torch.cat(
            [
                torch.arange(start + one.start - 1, start + len(one.ids) - 1)
                for start, one in zip(starts, examples, strict=True)
            ]
        )
        tasks = tuple(one.task for one in examples)
        return cls(ids[None], positions[None], mask[None, None], rows, ids[rows + 1], whose[rows], tasks)

    @property
    def n_tokens(self) -> int:
        return self.ids.shape[1]

    def to(self, device: torch.device, dtype: torch.dtype) -> "Pack":
        return Pack(
            self.ids.to(device),
            self.positions.to(device),
            self.mask.to(device, dtype),
            self.rows.to(device),
            self.targets.to(device),
            self.owner.to(device),
            self.tasks,
        )


def packs(examples: Iterable[Encoded], *, tokens: int) -> Iterator[Pack]:
    """All examples by length, in packs of at most so many tokens, or of one example."""
    held: list[Encoded] = []
    room = tokens
    for one in sorted(examples, key=lambda one: len(one.ids)):
        if held and len(one.ids) > room:
            yield Pack.of(held)
            held, room = [], tokens
        held.append(one)
        room -= len(one.ids)
    if held:
        yield Pack.of(held)
