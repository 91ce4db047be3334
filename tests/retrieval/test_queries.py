import numpy as np
import pytest
from numpy.typing import NDArray

from catalog import ConfigError
from retrieval import blend

X = np.array([[1, 0, 0]], dtype=np.float32)
Y = np.array([[0, 1, 0]], dtype=np.float32)
NONE = np.empty((0, 3), dtype=np.float32)


def checked(query: NDArray[np.float32] | None, direction: list[float]) -> None:
    assert query is not None
    np.testing.assert_allclose(query, np.array(direction) / np.linalg.norm(direction), atol=1e-6)


def test_liked_and_text_count_alike() -> None:
    checked(blend(X, NONE, text=Y[0]), [1, 1, 0])


def test_what_is_disliked_pushes_away() -> None:
    checked(blend(X, Y, dislike_weight=0.5), [1, -0.5, 0])


def test_several_liked_are_averaged() -> None:
    checked(blend(np.concatenate([X, X, Y]), NONE), [2, 1, 0])


def test_nothing_to_search_by() -> None:
    assert blend(NONE, NONE) is None
    assert blend(NONE, Y) is None
    assert blend(X, X, dislike_weight=1.0) is None


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_weight_is_checked(weight: float) -> None:
    with pytest.raises(ConfigError, match="dislike_weight must be between 0 and 1"):
        blend(X, Y, dislike_weight=weight)
