from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from catalog import DataError, RatingScale
from cf_engine import FoldIn, Popularity
from cf_engine.arrays import Double, Matrix
from cf_engine.bias import Bias
from cf_engine.residual_neighbours import SPREAD_PRIOR, ResidualNeighbours, ResidualNeighboursConfig

SCALE = RatingScale(low=1, high=5)
N_ITEMS = 9


def table(seed: int, n_users: int = 25) -> Matrix:
    rng = np.random.default_rng(seed)
    rated = rng.random((n_users, N_ITEMS)) < 0.6
    return sparse.csr_array(np.where(rated, rng.integers(1, 6, rated.shape), 0).astype(np.float32))


def tastes() -> Matrix:
    """Forty people: half rate the first four items 5 and the other four 1, half the other way; 5 of 8 each."""
    rng = np.random.default_rng(3)
    liked = np.add.outer(np.arange(40) % 2, np.arange(8) // 4) % 2 == 0
    return sparse.csr_array(
        np.where(rng.random(liked.shape) < 0.6, np.where(liked, 5, 1), 0).astype(np.float32)
    )


def profiles() -> st.SearchStrategy[FoldIn]:
    pairs = st.dictionaries(st.integers(0, N_ITEMS - 1), st.integers(1, 5).map(float), max_size=N_ITEMS)
    return pairs.map(FoldIn.of)


def items(n: int = N_ITEMS) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return np.arange(n, dtype=np.int32)


def by_hand(matrix: Matrix, profile: FoldIn, config: ResidualNeighboursConfig) -> Double:
    """The formula of the class over a dense table, every item a neighbour of every other."""
    dense = matrix.toarray().astype(np.float64)
    rated = (dense > 0).astype(np.float64)
    bias = Bias.fit(matrix, scale=SCALE, user_damping=config.user_damping, item_damping=config.item_damping)
    left = np.zeros_like(dense)
    left[rated > 0] = bias.deviations(matrix)
    overall = np.square(left).sum() / rated.sum()
    spread = (np.square(left).sum(axis=1) + SPREAD_PRIOR * overall) / (rated.sum(axis=1) + SPREAD_PRIOR)
    scaled = left / np.sqrt(spread)[:, None]
    both, count = rated.T @ rated, rated.sum(axis=0)
    length = np.sqrt(np.square(scaled).sum(axis=0))
    cosine = scaled.T @ scaled / np.outer(length, length)
    similarity = cosine * both / (both + config.shrinkage) * both / np.sqrt(np.outer(count, count))
    similarity = np.maximum(similarity, 0)
    np.fill_diagonal(similarity, 0)
    own = profile.item_index
    deviation = profile.rating - bias.expected(profile, own)
    part = similarity[:, own] * profile.weight
    moved = config.gain * (part @ deviation) / (part.sum(axis=1) + config.damping)
    expected: Double = bias.expected(profile, items()) + moved
    return expected.clip(1, 5)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 99), profile=profiles(), damping=st.floats(0.05, 2), shrinkage=st.floats(0, 9))
def test_predicts_by_the_formula(seed: int, profile: FoldIn, damping: float, shrinkage: float) -> None:
    config = ResidualNeighboursConfig(damping=damping, shrinkage=shrinkage)
    model = ResidualNeighbours(config).fit(table(seed), scale=SCALE)
    assert model.predict(profile, items()) == pytest.approx(by_hand(table(seed), profile, config), abs=1e-5)


@settings(deadline=None, max_examples=40)
@given(profile=profiles(), k=st.integers(1, 9))
def test_the_evidence_adds_up_to_the_prediction(profile: FoldIn, k: int) -> None:
    model = ResidualNeighbours(ResidualNeighboursConfig(k=k)).fit(table(7), scale=SCALE)
    found = model.explain(profile, items())
    assert [one.item_index for one in found] == list(range(N_ITEMS))
    assert model.predict(profile, items()) == pytest.approx(np.clip([one.score for one in found], 1, 5))
    for one in found:
        assert one.base + one.own_amount.sum() == pytest.approx(one.score)
        assert one.own_item.tolist() == profile.item_index.tolist()
        assert np.count_nonzero(one.own_amount) <= k


def test_similar_items_move_a_new_person_towards_their_taste() -> None:
    model = ResidualNeighbours().fit(tastes(), scale=SCALE)
    rating = model.predict(FoldIn.of({0: 5, 5: 1}), items(8))
    assert rating[1:4].min() > rating[[4, 6, 7]].max() + 2
    evidence = model.explain(FoldIn.of({0: 5, 5: 1}), np.array([1], np.int32))[0]
    assert [one.item_index for one in evidence.profile_items] == [0]


def test_an_empty_profile_gets_the_bias_of_the_item() -> None:
    matrix = table(2)
    bias = Bias.fit(matrix, scale=SCALE)
    model = ResidualNeighbours().fit(matrix, scale=SCALE)
    assert model.predict(FoldIn.of({}), items()) == pytest.approx(bias.mean + bias.item)
    assert model.predict(FoldIn.of({}), items(0)).tolist() == []
    assert model.explain(FoldIn.of({}), items(0)) == ()


def test_a_rating_without_weight_says_nothing() -> None:
    model = ResidualNeighbours().fit(table(2), scale=SCALE)
    own, rating = np.array([1, 3], np.int32), np.array([5, 1], np.float32)
    muted = FoldIn(own, rating, weight=np.array([1, 0], np.float32))
    assert model.predict(muted, items()) == pytest.approx(model.predict(FoldIn.of({1: 5}), items()))


@pytest.mark.parametrize("matrix", [np.zeros((2, 3)), np.full((3, 3), 4), np.eye(3), [[5]]])
def test_ratings_that_say_nothing_of_taste_are_no_error(matrix: object) -> None:
    rows = sparse.csr_array(np.asarray(matrix, np.float32))
    model = ResidualNeighbours().fit(rows, scale=SCALE)
    rating = model.predict(FoldIn.of({0: 5.0}), items(rows.shape[1]))
    assert ((rating >= 1) & (rating <= 5)).all()


def test_comes_back_from_its_folder_the_same(tmp_path: Path) -> None:
    model = ResidualNeighbours(ResidualNeighboursConfig(k=4, gain=1.5)).fit(table(5), scale=SCALE)
    model.save(tmp_path / "model")
    again = ResidualNeighbours.load(tmp_path / "model")
    assert again.config == model.config
    profile = FoldIn.of({1: 5, 6: 2})
    assert (again.predict(profile, items()) == model.predict(profile, items())).all()


def test_missing_or_foreign_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no saved model"):
        ResidualNeighbours.load(tmp_path / "model")
    Popularity().fit(table(1), scale=SCALE).save(tmp_path / "model")
    with pytest.raises(DataError, match="expected a residual-neighbours"):
        ResidualNeighbours.load(tmp_path / "model")


def test_refuses_what_it_does_not_know() -> None:
    with pytest.raises(RuntimeError, match="fit or load"):
        ResidualNeighbours().predict(FoldIn.of({}), items())
    model = ResidualNeighbours().fit(table(1), scale=SCALE)
    with pytest.raises(ValueError, match="names item 9"):
        model.predict(FoldIn.of({9: 5.0}), items())
    for outside in (-1, 9):
        with pytest.raises(ValueError, match="outside the 9 items"):
            model.predict(FoldIn.of({}), np.array([outside], np.int32))
