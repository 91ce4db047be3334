import pytest
import torch

from language_model import LanguageModel
from language_model.prefixes import PrefixCache, common_length


@pytest.mark.parametrize(
    ("first", "second", "length"),
    [((), (), 0), ((1, 2), (1, 2, 3), 2), ((1, 2), (2, 1), 0), ((1, 2), (1, 3), 1)],
)
def test_common_length(first: tuple[int, ...], second: tuple[int, ...], length: int) -> None:
    assert common_length(first, second) == length


@pytest.mark.parametrize("ids", [(10, 20, 30, 40, 50), (10, 20, 30), (10, 20, 31, 40), (10,)])
def test_what_is_taken_from_another_prefix_equals_a_fresh_reading(
    model: LanguageModel, ids: tuple[int, ...]
) -> None:
    warm = PrefixCache(model._reader)
    warm.read((10, 20, 30, 40))
    found = warm.read(ids)
    fresh = PrefixCache(model._reader).read(ids)
    assert found.past.length == len(ids)
    torch.testing.assert_close(found.last, fresh.last, atol=1e-3, rtol=1e-4)
    torch.testing.assert_close(found.past.keys[-1], fresh.past.keys[-1], atol=1e-3, rtol=1e-4)


def test_the_least_recently_used_is_forgotten_first(model: LanguageModel) -> None:
    one = PrefixCache(model._reader).read((1, 2)).past.nbytes
    cache = PrefixCache(model._reader, limit_bytes=2 * one)
    first = cache.read((10, 11))
    second = cache.read((20, 21))
    assert cache.read((10, 11)) is first
    cache.read((30, 31))
    assert len(cache.kept) == 2
    assert cache.read((10, 11)) is first
    assert cache.read((20, 21)) is not second


def test_a_prefix_above_the_bound_is_read_but_not_kept(model: LanguageModel) -> None:
    cache = PrefixCache(model._reader, limit_bytes=1)
    assert cache.read((1, 2, 3)).past.length == 3
    assert len(cache.kept) == 0
