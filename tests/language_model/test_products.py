import copy

import numpy as np
import pytest
import torch
from torch.nn import Linear, Sequential

from catalog.errors import ConfigError
from language_model import LanguageModel
from language_model.products import FEW, Product, _multiplies_bfloat16, number_format, product, use_products

PREFIX = "I loved Heat and Fargo. Next I loved"
TITLES = ["Casino (1995)", "Toy Story", "M", "Léon: The Professional (1994)"]


@pytest.fixture(scope="module")
def half(model: LanguageModel) -> LanguageModel:
    return LanguageModel.open(dtype="bfloat16", threads=1)


@pytest.mark.parametrize("rows", [1, FEW - 1, FEW, 100])
@pytest.mark.parametrize("bias", [False, True])
def test_a_product_is_that_of_torch(rows: int, *, bias: bool) -> None:
    torch.manual_seed(0)
    states, weight = torch.randn(rows, 48), torch.randn(32, 48)
    shift = torch.randn(32) if bias else None
    found = product(states, weight, shift)
    torch.testing.assert_close(found, torch.nn.functional.linear(states, weight, shift), atol=1e-4, rtol=1e-5)
    rough = product(states, weight.bfloat16(), None if shift is None else shift.bfloat16())
    assert rough.dtype == torch.float32
    assert 0 < (rough - found).abs().max() < 0.5


def test_every_linear_layer_becomes_a_product() -> None:
    model = Sequential(Linear(4, 3), Sequential(Linear(3, 2, bias=False)))
    expected = copy.deepcopy(model)(torch.ones(1, 4))
    use_products(model, torch.float32)
    assert not any(type(layer) is Linear for layer in model.modules())
    assert sum(isinstance(layer, Product) for layer in model.modules()) == 2
    torch.testing.assert_close(model(torch.ones(1, 4)), expected)


def test_auto_takes_what_the_processor_multiplies(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _multiplies_bfloat16({"avx512_bf16": True})
    assert _multiplies_bfloat16({"amx_bf16": True, "avx512_bf16": False})
    assert not _multiplies_bfloat16({"avx2": True, "avx512_bf16": False})
    assert number_format("auto") in {torch.float32, torch.bfloat16}
    with pytest.raises(ConfigError, match="one of auto, float32, bfloat16"):
        number_format("int3")


def test_bfloat16_is_near_and_has_a_name_of_its_own(model: LanguageModel, half: LanguageModel) -> None:
    exact, rough = (one.log_likelihood(TITLES, prefix=PREFIX).total for one in (model, half))
    assert 0 < np.abs(rough - exact).max() < 1
    assert rough.argsort().tolist() == exact.argsort().tolist()
    assert half.name == f"{model.name} in bfloat16"


def test_what_is_kept_in_bfloat16_takes_half_the_memory(model: LanguageModel, half: LanguageModel) -> None:
    kept = []
    for one in (model, half):
        one.forget()
        one.log_likelihood(["a comedy"], prefix="A film:", contexts=["Toy Story, an animation about toys."])
        kept.append((one._contexts.kept.nbytes, len(one._contexts.kept), len(one._prefixes.kept)))
        one.forget()
        assert (len(one._contexts.kept), one._contexts.kept.nbytes, len(one._prefixes.kept)) == (0, 0, 0)
    assert kept[0] == (2 * kept[1][0], 1, 1)


def test_company_matters_little_in_bfloat16(half: LanguageModel) -> None:
    together = half.log_likelihood(TITLES, prefix=PREFIX).total
    backwards = half.log_likelihood(TITLES[::-1], prefix=PREFIX).total
    np.testing.assert_allclose(backwards[::-1], together, atol=0.5)
    np.testing.assert_allclose(half.log_likelihood(TITLES[1:3], prefix=PREFIX).total, together[1:3], atol=0.5)


def test_the_format_may_come_from_the_environment(
    model: LanguageModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUETTO_DTYPE", "bfloat16")
    assert LanguageModel.open(threads=1).name.endswith("in bfloat16")
    assert LanguageModel.open(threads=1, dtype="float32").name == model.name
    monkeypatch.setenv("DUETTO_LM_CACHE_MB", "a lot")
    with pytest.raises(ConfigError, match="cache in MB is 'a lot'; it must be a whole number from 0"):
        LanguageModel.open()
