"""Examples as tokens, and many of them side by side without seeing each other."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerFast

from language_model.text import TextEncoder
from language_model.training.example import Example, Rivals, Task

Ids = tuple[int, ...]
LONGEST_TITLE = 32
"""Tokens of a text in a list of rivals."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """S stems that are read, and K targets that are learned behind each of them.

    One of each, or of a list two stems, the prompt and the bare one, and the target with its rivals, for which
    `rest` (K,) is what the other voices say. A stem is read once, and the last token of a target only scored.
    """

    task: Task
    stems: tuple[Ids, ...]
    targets: tuple[Ids, ...]
    rest: tuple[float, ...] = ()

    @property
    def n_tokens(self) -> int:
        """That are read."""
        behind = sum(map(len, self.targets)) - len(self.targets)
        return sum(map(len, self.stems)) + len(self.stems) * behind

    def plain(self) -> list[Any]:
        """As JSON holds it, for `of`."""
        return [self.task, self.stems, self.targets, self.rest]

    @classmethod
    def of(cls, plain: Sequence[Any]) -> Self:
        task, stems, targets, rest = plain
        return cls(task, tuple(map(tuple, stems)), tuple(map(tuple, targets)), tuple(rest))


class Encoder:
    """Encodes as the language model scores and writes: texts jointly, chats by the template, and an end token."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, *, longest: int) -> None:
        self._text, self._longest = TextEncoder(tokenizer), longest
        self._end: int = tokenizer.eos_token_id

    def encode(self, example: Example) -> Encoded:
        """Cut to the longest: the target at its end, to half of it at most, and the prompt at its beginning."""
        if isinstance(example.prompt, str):
            if example.rivals is not None:
                return self._listed(example.task, example.prompt, example.target, example.rivals)
            prompt, targets = self._behind(example.prompt, [example.target])
            target = (*targets[0], self._end)
        else:
            prompt = self._text.chat([{"role": role, "content": text} for role, text in example.prompt])
            written = self._text.decoder.encode(example.target, add_special_tokens=False).ids
            target = (*written, self._end)
        target = target[: self._longest // 2]
        prompt = prompt[-(self._longest - len(target)) :]
        return Encoded(example.task, (prompt,), (target,))

    def _listed(self, task: Task, prompt: str, target: str, rivals: Rivals) -> Encoded:
        """Without end tokens, as candidates are scored."""
        stem, targets = self._behind(prompt, [target, *rivals.texts])
        bare, _ = self._behind(rivals.bare, [target])
        room = self._longest - LONGEST_TITLE
        return Encoded(
            task, (stem[-room:], bare[-room:]), tuple(one[:LONGEST_TITLE] for one in targets), rivals.rest
        )

    def _behind(self, prompt: str, texts: Sequence[str]) -> tuple[Ids, list[Ids]]:
        """The prompt, and each text behind it."""
        joints = self._text.joint(prompt, [""] * len(texts), texts)
        return joints[0].ids[: joints[0].start], [joint.ids[joint.start :] for joint in joints]


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """E examples end to end, T tokens in all, behind which n are learned.

    `ids` and `positions` (1, T); `mask` (1, 1, T, T) is 0 where a token may look and -inf elsewhere: a stem sees
    itself and a target its stem and itself, up to each token. `rows` (n,) are the places behind which one is
    learned, `targets` (n,) that token, `owner` (n,) its example, and `branch` (n,) counts stems times targets
    through all examples. `rest` holds (K,) for each example, K being 0 for all but lists.
    """

    ids: Tensor
    positions: Tensor
    mask: Tensor
    rows: Tensor
    targets: Tensor
    owner: Tensor
    branch: Tensor
    tasks: tuple[Task, ...]
    rest: tuple[Tensor, ...]
    first: tuple[int, ...]
    """Of each example, its first branch."""

    @classmethod
    def of(cls, examples: Sequence[Encoded]) -> "Pack":
        drawn = _Drawing()
        first = []
        for number, one in enumerate(examples):
            first.append(drawn.branches)
            for stem in one.stems:
                drawn.tree(stem, one.targets, owner=number)
        ids = torch.tensor(drawn.ids)
        tree, own = torch.tensor(drawn.trees), torch.tensor(drawn.branch_of)
        # A stem's tokens are in every branch of their tree.
        along = (tree[:, None] == tree) & ((own[:, None] == own) | (own == _STEM))
        seen = along & torch.ones(len(ids), len(ids), dtype=torch.bool).tril()
        mask = torch.zeros(len(ids), len(ids)).masked_fill(~seen, float("-inf"))
        return cls(
            ids[None],
            torch.tensor(drawn.positions)[None],
            mask[None, None],
            torch.tensor(drawn.rows),
            torch.tensor(drawn.targets),
            torch.tensor(drawn.owner),
            torch.tensor(drawn.branch),
            tuple(one.task for one in examples),
            tuple(torch.tensor(one.rest) for one in examples),
            tuple(first),
        )

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
            self.branch.to(device),
            self.tasks,
            tuple(one.to(device) for one in self.rest),
            self.first,
        )


_STEM = -1


@dataclass(slots=True)
class _Drawing:
    """A pack as it is laid out, token by token."""

    ids: list[int] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    trees: list[int] = field(default_factory=list)
    branch_of: list[int] = field(default_factory=list)
    """Of each token that is read; _STEM where it is in none."""
    rows: list[int] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)
    owner: list[int] = field(default_factory=list)
    branch: list[int] = field(default_factory=list)
    branches: int = 0
    n_trees: int = 0

    def tree(self, stem: Ids, targets: Sequence[Ids], *, owner: int) -> None:
        self._read(stem, 0, _STEM)
        last = len(self.ids) - 1
        for target in targets:
            place = len(self.ids)
            self._read(target[:-1], len(stem), self.branches)
            self.rows += [last, *range(place, len(self.ids))]
            self.targets += target
            self.owner += [owner] * len(target)
            self.branch += [self.branches] * len(target)
            self.branches += 1
        self.n_trees += 1

    def _read(self, ids: Ids, start: int, branch: int) -> None:
        self.ids += ids
        self.positions += range(start, start + len(ids))
        self.trees += [self.n_trees] * len(ids)
        self.branch_of += [branch] * len(ids)


def packs(examples: Iterable[Encoded], *, tokens: int) -> Iterator[Pack]:
    """All examples by length, in packs of at most so many tokens, or of one example."""
    held: list[Encoded] = []
    room = tokens
    for one in sorted(examples, key=lambda one: one.n_tokens):
        if held and one.n_tokens > room:
            yield Pack.of(held)
            held, room = [], tokens
        held.append(one)
        room -= one.n_tokens
    if held:
        yield Pack.of(held)
