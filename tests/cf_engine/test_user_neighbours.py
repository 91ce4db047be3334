import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from catalog import RatingScale
from cf_engine import FoldIn, UserNeighbours, UserNeighboursConfig
from cf_engine.arrays import Matrix

PLAIN = UserNeighboursConfig(shrinkage=0)


def rows(*ratings: list[float]) -> Matrix:
    return sparse.csr_array(np.array(ratings, dtype=np.float32))


def own(matrix: Matrix, user: int) -> FoldIn:
    part = slice(matrix.indptr[user], matrix.indptr[user + 1])
    return FoldIn(matrix.indices[part], matrix.data[part])


def test_checkerboard_has_one_thing_to_recommend(checkerboard: Matrix, scale: RatingScale) -> None:
    model = UserNeighbours(PLAIN).fit(checkerboard, scale=scale)
    user, similarity = model.neighbours(own(checkerboard, 0), exclude_user=0)
    assert user.tolist() == [2, 4]
    assert similarity == pytest.approx([0.5, 0.5])  # one shared item of two: 25 / (sqrt(50) sqrt(50))
    item, score = model.recommend(own(checkerboard, 0), n=1, exclude_user=0)
    assert item.tolist() == [0]
    assert score == pytest.approx([1.0])


def test_evidence_names_the_neighbours_and_what_they_share(checkerboard: Matrix, scale: RatingScale) -> None:
    evidence = UserNeighbours(PLAIN).fit(checkerboard, scale=scale).evidence(FoldIn.of({2: 5, 4: 5}), 0)
    # user 0 has the very profile but not item 0; user 2 shares item 4, user 4 shares item 2
    assert [n.user_index for n in evidence.neighbours] == [2, 4]
    assert [n.rating for n in evidence.neighbours] == [5, 5]
    assert [n.similarity for n in evidence.neighbours] == pytest.approx([0.5, 0.5])
    assert [part.item_index for part in evidence.profile_items] == [2, 4]
    assert [part.amount for part in evidence.profile_items] == pytest.approx([0.5, 0.5])


def test_a_person_left_out_scores_as_if_never_in_the_data(scale: RatingScale) -> None:
    rng = np.random.default_rng(3)
    table = rng.integers(1, 6, (12, 9)) * (rng.random((12, 9)) < 0.5)
    matrix = sparse.csr_array(table.astype(np.float32))
    for similarity in ("cosine", "pearson"):
        config = UserNeighboursConfig(similarity=similarity, k=4, shrinkage=1)
        whole = UserNeighbours(config).fit(matrix, scale=scale)
        for user in range(12):
            others = UserNeighbours(config).fit(matrix[np.arange(12) != user], scale=scale)
            profile, items = own(matrix, user), np.arange(9, dtype=np.int32)
            assert (whole.scores(profile, exclude_user=user) == others.scores(profile)).all()
            left_out = whole.predict(profile, items, exclude_user=user)
            assert left_out == pytest.approx(others.predict(profile, items))


def test_similarity_ties_go_to_the_lower_user(scale: RatingScale) -> None:
    model = UserNeighbours(UserNeighboursConfig(k=2)).fit(rows([5, 0], [5, 0], [5, 0], [0, 5]), scale=scale)
    assert model.neighbours(FoldIn.of({0: 5}))[0].tolist() == [0, 1]
    assert model.neighbours(FoldIn.of({0: 5}), k=9)[0].tolist() == [0, 1, 2]  # user 3 shares nothing


def test_shrinkage_and_overlap_discount_thin_evidence(scale: RatingScale) -> None:
    matrix = rows([5, 5, 0, 0], [5, 0, 0, 0])
    person = FoldIn.of({0: 5, 1: 5})
    shrunk = UserNeighbours(UserNeighboursConfig(shrinkage=2)).fit(matrix, scale=scale)
    assert shrunk.neighbours(person)[1] == pytest.approx([1.0 * 2 / 4, np.sqrt(0.5) * 1 / 3])
    strict = UserNeighbours(UserNeighboursConfig(shrinkage=0, min_overlap=2)).fit(matrix, scale=scale)
    assert strict.neighbours(person)[0].tolist() == [0]


def test_pearson_is_the_correlation_over_what_both_rated(scale: RatingScale) -> None:
    theirs = [5.0, 3.0, 4.0, 1.0]
    model = UserNeighbours(UserNeighboursConfig(similarity="pearson", shrinkage=0))
    model.fit(rows([*theirs, 5.0]), scale=scale)
    mine = [4.0, 3.0, 5.0, 3.0]
    assert model.neighbours(FoldIn.of(dict(enumerate(mine))))[1] == pytest.approx(
        [np.corrcoef(mine, theirs)[0, 1]]
    )


