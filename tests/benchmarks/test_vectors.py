"""What the index benchmark draws, and that it measures a whole round."""

import numpy as np
import pytest

from benchmarks.vectors.run import measured
from benchmarks.vectors.synthetic import Given, catalogue, vectors
from retrieval import card


def test_vectors_are_seeded_of_length_one_and_as_alike_as_cards() -> None:
    made = vectors(3000)
    np.testing.assert_array_equal(made[:100], vectors(100))
    assert not np.array_equal(made[:100], vectors(100, seed=8))
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)
    cosines = made[:500] @ made[500:].T
    assert 0.15 < np.median(cosines) < 0.25
    assert 0.45 < np.median(cosines.max(axis=1)) < 0.7


def test_each_card_has_its_own_vector() -> None:
    made = vectors(50)
    texts = [card(item) for item in catalogue(50)]
    np.testing.assert_array_equal(Given(made).encode_cards(texts[::-1]), made[::-1])


@pytest.mark.slow
@pytest.mark.parametrize("served", [False, True])
def test_a_round_finds_nearly_all(*, served: bool) -> None:
    found = measured(2000, searches=5, served=served)
    assert found["recall_at_100"] > 0.9
    assert min(found[key] for key in ("build_items_per_s", "open_s", "search_p95_ms", "narrow_p95_ms")) > 0
