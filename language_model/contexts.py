"""Keys and values of contexts, such as items' cards, so that another text behind them reads only itself."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from torch import Tensor

from language_model.kept import Kept
from language_model.packing import Past
from language_model.reader import PACK_TOKENS, Reader

LIMIT_BYTES = 256 << 20


class Context(NamedTuple):
    """Tokens from the start of a text, of which the first `shared` are those of a prefix that many texts share."""

    ids: tuple[int, ...]
    shared: int

    @property
    def own(self) -> tuple[int, ...]:
        return self.ids[self.shared :]


class ContextCache:
    """The last contexts read, the least recently used forgotten first, bounded in bytes."""

    def __init__(self, reader: Reader, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._reader = reader
        self.kept: Kept[Context, Tensor] = Kept(limit_bytes)

    def read(self, contexts: Sequence[Context], past: Past) -> list[Tensor]:
        """What a text goes on from behind each, (P_b, 2, layers, kv heads, D); none where no context has tokens.

        `past` is that of the prefix which all share.
        """
        found = {context: self.kept.get(context) for context in contexts if context.own}
        missing = [context for context, state in found.items() if state is None]
        for pack in packed([len(context.own) for context in missing]):
            states = self._reader.states([missing[b].own for b in pack], past)
            for b, state in zip(pack, states, strict=True):
                found[missing[b]] = state
                self.kept.put(missing[b], state, nbytes=state.nbytes)
        known = {context: state for context, state in found.items() if state is not None}
        if not known:
            return []
        nothing = next(iter(known.values()))[:0]
        return [known.get(context, nothing) for context in contexts]


def packed(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indices in their order, in packs of at most PACK_TOKENS tokens or of one."""
    pack: list[int] = []
    room = PACK_TOKENS
    for b, length in enumerate(lengths):
        if pack and length > room:
            yield pack
            pack, room = [], PACK_TOKENS
        pack.append(b)
        room -= length
    if pack:
        yield pack
