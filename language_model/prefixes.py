"""Keys and values of the last prefixes, so that what was read once is not read again."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from language_model.kept import Kept
from language_model.packing import Past
from language_model.reader import Reader

LIMIT_BYTES = 256 << 20


@dataclass(frozen=True)
class Prefix:
    """A prefix that has been read; `last` (d,) is the hidden state of its last token."""

    past: Past
    last: Tensor


class PrefixCache:
    """The last prefixes read, the least recently used forgotten first, bounded in bytes.

    A prefix that starts like one of them is read only from where they part.
    """

    def __init__(self, reader: Reader, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._reader = reader
        self.kept: Kept[tuple[int, ...], Prefix] = Kept(limit_bytes)

    def read(self, ids: tuple[int, ...]) -> Prefix:
        """The prefix of these tokens (at least one), from the cache as far as it goes."""
        if (found := self.kept.get(ids)) is not None:
            return found
        known = max(self.kept.keys(), key=lambda other: common_length(ids, other), default=())
        # The last token is always read: its hidden state is not among the keys and values.
        length = min(common_length(ids, known), len(ids) - 1)
        past = Past()
        if length and (begun := self.kept.get(known)) is not None:
            past = begun.past.first(length)
        hidden, past = self._reader.follow(ids[past.length :], past)
        prefix = Prefix(past, hidden[-1].clone())
        self.kept.put(ids, prefix, nbytes=past.nbytes)
        return prefix


def common_length(first: Sequence[int], second: Sequence[int]) -> int:
    """How many tokens two sequences share from their start."""
    length = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        length += 1
    return length
