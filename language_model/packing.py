"""Many short continuations of one prefix, computed as one row of tokens without padding.

A pack holds B sequences end to end, T tokens in all. The linear layers see exactly those T tokens.
Attention is the only place where sequences must be kept apart: every token attends to the shared
prefix by one dense product, and to its own sequence in a small padded block. A sequence may go on from
tokens of its own that were read before, as an item's card is; their keys and values stand before it in the block.
Source of the shared-prefix product: Juravsky et al. 2024, "Hydragen".
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers import AttentionInterface, AttentionMaskInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward
from transformers.masking_utils import sdpa_mask

from language_model.products import products

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

    def since(self, start: int) -> Tensor:
        """The tokens from `start` on, (length - start, 2, layers, kv heads, head size)."""
        return _state([keys[:, start:] for keys in self.keys], [values[:, start:] for values in self.values])

    def behind(self, state: Tensor) -> "Past":
        """The past with a state such as `since` gives behind it."""
        # (P, 2, layers, kv heads, D) -> a (kv heads, P, D) for each layer
        keys, values = (state[:, kind].permute(1, 2, 0, 3).unbind() for kind in (0, 1))
        return self.followed_by(keys, values)

    def followed_by(self, keys: Sequence[Tensor], values: Sequence[Tensor]) -> "Past":
        """The past with keys and values (kv heads, T, head size) of each layer behind it."""
        if self.length:
            keys = [torch.cat(pair, dim=1) for pair in zip(self.keys, keys, strict=True)]
            values = [torch.cat(pair, dim=1) for pair in zip(self.values, values, strict=True)]
        return Past(tuple(keys), tuple(values), keys[0].shape[1])


def _state(keys: Sequence[Tensor], values: Sequence[Tensor]) -> Tensor:
    """(kv heads, T, D) of each layer -> (T, 2, layers, kv heads, D), memory of its own."""
    return (
        torch.stack([torch.stack(list(keys)), torch.stack(list(values))]).permute(3, 0, 1, 2, 4).contiguous()
    )


class Layout(Protocol):
    """How the T tokens of a row see each other and what was read before."""

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """query (heads, T, D) already scaled, key and value (kv heads, T, D) -> (T, heads, D)."""


@dataclass
class Pack:
    """B sequences behind a shared past, laid out for attention.

    `rows` (B, L) gives the place among the T tokens of each place of the padded block, `places` (T,)
    the reverse, `mask` (B or 1, 1, L, P + L) is 0 where a token may look and -inf elsewhere.
    A single sequence has `rows` and `places` None: the block is the row itself.
    `own` (B, P, 2, layers, kv heads, D) has the keys and values that each sequence goes on from, None without.
    What is kept of the pack is kept as `dtype`.
    """

    past: Past
    rows: Tensor | None
    places: Tensor | None
    mask: Tensor
    keep: bool
    dtype: torch.dtype
    own: Tensor | None = None
    keys: list[Tensor] = field(default_factory=list)
    values: list[Tensor] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        lengths: Sequence[int],
        past: Past,
        *,
        dtype: torch.dtype,
        states: Sequence[Tensor] = (),
        keep: bool = False,
    ) -> "Pack":
        """`states`, one for each of several sequences, is what they go on from: (P_b, 2, layers, kv heads, D)."""
        longest = max(lengths)
        mask = torch.full((longest, longest), float("-inf")).triu(1)[None, None]
        if len(lengths) == 1:
            return cls(past, None, None, mask, keep, dtype)
        own = None
        if states:
            own = pad_sequence(list(states), batch_first=True)
            missing = torch.arange(own.shape[1]) >= torch.tensor([[len(state)] for state in states])
            before = torch.zeros(missing.shape).masked_fill_(missing, float("-inf"))
            before = before[:, None, None].expand(-1, 1, longest, -1)
            mask = torch.cat([before, mask.expand(len(lengths), -1, -1, -1)], dim=-1)
        sizes = torch.tensor(lengths)
        starts = sizes.cumsum(0) - sizes
        step = torch.arange(longest)
        real = step < sizes[:, None]
        rows = torch.where(real, starts[:, None] + step, 0)
        return cls(past, rows, real.flatten().nonzero()[:, 0], mask, keep, dtype, own)

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """query (heads, T, D) already scaled, key and value (kv heads, T, D) -> (T, heads, D)."""
        if self.keep:
            self.keys.append(key.to(self.dtype))
            self.values.append(value.to(self.dtype))
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
        if self.own is not None:
            # (B, P, 2, kv heads, D) -> (2, kv heads, B, P, D)
            before = self.own[:, :, :, layer].to(key.dtype).permute(2, 3, 0, 1, 4)
            key, value = (torch.cat(pair, dim=2) for pair in zip(before, (key, value), strict=True))
        own = query @ key.transpose(2, 3)
        own = (own.view(kv_heads, batch, -1, longest, key.shape[2]) + self.mask).view_as(own)
        mixed = self._with_past(layer, query, own, value) if self.past.length else own.softmax(-1) @ value
        # -> (B, L, kv heads, group, D) -> (B * L, heads, D)
        mixed = mixed.view(kv_heads, batch, -1, longest, size).permute(1, 3, 0, 2, 4)
        mixed = mixed.reshape(batch * longest, -1, size)
        return mixed if self.places is None else mixed[self.places]

    def _with_past(self, layer: int, query: Tensor, own: Tensor, value: Tensor) -> Tensor:
        keys, values = self.past.keys[layer], self.past.values[layer]
        kv_heads, batch, queries, size = query.shape
        # (kv heads, B * group * L, P): one product for all sequences
        before = products(query.reshape(kv_heads, -1, size), keys)
        scores = torch.cat([before.view(kv_heads, batch, queries, -1), own], dim=-1)
        weights = scores.softmax(-1)
        length = self.past.length
        seen = products(weights[..., :length].reshape(kv_heads, -1, length), values.transpose(1, 2))
        return seen.view(kv_heads, batch, queries, size) + weights[..., length:] @ value

    def states(self, lengths: Sequence[int]) -> list[Tensor]:
        """(L_b, 2, layers, kv heads, D) of each of this pack's sequences; needs `keep`."""
        # A clone each, so that each is freed by itself.
        return [state.clone() for state in torch.split(_state(self.keys, self.values), list(lengths))]


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
