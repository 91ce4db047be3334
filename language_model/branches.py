"""A tree of tokens behind a shared past, read a few branches at a time.

Every token sees the past, its own ancestors and itself, and nothing of the other branches. So a
beginning that several texts share is read once, and any branch may be taken up again later.
Source of the mask: Miao et al. 2024, "SpecInfer", tree attention.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from language_model.packing import Past
from language_model.products import products

ROOT = -1


class Branches:
    """The N tokens read so far. `grow` announces the next T, which the model then reads as one row."""

    def __init__(self, past: Past, *, dtype: torch.dtype) -> None:
        self._past = past
        self._keys: dict[int, Tensor] = {}  # by layer, (kv heads, N, D)
        self._values: dict[int, Tensor] = {}
        self._sees = torch.zeros(0, 0, dtype=torch.bool)  # (N, N): itself and its ancestors
        self._depth: list[int] = []
        self._mask = torch.zeros(0, 0, dtype=dtype)  # (T, N + T)

    def __len__(self) -> int:
        return len(self._depth)

    def grow(self, parents: Sequence[int]) -> Tensor:
        """Announce T tokens by their parents' places, ROOT or below N + T; returns positions (T,)."""
        before, count = len(self), len(parents)
        sees = torch.zeros(before + count, before + count, dtype=torch.bool)
        sees[:before, :before] = self._sees
        for place, parent in enumerate(parents, start=before):
            if parent != ROOT:
                sees[place] = sees[parent]
            sees[place, place] = True
            self._depth.append(0 if parent == ROOT else self._depth[parent] + 1)
        self._sees = sees
        self._mask = torch.zeros(count, before + count, dtype=self._mask.dtype)
        self._mask.masked_fill_(~sees[before:], float("-inf"))
        return torch.tensor(self._depth[before:]) + self._past.length

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        """query (heads, T, D) already scaled, key and value (kv heads, T, D) -> (T, heads, D)."""
        keys = torch.cat([self._keys[layer], key], dim=1) if layer in self._keys else key
        values = torch.cat([self._values[layer], value], dim=1) if layer in self._values else value
        self._keys[layer], self._values[layer] = keys, values
        heads, count, size = query.shape
        kv_heads, length = key.shape[0], self._past.length
        # (kv heads, group * T, D): heads of a group share their keys
        query = query.reshape(kv_heads, -1, size)
        own = query @ keys.transpose(1, 2)
        own = (own.view(kv_heads, -1, *self._mask.shape) + self._mask).view_as(own)
        if not length:
            mixed = own.softmax(-1) @ values
        else:
            before = products(query, self._past.keys[layer])
            weights = torch.cat([before, own], dim=-1).softmax(-1)
            seen = products(weights[..., :length], self._past.values[layer].transpose(1, 2))
            mixed = seen + weights[..., length:] @ values
        return mixed.view(heads, count, size).transpose(0, 1)
