import numpy as np
import pytest
from scipy import sparse

from catalog import ConfigError, RatingScale
from cf_engine import Blend, BlendConfig, FoldIn, Transitions, TransitionsConfig, transitions
from cf_engine.arrays import Double, Matrix

SCALE = RatingScale(low=1, high=5)


def ways(*orders: list[int], n_items: int) -> tuple[Matrix, Double]:
    """People who took these items one after another, all with 5, and the time of each rating."""
    rating, when = np.zeros((len(orders), n_items), np.float32), np.zeros((len(orders), n_items))
    for person, order in enumerate(orders):
        rating[person, order] = 5
        when[person, order] = np.arange(len(order)) + 1.0
    matrix = sparse.csr_array(rating)
    return matrix, when[matrix.nonzero()]


def fitted(*orders: list[int], n_items: int, **config: float) -> Transitions:
    matrix, time = ways(*orders, n_items=n_items)
    return Transitions(TransitionsConfig.model_validate(config)).fit(matrix, scale=SCALE, time=time)


def test_a_transition_has_a_direction_and_fades_with_every_step() -> None:
    model = fitted([2, 0, 1], n_items=3, reach=1, start_power=0, end_power=0)
    assert model.scores(FoldIn.of({2: 5.0})).tolist() == [1, 0.5, 0]
    assert model.scores(FoldIn.of({1: 5.0})).tolist() == [0, 0, 0]


def test_what_many_took_counts_less() -> None:
    model = fitted([0, 1], [2, 1], [3], n_items=4, start_power=0.5, end_power=1, shrinkage=2)
    expected = 1 / (1 + 2) ** 0.5 / (2 + 2)
    np.testing.assert_allclose(model.scores(FoldIn.of({0: 5.0})), [0, expected, 0, 0], rtol=1e-6)


def test_ratings_of_one_time_follow_each_other_both_ways() -> None:
    matrix, _ = ways([0, 1, 2], n_items=3)
    model = Transitions(TransitionsConfig(reach=1, start_power=0, end_power=0))
    model.fit(matrix, scale=SCALE, time=np.array([1.0, 1.0, 2.0]))
    scores = [model.scores(FoldIn.of({item: 5.0})).tolist() for item in range(3)]
    assert scores == [[0, 1, 0.5], [1, 0, 1], [0, 0, 0]]


def test_the_last_of_a_profile_says_most() -> None:
    model = fitted([0, 1], [2, 3], n_items=4)
    two = np.array([0, 2]), np.array([5.0, 5.0], np.float32)
    score = model.scores(FoldIn(*two, time=np.array([1.0, 2.0])))
    assert score[3] > score[1] > 0


def test_only_likes_are_steps_where_likes_are_asked_for() -> None:
    matrix, time = ways([0, 1, 2], n_items=3)
    matrix.data[1] = 2
    model = Transitions(TransitionsConfig(vectors="likes", start_power=0, end_power=0))
    assert model.fit(matrix, scale=SCALE, time=time).scores(FoldIn.of({0: 5.0})).tolist() == [0, 0, 1]


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    orders = [rng.permutation(30)[: rng.integers(1, 30)].tolist() for _ in range(40)]
    whole = fitted(*orders, n_items=30, k=5).lists.table
    monkeypatch.setattr(transitions, "BLOCK_PAIRS", 100)
    assert fitted(*orders, n_items=30, k=5).lists.table.equals(whole)


def test_without_times_nothing_is_known() -> None:
    matrix, time = ways([0, 1], n_items=2)
    for wrong in (None, time[:1]):
        with pytest.raises(ConfigError, match="every rating has a time"):
            Transitions().fit(matrix, scale=SCALE, time=wrong)


def test_it_may_be_a_part_of_a_blend() -> None:
    matrix, time = ways([0, 1], [0, 2], n_items=3)
    blend = Blend(BlendConfig.model_validate({"parts": {"transitions": {}}})).fit(
        matrix, scale=SCALE, time=time
    )
    assert blend.scores(FoldIn.of({0: 5.0})).argmin() == 0