def test_predicts_the_worked_example(scale: RatingScale) -> None:
    """Three neighbours of similarity .8, .7 and .6 rated the last item 4, 5 and 3: 8.5 / 2.1."""
    angle = np.array([0.8, 0.7, 0.6])
    other = np.sqrt(1 - angle**2)
    last = np.array([4.0, 5.0, 3.0])
    # each row is (a, b, c) with c the rating of the last item and a / |row| the wanted similarity
    length = last / (other * np.sqrt(1 - 0.5))
    first, second = angle * length, other * length * np.sqrt(0.5)
    assert np.hypot(np.hypot(first, second), last) == pytest.approx(length)
    matrix = sparse.csr_array(np.column_stack([first, second, last]).astype(np.float32))
    model = UserNeighbours(UserNeighboursConfig(shrinkage=0, mean_centring=False)).fit(matrix, scale=scale)
    assert model.neighbours(FoldIn.of({0: 5}))[1] == pytest.approx([0.8, 0.7, 0.6])
    assert model.predict(FoldIn.of({0: 5}), np.array([2], np.int32)) == pytest.approx([4.0476], abs=5e-5)


def test_centred_prediction_moves_the_persons_mean(scale: RatingScale) -> None:
    model = UserNeighbours(PLAIN).fit(rows([2, 2, 5], [4, 4, 0]), scale=scale)
    # user 0's mean is 3 and item 2 lies 2 above it; the person's own mean is 2.5
    assert model.predict(FoldIn.of({0: 2, 1: 3}), np.array([2], np.int32)) == pytest.approx([4.5])


def test_prediction_without_a_rater_is_the_persons_mean(scale: RatingScale) -> None:
    model = UserNeighbours().fit(rows([4, 0, 0], [0, 0, 2]), scale=scale)
    items = np.array([1, 2], np.int32)
    assert model.predict(FoldIn.of({0: 5, 1: 2}), items).tolist() == [3.5, 3.5]
    assert model.predict(FoldIn.of({}), items).tolist() == [3.0, 3.0]


table = st.lists(st.lists(st.integers(0, 5), min_size=5, max_size=5), min_size=1, max_size=8)
people = st.dictionaries(st.integers(0, 3), st.integers(1, 5).map(float), max_size=4)


@settings(deadline=None)
@given(table=table, ratings=people, dislike=st.integers(1, 2), shrinkage=st.sampled_from([0.0, 3.0]))
def test_a_dislike_never_raises_what_its_friends_like(
    table: list[list[int]], ratings: dict[int, float], dislike: int, shrinkage: float
) -> None:
    """Item 5 is liked by exactly those who like item 4; disliking item 4 must not help it."""
    ratings_of_users = np.array([[*row, 5 if row[4] >= 4 else 0] for row in table], dtype=np.float32)
    config = UserNeighboursConfig(k=3, shrinkage=shrinkage)
    model = UserNeighbours(config).fit(sparse.csr_array(ratings_of_users), scale=RatingScale(low=1, high=5))
    before = model.scores(FoldIn.of(ratings))[5]
    after = model.scores(FoldIn.of({**ratings, 4: float(dislike)}))[5]
    assert after <= before + 1e-6


def test_stored_zeros_are_ratings() -> None:
    zero_to_ten = RatingScale(low=0, high=10)
    matrix = sparse.csr_array((np.array([0, 10], np.float32), [0, 1], [0, 2]), shape=(1, 2))
    model = UserNeighbours(UserNeighboursConfig(mean_centring=False)).fit(matrix, scale=zero_to_ten)
    assert model.predict(FoldIn.of({1: 10}), np.array([0], np.int32)).tolist() == [0.0]


def test_profiles_are_checked() -> None:
    with pytest.raises(ValueError, match="pairs items"):
        FoldIn(np.array([1, 2], np.int32), np.array([3], np.float32))
    with pytest.raises(ValueError, match="twice"):
        FoldIn(np.array([1, 1], np.int32), np.array([3, 4], np.float32))
    with pytest.raises(ValueError, match="finite"):
        FoldIn.of({1: float("nan")})


def test_two_ratings_of_one_item_are_refused(scale: RatingScale) -> None:
    twice = sparse.csr_array((np.array([1, 2], np.float32), [0, 0], [0, 2]), shape=(1, 1))
    with pytest.raises(ValueError, match="two ratings"):
        UserNeighbours().fit(twice, scale=scale)
