import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import DataError, Interactions, RatingScale

PAIRS = st.lists(
    st.tuples(st.sampled_from(["ana", "bo", "07", "7"]), st.integers(0, 5), st.integers(1, 5)), max_size=40
)


@pytest.mark.parametrize(
    ("low", "high", "like_at", "dislike_at"), [(1, 5, 4, 7 / 3), (0.5, 5, 3.875, 2), (0, 1, 0.75, 1 / 3)]
)
def test_scale(low: float, high: float, like_at: float, dislike_at: float) -> None:
    scale = RatingScale(low, high)
    assert scale.like_at == pytest.approx(like_at)
    assert scale.dislike_at == pytest.approx(dislike_at)


@pytest.mark.parametrize(
    ("ratings", "scale"),
    [
        ([1, 3, 5], RatingScale(1, 5)),
        ([0, 1], RatingScale(0, 1)),
        ([1, 1], RatingScale(0, 1, implicit=True)),
        ([5, 5], RatingScale(0, 5, implicit=True)),
        ([0, 0], RatingScale(0, 1)),
        ([-2, -2], RatingScale(-2, 1)),
        ([], RatingScale(0, 1, implicit=True)),
    ],
)
def test_scale_is_read_from_the_ratings(ratings: list[float], scale: RatingScale) -> None:
    assert RatingScale.of(np.array(ratings, np.float32)) == scale


@pytest.mark.parametrize("ends", [(5, 1), (1, 1), (float("nan"), 1), (0, float("inf"))])
def test_a_scale_needs_two_finite_ends(ends: tuple[float, float]) -> None:
    with pytest.raises(DataError, match="two finite ends"):
        RatingScale(*ends)


def test_without_ratings_the_feedback_is_implicit() -> None:
    rows = Interactions.of(["ana", "bo"], [1, 0])
    assert rows.rating.tolist() == [1, 1]
    assert rows.scale.implicit
    assert rows.timestamp is None


@given(PAIRS)
def test_rows_are_sorted_by_user_and_the_last_of_a_pair_stays(pairs: list[tuple[str, int, int]]) -> None:
    rows = Interactions.of(
        [user for user, _, _ in pairs],
        [item for _, item, _ in pairs],
        rating=[rating for _, _, rating in pairs],
        scale=RatingScale(1, 5),
    )
    expected = {(user, item): rating for user, item, rating in pairs}
    assert {
        (rows.user_ids[user], int(item)): int(rating)
        for user, item, rating in zip(rows.user_index, rows.item_index, rows.rating, strict=True)
    } == expected
    assert len(rows) == len(expected)
    assert rows.user_index.tolist() == sorted(rows.user_index)
    assert rows.user_ids == tuple(dict.fromkeys(user for user, _, _ in pairs))
    dense = rows.matrix(6).toarray()
    assert dense.shape == (len(rows.user_ids), 6)
    assert {
        (rows.user_ids[user], int(item)): int(dense[user, item]) for user, item in np.argwhere(dense)
    } == expected
    for user_id in rows.user_ids:
        items, ratings, _ = rows.of_user(user_id)
        assert dict(zip(items.tolist(), ratings.tolist(), strict=True)) == {
            item: rating for (user, item), rating in expected.items() if user == user_id
        }


def test_the_latest_by_time_stays_whatever_the_order() -> None:
    rows = Interactions.of(
        ["ana", "ana", "ana"],
        [3, 3, 1],
        rating=[5, 1, 4],
        timestamp=[200, 100, 50],
        attributes={"note": ["late", "early", "other"]},
    )
    assert rows.item_index.tolist() == [3, 1]
    assert rows.rating.tolist() == [5, 4]
    assert rows.timestamp is not None
    assert rows.timestamp.tolist() == [200, 50]
    assert rows.attributes == {"note": ("late", "other")}


def test_a_zero_rating_is_a_stored_entry() -> None:
    matrix = Interactions.of(["ana", "ana"], [2, 0], rating=[0, 1]).matrix(3)
    assert matrix.nnz == 2
    assert matrix.indices.tolist() == [0, 2]
    assert matrix.dtype == np.float32


def test_someone_not_in_the_data_has_no_rows() -> None:
    rows = Interactions.of(["ana"], [0], rating=[4], scale=RatingScale(1, 5))
    items, ratings, time = rows.of_user("bo")
    assert rows.user_index_of("bo") is None
    assert (items.size, ratings.size, time) == (0, 0, None)


def test_added_rows_win_and_known_users_keep_their_index() -> None:
    old = Interactions.of(["ana", "bo"], [0, 1], rating=[2, 4], timestamp=[10, 99], scale=RatingScale(1, 5))
    new = Interactions.of(["cy", "ana"], [2, 0], rating=[3, 5], scale=RatingScale(1, 5))
    both = old.with_added(new)
    assert both.user_ids == ("ana", "bo", "cy")
    assert both.item_index.tolist() == [0, 1, 2]
    assert both.rating.tolist() == [5, 4, 3]
    assert both.timestamp is not None
    assert both.timestamp.tolist() == [99, 99, 99]
    assert both.scale == old.scale


def test_times_added_to_data_without_times_are_left_out() -> None:
    old = Interactions.of(["ana"], [0], rating=[2], scale=RatingScale(1, 5))
    both = old.with_added(Interactions.of(["ana"], [1], rating=[2], timestamp=[5], scale=RatingScale(1, 5)))
    assert both.timestamp is None
    assert both.item_index.tolist() == [0, 1]


def test_an_added_rating_outside_the_scale_is_an_error() -> None:
    old = Interactions.of(["ana"], [0], rating=[2], scale=RatingScale(1, 5))
    with pytest.raises(DataError, match=r"outside the scale 1 to 5.*7\.0"):
        old.with_added(Interactions.of(["bo"], [0], rating=[7]))
