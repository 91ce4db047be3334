"""The matrix products of the layers, and the number format that they are computed in.

Nearly all of the work is in these products, so their format decides the speed. What is between them stays float32:
sums, norms and the softmax. What bfloat16 leaves out of a factor (it keeps 8 bits of 24) is then lost in the products
alone, and not again wherever their results are added up.
"""

from collections.abc import Mapping
from typing import Final

import torch
from torch import Tensor
from torch.nn import Linear, Module, Parameter

from catalog.errors import ConfigError

AUTO: Final = "auto"
DTYPES = {"float32": torch.float32, "bfloat16": torch.bfloat16}
FEW = 16
"""Rows below which torch's own product is at least as fast."""


def number_format(name: str) -> torch.dtype:
    """The format of that name; `auto`: bfloat16 where the processor multiplies it by itself, else float32.

    Raises ConfigError for another name.
    """
    if name == AUTO:
        return torch.bfloat16 if _multiplies_bfloat16(_capabilities()) else torch.float32
    if name not in DTYPES:
        raise ConfigError(f"The dtype is {name!r}; it must be one of {', '.join((AUTO, *DTYPES))}.")
    return DTYPES[name]


def _capabilities() -> Mapping[str, object]:
    asked = getattr(torch.cpu, "get_capabilities", dict)
    found: Mapping[str, object] = asked()
    return found


def _multiplies_bfloat16(capabilities: Mapping[str, object]) -> bool:
    return any(capabilities.get(name) is True for name in ("amx_bf16", "avx512_bf16", "bf16"))


def product(states: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """(..., n) and (m, n) -> (..., m), float32; computed in the format of the weight.

    Float32 goes through oneDNN, as MKL leaves AVX-512 unused on processors that are not Intel's: 450 against 204
    GFLOPS on an AMD EPYC of two cores.
    """
    if weight.dtype == torch.float32 and states.numel() >= FEW * states.shape[-1] and _one_dnn():
        found: Tensor = torch.ops.mkldnn._linear_pointwise(states, weight, bias, "none", [], "")
        return found
    return torch.nn.functional.linear(states.to(weight.dtype), weight, bias).float()


def products(states: Tensor, weights: Tensor) -> Tensor:
    """(h, r, n) and (h, m, n) -> (h, r, m): a product for each h, as `product` has it."""
    return torch.stack([product(*pair) for pair in zip(states, weights.contiguous(), strict=True)])


def _one_dnn() -> bool:
    available: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return available and hasattr(torch.ops.mkldnn, "_linear_pointwise")


class Product(Module):
    """A layer's product in one number format; states are float32 before it and behind it."""

    def __init__(self, layer: Linear, dtype: torch.dtype) -> None:
        super().__init__()
        self.weight = _frozen(layer.weight, dtype)
        bias: Tensor | None = layer.bias
        self.bias = None if bias is None else _frozen(bias, dtype)

    def forward(self, states: Tensor) -> Tensor:
        return product(states, self.weight, self.bias)


def _frozen(parameter: Tensor, dtype: torch.dtype) -> Parameter:
    return Parameter(parameter.detach().to(dtype), requires_grad=False)


def use_products(model: Module, dtype: torch.dtype) -> None:
    """Every linear layer of the model becomes a Product of that format."""
    for name, layer in list(model.named_modules()):
        if type(layer) is Linear:
            model.set_submodule(name, Product(layer, dtype))
