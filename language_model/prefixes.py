"""Keys and values of the last prefixes, so that what was read once is not read again."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

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
        self._limit = limit_bytes
        self._read: OrderedDict[tuple[int, ...], Prefix] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._read)

    def read(self, ids: tuple[int, ...]) -> Prefix:
        """The prefix of these tokens (at least one), from the cache as far as it goes."""
        with self._lock:
            if ids in self._read:
                self._read.move_to_end(ids)
                return self._read[ids]
            known = max(self._read, key=lambda other: common_length(ids, other), default=())
            # The last token is always read: its hidden state is not among the keys and values.
            length = min(common_length(ids, known), len(ids) - 1)
            past = self._read[known].past.first(length) if length else Past()
        hidden, past = self._reader.follow(ids[length:], past)
        prefix = Prefix(past, hidden[-1].clone())
        self._keep(ids, prefix)
        return prefix

    def _keep(self, ids: tuple[int, ...], prefix: Prefix) -> None:
        with self._lock:
            self._read[ids] = prefix
            while sum(entry.past.nbytes for entry in self._read.values()) > self._limit:
                self._read.popitem(last=False)


def common_length(first: Sequence[int], second: Sequence[int]) -> int:
    """How many tokens two sequences share from their start."""
    length = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        length += 1
    return length
