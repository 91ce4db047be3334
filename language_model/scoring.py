"""log P(continuation | prefix, context) for many continuations at once."""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from catalog.progress import Progress
from language_model.errors import ContextTooLong, ModelInputError
from language_model.likelihood import Likelihood
from language_model.prefixes import Prefix, PrefixCache, common_length
from language_model.reader import PACK_TOKENS, Reader
from language_model.text import Joint


def check(joints: Sequence[Joint], *, limit: int) -> None:
    """Raises ContextTooLong or ModelInputError when one of the texts cannot be scored."""
    for number, joint in enumerate(joints):
        if len(joint.ids) > limit:
            what = f"Text {number} (prefix, context and continuation)"
            raise ContextTooLong(what, tokens=len(joint.ids), limit=limit)
        if joint.prefix == 0 or joint.start == len(joint.ids):
            raise ModelInputError(
                f"The prefix or continuation {number} has no token of its own: both need text."
            )


def score(
    reader: Reader, prefixes: PrefixCache, joints: Sequence[Joint], *, progress: Progress | None = None
) -> Likelihood:
    """The likelihood of each joint's scored tokens.

    The tokens that all share are read once; the rest is packed by length, and the last token of a
    sequence is only scored, never read.
    """
    total = np.zeros(len(joints))
    tokens = np.array([len(joint.ids) - joint.start for joint in joints], dtype=np.int64)
    if not joints:
        return Likelihood(total, tokens)
    shared = _shared(joints)
    prefix = prefixes.read(joints[0].ids[:shared])
    _score_first(reader, prefix, joints, shared, total)
    done = 0
    for pack in _packs(joints, shared):
        _score_pack(reader, prefix, [joints[b] for b in pack], pack, total)
        done += len(pack)
        if progress:
            progress("likelihood", done, len(joints))
    return Likelihood(total, tokens)


def _shared(joints: Sequence[Joint]) -> int:
    """How many tokens of the prefix all joints begin with."""
    first = joints[0].ids
    return min(common_length(first[: joint.prefix], joint.ids) for joint in joints)


def _score_first(
    reader: Reader, prefix: Prefix, joints: Sequence[Joint], shared: int, total: NDArray[np.float64]
) -> None:
    """Adds the tokens right behind the shared ones, whose distribution is one for all."""
    scored = [b for b, joint in enumerate(joints) if joint.start == shared]
    if not scored:
        return
    distribution = reader.logits(prefix.last).log_softmax(-1)
    targets = torch.tensor([joints[b].ids[shared] for b in scored])
    total[scored] += distribution[targets].double().numpy()


def _packs(joints: Sequence[Joint], shared: int) -> Iterator[list[int]]:
    """Indices of joints by length, in packs of at most PACK_TOKENS tokens or of one joint."""
    lengths = np.array([len(joint.ids) - shared - 1 for joint in joints])
    pack: list[int] = []
    room = PACK_TOKENS
    for b in np.argsort(lengths, kind="stable").tolist():
        if pack and lengths[b] > room:
            yield pack
            pack, room = [], PACK_TOKENS
        pack.append(b)
        room -= int(lengths[b])
    yield pack


def _score_pack(
    reader: Reader, prefix: Prefix, joints: Sequence[Joint], owners: Sequence[int], total: NDArray[np.float64]
) -> None:
    """Adds to `total` the tokens of these joints that follow a token behind the shared ones."""
    shared = prefix.past.length
    rows: list[int] = []
    targets: list[int] = []
    whose: list[int] = []
    sequences = [joint.ids[shared:-1] for joint in joints]
    place = 0
    for joint, sequence, owner in zip(joints, sequences, owners, strict=True):
        first = max(joint.start - 1, shared)
        count = len(joint.ids) - 1 - first
        rows += range(place + first - shared, place + len(sequence))
        targets += joint.ids[first + 1 :]
        whose += [owner] * count
        place += len(sequence)
    if not rows:
        return
    hidden = _hidden(reader, prefix, [sequence for sequence in sequences if sequence])
    scores = reader.log_probabilities(hidden[rows], torch.tensor(targets))
    np.add.at(total, whose, scores.double().numpy())


def _hidden(reader: Reader, prefix: Prefix, sequences: Sequence[Sequence[int]]) -> Tensor:
    if len(sequences) == 1:
        return reader.follow(sequences[0], prefix.past)[0]
    return reader.pack(sequences, prefix.past)


def score_plainly(reader: Reader, joints: Sequence[Joint]) -> Likelihood:
    """The same by one ordinary forward pass a text, nothing shared: the reference of `score`."""
    total = [reader.plain_log_probabilities(joint.ids)[joint.start - 1 :].double().sum() for joint in joints]
    tokens = [len(joint.ids) - joint.start for joint in joints]
    return Likelihood(np.array(total, dtype=np.float64), np.array(tokens, dtype=np.int64))
