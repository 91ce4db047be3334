import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from catalog import RatingScale
from cf_engine import FoldIn
from cf_engine.arrays import Matrix
from cf_engine.bias import Bias

SCALE = RatingScale(low=1, high=5)
THREE = np.arange(3, dtype=np.int32)


def ratings() -> Matrix:
    """The first rated a 5 and b 3, the second a 4; nobody rated c: mean 4."""
    return sparse.csr_array(np.array([[5, 3, 0], [4, 0, 0]], np.float32))


def fitted(damping: float, *, rounds: int = 1) -> Bias:
    return Bias.fit(ratings(), scale=SCALE, user_damping=damping, item_damping=damping, rounds=rounds)


def test_one_round_takes_items_from_the_mean_and_people_from_the_rest() -> None:
    one, other = FoldIn.of({0: 5, 1: 3}), FoldIn.of({0: 4})
    # items: a +.5, b -1, c 0; what is left: +.5 and 0 of the first, -.5 of the second
    assert fitted(0).expected(one, THREE).tolist() == [4.75, 3.25, 4.25]
    assert fitted(0).expected(other, THREE).tolist() == [4.0, 2.5, 3.5]
    # with one rating at the mean besides: a 1/3, b -1/2; the first 1/18, the second -1/6
    assert fitted(1).expected(one, THREE) == pytest.approx([4 + 1 / 3 + 1 / 18, 3.5 + 1 / 18, 4 + 1 / 18])
    assert fitted(1).person(other) == pytest.approx(-1 / 6)


def test_rounds_lead_to_the_ridge_solution() -> None:
    """In the end no deviation gets better while the others stay: of each, damping times itself is what is left."""
    rng = np.random.default_rng(1)
    table = np.where(rng.random((30, 12)) < 0.5, rng.integers(1, 6, (30, 12)), 0).astype(np.float32)
    bias = Bias.fit(sparse.csr_array(table), scale=SCALE, user_damping=3, item_damping=2, rounds=200)
    known = table > 0
    people = (
        FoldIn.of({item: rating for item, rating in enumerate(row.tolist()) if rating}) for row in table
    )
    user = [bias.person(person) for person in people]
    left = np.where(known, table - bias.mean - bias.item - np.array(user)[:, None], 0)
    assert left.sum(axis=0) == pytest.approx(2 * bias.item, abs=1e-5)
    assert left.sum(axis=1) == pytest.approx(3 * np.array(user), abs=1e-5)


def test_what_is_left_of_every_rating() -> None:
    bias = fitted(0)
    assert bias.deviations(ratings()).tolist() == [0.25, -0.25, 0.0]


def test_a_weight_counts_as_so_many_ratings() -> None:
    bias = Bias(3.0, np.zeros(3), user_damping=1.0)
    items, rating = np.array([0, 1], np.int32), np.array([5, 2], np.float32)
    assert bias.person(FoldIn(items, rating)) == pytest.approx((2 - 1) / 3)
    assert bias.person(FoldIn(items, rating, weight=np.array([3, 0], np.float32))) == pytest.approx(6 / 4)


@settings(deadline=None)
@given(st.floats(0, 5), st.floats(0, 5))
def test_who_and_what_is_unknown_is_at_the_mean(user_damping: float, item_damping: float) -> None:
    bias = Bias.fit(ratings(), scale=SCALE, user_damping=user_damping, item_damping=item_damping)
    assert bias.expected(FoldIn.of({}), THREE)[2] == 4.0


def test_without_ratings_all_are_in_the_middle_of_the_scale() -> None:
    bias = Bias.fit(sparse.csr_array(np.zeros((2, 3), np.float32)), scale=SCALE)
    assert bias.expected(FoldIn.of({}), THREE).tolist() == [3, 3, 3]


def test_a_rating_that_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        Bias.fit(sparse.csr_array(np.array([[np.nan, 1]], np.float32)), scale=SCALE)
