import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from catalog import ConfigError, Item, Items
from cf_engine import best
from cf_engine.arrays import Double
from cf_engine.long_tail import attribute_shares, calibrated, cosines, discounted, mmr
from evaluation import metrics

GENRES = ["Comedy", "Crime", "Drama"]


def drawn(seed: int, *, c: int) -> tuple[Double, Double, Double, Double]:
    """Scores, similarities, memberships and a target of c candidates; scores repeat, so that there are ties."""
    rng = np.random.default_rng([seed, c])
    vectors = rng.random((5, c)) * (rng.random((5, c)) < 0.6)
    shares = rng.random((c, 3)) < 0.4
    membership = shares / np.maximum(1, shares.sum(axis=1, keepdims=True))
    return (
        rng.integers(0, 6, c) / 4,
        cosines(sparse.csc_array(vectors.astype(np.float32))),
        membership,
        rng.random(3),
    )


def test_the_discount_by_hand_leaves_what_speaks_against_an_item() -> None:
    score, popularity = np.array([4.0, 3.0, -1.0, 0.0, 2.0]), np.array([16, 1, 4, 9, 0])
    assert discounted(score, popularity, discount=0.5).tolist() == [1.0, 3.0, -1.0, 0.0, 2.0]
    assert discounted(score, popularity, discount=0).tolist() == score.tolist()


def test_of_two_twins_the_second_comes_late() -> None:
    score = np.array([0.5, 1.0, 0.9])
    twins = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0], [0.0, 1.0, 1.0]])
    assert mmr(score, twins, n=3, diversity=0.0).tolist() == [1, 2, 0]
    assert mmr(score, twins, n=3, diversity=0.5).tolist() == [1, 0, 2]
    assert mmr(score, twins, n=2, diversity=0.5).tolist() == [1, 0]


def test_unlike_is_no_better_than_unrelated() -> None:
    apart = np.array([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert mmr(np.array([1.0, 0.2, 0.3]), apart, n=3, diversity=0.5).tolist() == [0, 2, 1]


def test_a_list_takes_turns_between_what_a_person_likes_alike() -> None:
    score = np.array([0.9, 0.8, 0.7, 0.3, 0.2, 0.1])
    membership = np.repeat(np.eye(2), 3, axis=0)
    halves = np.array([5.0, 5.0])
    assert calibrated(score, membership, halves, n=4, weight=0.0).tolist() == [0, 1, 2, 3]
    assert calibrated(score, membership, halves, n=4, weight=0.9).tolist() == [0, 3, 1, 4]
    assert calibrated(score, membership, np.zeros(2), n=4, weight=0.9).tolist() == [0, 1, 2, 3]


def test_ties_go_by_position() -> None:
    alike = np.ones(5)
    assert mmr(alike, np.eye(5), n=5, diversity=0.4).tolist() == [0, 1, 2, 3, 4]
    assert calibrated(alike, np.ones((5, 1)), np.ones(1), n=5, weight=0.4).tolist() == [0, 1, 2, 3, 4]


@given(seed=st.integers(0, 1000), c=st.integers(0, 30), n=st.integers(0, 40), strength=st.floats(0, 1))
def test_exactly_n_come_back_and_no_strength_is_the_order_of_the_scores(
    seed: int, c: int, n: int, strength: float
) -> None:
    score, similarity, membership, target = drawn(seed, c=c)
    for amount in (0.0, strength):
        for picked in (
            mmr(score, similarity, n=n, diversity=amount),
            calibrated(score, membership, target, n=n, weight=amount),
        ):
            assert len(set(picked.tolist())) == len(picked) == min(n, c)
            if not amount:
                assert picked.tolist() == best(score, n).tolist()


@given(seed=st.integers(0, 1000), diversity=st.floats(0.01, 0.99))
def test_each_pick_is_the_best_by_the_formula_of_mmr(seed: int, diversity: float) -> None:
    score, similarity, _, _ = drawn(seed, c=12)
    unit = (score - score.min()) / max(np.ptp(score), 1e-9)
    picked = mmr(score, similarity, n=6, diversity=diversity).tolist()
    for place, pick in enumerate(picked):
        worth = [
            (1 - diversity) * unit[i] - diversity * max((similarity[i, j] for j in picked[:place]), default=0)
            for i in range(12)
        ]
        assert worth[pick] >= max(worth[i] for i in range(12) if i not in picked[:place]) - 1e-12


@given(seed=st.integers(0, 1000), weight=st.floats(0.01, 0.99))
def test_each_pick_is_the_best_by_the_measured_divergence(seed: int, weight: float) -> None:
    """The calibration that is measured is the one that is sought."""
    score, _, membership, _ = drawn(seed, c=12)
    genres = [{GENRES[g] for g in np.flatnonzero(row)} for row in membership]
    history = [{"Drama"}, {"Drama", "Crime"}]
    unit = (score - score.min()) / max(np.ptp(score), 1e-9)
    picked = calibrated(score, membership, np.array([0.0, 0.5, 1.5]), n=6, weight=weight).tolist()
    for place, pick in enumerate(picked):
        shown = [genres[i] for i in picked[:place]]
        worth = [
            (1 - weight) * unit[i] - weight * metrics.calibration(history, [*shown, genres[i]])
            for i in range(12)
        ]
        assert worth[pick] >= max(worth[i] for i in range(12) if i not in picked[:place]) - 1e-9


def test_shares_and_cosines_by_hand() -> None:
    items = Items(
        [
            Item("0", "Heat", attributes={"genre": ("Drama", "Crime", "Drama")}),
            Item("1", "Babe", attributes={"genre": ("Comedy",)}),
            Item("2", "Ran"),
        ]
    )
    assert attribute_shares(items, "genre").tolist() == [[0, 0.5, 0.5], [1, 0, 0], [0, 0, 0]]
    assert attribute_shares(items, "cast").shape == (3, 0)
    likes = sparse.csc_array(np.array([[1, 1, 0], [0, 1, 0]], np.float32))
    half = np.sqrt(0.5)
    assert cosines(likes) == pytest.approx(np.array([[1, half, 0], [half, 1, 0], [0, 0, 0]]))


def test_strengths_and_shapes_that_mean_nothing_are_refused() -> None:
    score, square = np.ones(2), np.eye(2)
    with pytest.raises(ConfigError, match="discount is -1"):
        discounted(score, score, discount=-1)
    with pytest.raises(ConfigError, match="diversity is"):
        mmr(score, square, n=1, diversity=1.5)
    with pytest.raises(ConfigError, match="calibration weight is nan"):
        calibrated(score, square, score, n=1, weight=np.nan)
    with pytest.raises(ValueError, match="a score and a row"):
        mmr(np.ones(3), square, n=1, diversity=0.5)
    with pytest.raises(ValueError, match="not a finite number"):
        mmr(np.array([1.0, np.nan]), square, n=1, diversity=0.5)
