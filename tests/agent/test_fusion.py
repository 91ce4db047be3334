import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import rankdata

from agent.fusion import (
    NORMALISATIONS,
    Normalisation,
    checked_alpha,
    fuse,
    second_voice,
    weigh,
)
from agent.weighing import RATED, SPOKEN, Alphas, Weighing
from catalog import ConfigError
from cf_engine import weighted_average

finite = arrays.arrays(
    np.float64, st.integers(1, 30), elements=st.floats(-1e6, 1e6, allow_nan=False, width=32)
)


def test_the_worked_example_of_the_article_with_its_slips_corrected() -> None:
    """The article prints 4.08, 1.79 and 3.16."""
    cf = weighted_average(np.array([0.8, 0.7, 0.6]), np.array([4.0, 5.0, 3.0]))
    lm = math.log(0.9) + math.log(0.8) + math.log(0.7)
    assert cf == pytest.approx(4.0476, abs=5e-5)
    assert lm == pytest.approx(-0.685, abs=5e-4)
    assert float(weigh(np.array([cf]), np.array([lm]), 0.5)[0]) == pytest.approx(1.681, abs=5e-4)


@pytest.mark.parametrize("name", list(NORMALISATIONS))
@given(scores=finite)
def test_the_ends_of_alpha_are_the_parents(name: Normalisation, scores: np.ndarray) -> None:
    other = scores[::-1].copy()
    as_cf, cf_part, _ = fuse(scores, other, alpha=1.0, normalisation=name)
    as_lm, _, lm_part = fuse(scores, other, alpha=0.0, normalisation=name)
    assert np.array_equal(as_cf, cf_part)
    assert np.array_equal(as_lm, lm_part)
    spread = scores.max() - scores.min()
    clear = np.subtract.outer(scores, scores) > 1e-6 * max(1.0, spread)
    assert not (np.subtract.outer(as_cf, as_cf) < 0)[clear].any()


@given(scores=finite)
def test_normalised_scores_know_neither_offset_nor_unit(scores: np.ndarray) -> None:
    for normalise in NORMALISATIONS.values():
        assert np.isfinite(normalise(scores)).all()
    spread = scores.max() - scores.min()
    if spread > 1.0:
        shifted = NORMALISATIONS["z-score"](3.0 * scores + 7.0)
        assert np.allclose(shifted, NORMALISATIONS["z-score"](scores), atol=1e-6)


def test_a_voice_without_a_score_gives_its_lowest() -> None:
    fused, cf, _ = fuse(np.array([1.0, np.nan, 3.0]), np.array([0.0, 0.0, 0.0]), alpha=1.0)
    assert fused[1] == fused[0] == cf[0]
    assert np.isfinite(fused).all()
    silent, _, _ = fuse(np.array([np.nan, np.nan]), np.array([1.0, 2.0]), alpha=0.5)
    assert silent[1] > silent[0]


@pytest.mark.parametrize("alpha", [math.nan, math.inf, -0.1, 1.1])
def test_a_bad_alpha_is_named(alpha: float) -> None:
    with pytest.raises(ConfigError, match="alpha is"):
        checked_alpha(alpha)


@pytest.mark.parametrize("weighing", [RATED, SPOKEN])
def test_the_collaborative_weight_never_falls_with_what_is_known(weighing: Weighing) -> None:
    weights = [weighing.alpha(n) for n in range(50)]
    assert weights == sorted(weights)
    assert 0.0 <= weights[0] <= weights[-1] <= 1.0


def test_alpha_goes_straight_between_its_counts_and_stays_beyond_them() -> None:
    alphas = Alphas.of({3: 0.8, 1: 0.4})
    assert [alphas.at(n) for n in (0, 1, 3, 50)] == [0.4, 0.4, 0.8, 0.8]
    assert alphas.at(2) == pytest.approx(0.4 + 0.4 * math.log(3 / 2) / math.log(2))
    assert str(alphas) == "0.4 at 1, 0.8 at 3"
    assert [Alphas.fixed(1.0).at(n) for n in (0, 7, 1000)] == [1.0] * 3


def test_the_second_voice_is_two_normalised_ones() -> None:
    lm, content = np.array([1.0, 2.0, 3.0]), np.array([60.0, 0.0, 30.0])
    found = second_voice(lm, content, share=0.75)
    root = math.sqrt(1.5)
    assert found == pytest.approx([0.75 * root - 0.25 * root, -0.75 * root, 0.25 * root])
    assert second_voice(lm, content, share=0.0) is lm
    assert second_voice(lm, None, share=0.75) is lm
    assert second_voice(lm, content, share=1.0) == pytest.approx(NORMALISATIONS["z-score"](content))


@given(scores=finite)
def test_ranks_are_those_of_scipy(scores: np.ndarray) -> None:
    expected = np.zeros(1) if len(scores) == 1 else (rankdata(scores) - 1) / (len(scores) - 1)
    assert np.allclose(NORMALISATIONS["rank"](scores), expected)
