"""Many short continuations of one prefix, computed as one row of tokens without padding.

A pack holds B sequences end to end, T tokens in all. The linear layers see exactly those T tokens.
Attention is the only place where sequences must be kept apart: every token attends to the shared
prefix by one dense product, and to its own sequence in a small padded block.
Source of the shared-prefix product: Juravsky et al. 2024, "Hydragen".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import torch
from torch import Tensor
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

ATTENTION = "duetto_packed"


@dataclass(frozen=True)
class Past:
    """Keys and values of tokens already read; never changed once made.

    `keys` and `values` hold a tensor (kv heads, length, head size) for each layer.
    """

    keys: tuple[Tensor, ...] = ()
    values: tuple[Tensor, ...] = ()
    length: int = 0

    @property
    def nbytes(self) -> int:
        return sum(tensor.nbytes for tensor in (*self.keys, *self.values))

    def first(self, length: int) -> "Past":
        """A view of the first `length` tokens."""
        if length == 0:
            return Past()
        return Past(
            tuple(keys[:, :length] for keys in self.keys),
            tuple(values[:, :length] for values in self.values),
            length,
        )


class Layout(Protocol):
    """How the T tokens of a row see each other and what was read before."""

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """query (heads, T, D) already scaled, key and value (kv heads, T, D) -> (T, heads, D)."""


@dataclass
class Pack:
    """B sequences behind a shared past, laid out for attention.

    `rows` (B, L) gives the place among the T tokens of each place of the padded block, `places` (T,)
    the reverse, `mask` (B, 1, L, L) is 0 where a token may look and -inf elsewhere.
    A single sequence has `rows` and `places` None: the block is the row itself.
    """

    past: Past
    rows: Tensor | None
    places: Tensor | None
    mask: Tensor
    keep: bool
    keys: list[Tensor] = field(default_factory=list)
    values: list[Tensor] = field(default_factory=list)

    @classmethod
    def of(cls, lengths: Sequence[int], past: Past, *, dtype: torch.dtype, keep: bool = False) -> "Pack":
        longest = max(lengths)
        hidden = torch.full((longest, longest), float("-inf"), dtype=dtype).triu(1)
        if len(lengths) == 1:
            return cls(past, None, None, hidden[None, None], keep)
        sizes = torch.tensor(lengths)
        starts = sizes.cumsum(0) - sizes
        step = torch.arange(longest)
        real = step < sizes[:, None]
        rows = torch.where(real, starts[:, None] + step, 0)
        return cls(past, rows, real.flatten().nonzero()[:, 0], hidden[None, None], keep)

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """query (heads, T, D) already scaled, key and value (kv heads, T, D) -> (T, heads, D)."""
        if self.keep:
            self.keys.append(key)
            self.values.append(value)
        kv_heads = key.shape[0]
        if self.rows is not None:
            batch, longest = self.rows.shape
            query, key, value = (part[:, self.rows.flatten()] for part in (query, key, value))
        else:
            batch, longest = 1, query.shape[1]
        size = query.shape[2]
        # (kv heads, group, B, L, D) -> (kv heads, B, group * L, D): heads of a group share their keys
        query = query.view(kv_heads, -1, batch, longest, size).transpose(1, 2)
        query = query.reshape(kv_heads, batch, -1, size)
        key = key.reshape(kv_heads, batch, longest, size)
        value = value.reshape(kv_heads, batch, longest, size)
        own = query @ key.transpose(2, 3)
        own = (own.view(kv_heads, batch, -1, longest, longest) + self.mask).view_as(own)
        mixed = self._with_past(layer, query, own, value) if self.past.length else own.softmax(-1) @ value
        # -> (B, L, kv heads, group, D) -> (B * L, heads, D)
        mixed = mixed.view(kv_heads, batch, -1, longest, size).permute(1, 3, 0, 2, 4)
        mixed = mixed.reshape(batch * longest, -1, size)
        return mixed if self.places is None else mixed[self.places]

    def _with_past(self, layer: int, query: Tensor, own: Tensor, value: Tensor) -> Tensor:
        keys, values = self.past.keys[layer], self.past.values[layer]
        kv_heads, batch, queries, size = query.shape
        # (kv heads, B * group * L, P): one product for all sequences
        before = query.reshape(kv_heads, -1, size) @ keys.transpose(1, 2)
        scores = torch.cat([before.view(kv_heads, batch, queries, -1), own], dim=-1)
        weights = scores.softmax(-1)
        length = self.past.length
        seen = weights[..., :length].reshape(kv_heads, -1, length) @ values
        return seen.view(kv_heads, batch, queries, size) + weights[..., length:] @ value

    def extended(self) -> Past:
        """The past with this pack's single sequence behind it; needs `keep`."""
        if not self.past.length:
            return Past(tuple(self.keys), tuple(self.values), self.keys[0].shape[1])
        keys = tuple(torch.cat(pair, dim=1) for pair in zip(self.past.keys, self.keys, strict=True))
        values = tuple(torch.cat(pair, dim=1) for pair in zip(self.past.values, self.values, strict=True))
        return Past(keys, values, keys[0].shape[1])


def packed_attention(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    scaling: float,
    pack: Layout | None = None,
    **settings: Any,
) -> tuple[Tensor, None]:
    """The attention that transformers calls: a pack's when there is one, else the usual SDPA."""
    if pack is None:
        return sdpa_attention_forward(module, query, key, value, attention_mask, scaling=scaling, **settings)
    mixed = pack.attend(cast(int, module.layer_idx), query[0] * scaling, key[0], value[0])
    return mixed[None], None


AttentionInterface.register(ATTENTION, packed_attention)
AttentionMaskInterface.register(ATTENTION, sdpa_mask)
