"""How near the layers' products come to the fastest product that this machine does in the same number format."""

from typing import cast

import torch

from benchmarks.timing import seconds
from language_model import LanguageModel
from language_model.packing import Past
from language_model.products import product
from language_model.reader import PACK_TOKENS

TITLE_TOKENS = 8


def body_flops(model: LanguageModel) -> float:
    """Floating-point operations per second of the layers' products, on packs of titles behind 100 tokens.

    Only the products of the linear layers count as work; the time is that of everything between them, too.
    """
    reader = model._reader
    past = reader.follow(range(100, 200), Past())[1]
    sequences = [
        range(TITLE_TOKENS * b + 100, TITLE_TOKENS * (b + 1) + 100)
        for b in range(PACK_TOKENS // TITLE_TOKENS)
    ]
    layers = cast(torch.nn.Module, reader._body.layers)
    weights = sum(weight.numel() for weight in layers.parameters() if weight.dim() == 2)
    best = min(seconds(lambda: reader.pack(sequences, past)) for _ in range(6))
    return 2 * weights * PACK_TOKENS / best


def peak_flops(dtype: torch.dtype, size: int = 2048) -> float:
    """Floating-point operations per second of a square product by torch or by ours, whichever is faster."""
    left, right = torch.randn(size, size, dtype=dtype), torch.randn(size, size, dtype=dtype)
    with torch.inference_mode():
        best = min(
            seconds(way) for way in (lambda: left @ right, lambda: product(left, right)) for _ in range(6)
        )
    return 2 * size**3 / best
