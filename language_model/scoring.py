"""log P(continuation | prefix, context) for many continuations at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from catalog.progress import Progress
from language_model.contexts import Context, ContextCache, packed
from language_model.errors import ContextTooLong, ModelInputError
from language_model.likelihood import Likelihood
from language_model.prefixes import Prefix, PrefixCache, common_length
from language_model.reader import Reader
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
    reader: Reader,
    prefixes: PrefixCache,
    contexts: ContextCache,
    joints: Sequence[Joint],
    *,
    progress: Progress | None = None,
) -> Likelihood:
    """The likelihood of each joint's scored tokens.

    The tokens that all share are read once, and a context once for as long as it is kept; what is scored is packed
    by length, and the last token of a sequence is only scored, never read.
    """
    total = np.zeros(len(joints))
    tokens = np.array([len(joint.ids) - joint.start for joint in joints], dtype=np.int64)
    if not joints:
        return Likelihood(total, tokens)
    shared = _shared(joints)
    prefix = prefixes.read(joints[0].ids[:shared])
    _score_first(reader, prefix, joints, shared, total)
    done = 0
    for pack in _packs([_parts(joint, shared) for joint in joints], contexts):
        _score_pack(reader, prefix, contexts, pack, total)
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


@dataclass(frozen=True)
class Parts:
    """A joint behind the shared tokens: `context` is read, and each token of `read` so that the next is scored."""

    context: Context
    read: tuple[int, ...]
    targets: tuple[int, ...]


def _parts(joint: Joint, shared: int) -> Parts:
    # The context's last token is read with what is scored, as the first score comes from its hidden state.
    cut = max(joint.start - 1, shared)
    return Parts(Context(joint.ids[:cut], shared), joint.ids[cut:-1], joint.ids[cut + 1 :])


def _packs(parts: Sequence[Parts], contexts: ContextCache) -> Iterator[dict[int, Parts]]:
    """The parts by index, in packs. Those whose context is kept come first, before others push it out; the rest
    goes by length."""

    def place(b: int) -> tuple[bool, int, int]:
        return parts[b].context not in contexts.kept, len(parts[b].read), len(parts[b].context.ids)

    order = sorted(range(len(parts)), key=place)
    for pack in packed([len(parts[b].read) for b in order]):
        yield {order[number]: parts[order[number]] for number in pack}


def _score_pack(
    reader: Reader, prefix: Prefix, contexts: ContextCache, pack: dict[int, Parts], total: NDArray[np.float64]
) -> None:
    """Adds to `total` the tokens of these parts that follow a token behind the shared ones."""
    pack = {b: parts for b, parts in pack.items() if parts.read}
    if not pack:
        return
    states = contexts.read([parts.context for parts in pack.values()], prefix.past)
    hidden = reader.pack([parts.read for parts in pack.values()], prefix.past, states=states)
    targets = torch.tensor([token for parts in pack.values() for token in parts.targets])
    whose = [b for b, parts in pack.items() for _ in parts.targets]
    np.add.at(total, whose, reader.log_probabilities(hidden, targets).double().numpy())


def score_plainly(reader: Reader, joints: Sequence[Joint]) -> Likelihood:
    """The same by one ordinary forward pass a text, nothing shared: the reference of `score`."""
    total = [reader.plain_log_probabilities(joint.ids)[joint.start - 1 :].double().sum() for joint in joints]
    tokens = [len(joint.ids) - joint.start for joint in joints]
    return Likelihood(np.array(total, dtype=np.float64), np.array(tokens, dtype=np.int64))
