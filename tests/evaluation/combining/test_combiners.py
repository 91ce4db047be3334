import numpy as np
import pytest

from agent.fusion import fuse, z_score
from agent.weighing import Alphas
from evaluation.combining import FEATURES, Linear, ReciprocalRanks, Voices, Weighed, only_lm

POOL = Voices.of(3, (4, 3, 2, 1), (1, 2, 4, 3), content=(0, 5, 0, 1), popularity=(9, 1, 0, 3))


def order(score: np.ndarray) -> list[int]:
    return [int(place) for place in np.argsort(-score, kind="stable")]


def test_the_ends_of_alpha_are_the_parents() -> None:
    assert order(Weighed(Alphas.fixed(1.0))(POOL)) == order(POOL.cf)
    assert order(Weighed(Alphas.fixed(0.0))(POOL)) == order(only_lm()(POOL)) == order(POOL.lm)


def test_alpha_is_that_of_what_is_known() -> None:
    by_count = Weighed(Alphas.of({1: 0.0, 3: 1.0}))
    assert order(by_count(POOL)) == order(POOL.cf)
    few = Voices.of(1, POOL.cf.tolist(), POOL.lm.tolist())
    assert order(by_count(few)) == order(POOL.lm)


def test_a_share_of_content_is_the_second_voice_of_the_product() -> None:
    expected, _, _ = fuse(POOL.cf, POOL.lm, alpha=0.4, content=POOL.content, share=0.8)
    assert Weighed(Alphas.fixed(0.4), share=0.8)(POOL) == pytest.approx(expected)


def test_reciprocal_ranks_by_hand() -> None:
    """Equal scores share the mean of their ranks."""
    found = ReciprocalRanks(0.5, 0.25, 0.25)(POOL)
    assert found[0] == pytest.approx(0.5 / 61 + 0.25 / 64 + 0.25 / 63.5)
    assert found[2] == pytest.approx(0.5 / 63 + 0.25 / 61 + 0.25 / 63.5)
    assert order(ReciprocalRanks(1, 0, 0)(POOL)) == order(POOL.cf)


def test_a_linear_combiner_that_hears_one_voice_is_that_voice() -> None:
    for feature, score in (("CF", POOL.cf), ("LM, first places", POOL.lm), ("CF by what is known", POOL.cf)):
        one = Linear(tuple(float(name == feature) for name in FEATURES), ridge=0.0)
        assert order(one(POOL)) == order(score)


def test_features_by_hand_and_silence_says_nothing() -> None:
    found = dict(zip(FEATURES, POOL.features().T, strict=True))
    assert found["LM"] == pytest.approx(z_score(POOL.lm))
    assert found["popularity"] == pytest.approx(z_score(np.log([10.0, 2.0, 1.0, 4.0])))
    assert found["CF, first places"] == pytest.approx(np.array([1, 1 / 2, 1 / 3, 1 / 4]) - 25 / 48)
    assert found["content by what is known"] == pytest.approx(np.log(4) * z_score(POOL.content))
    silent = Voices.of(0, (2, 1), (1, 2)).features()
    quiet = [
        place for place, name in enumerate(FEATURES) if not name.startswith(("CF", "LM")) or "known" in name
    ]
    assert not silent[:, quiet].any()
    assert silent[:, FEATURES.index("CF")].tolist() == [1.0, -1.0]
