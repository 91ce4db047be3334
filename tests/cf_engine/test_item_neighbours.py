import numpy as np
import pytest
from scipy import sparse

from catalog import RatingScale
from cf_engine import FoldIn, ItemNeighbours, ItemNeighboursConfig, item_lists
from cf_engine.arrays import Matrix

PLAIN = ItemNeighboursConfig(shrinkage=0)


def random_matrix(seed: int = 0) -> Matrix:
    rng = np.random.default_rng(seed)
    table = rng.integers(1, 6, (20, 11)) * (rng.random((20, 11)) < 0.6)
    return sparse.csr_array(table.astype(np.float32))


def test_checkerboard_likes_split_by_parity(checkerboard: Matrix, scale: RatingScale) -> None:
    model = ItemNeighbours(PLAIN).fit(checkerboard, scale=scale)
    # item 2 is liked by users 0 and 4, item 0 by 2 and 4: cosine 1/2
    item, score = model.recommend(FoldIn.of({2: 5, 4: 5}), n=2)
    assert item.tolist() == [0, 1]
    assert score == pytest.approx([1.0, 0.0])
    evidence = model.evidence(FoldIn.of({2: 5, 4: 5}), 0)
    assert evidence.neighbours == ()
    assert [part.item_index for part in evidence.profile_items] == [2, 4]
    assert [part.amount for part in evidence.profile_items] == pytest.approx([0.5, 0.5])


def test_weights_follow_the_rating_and_a_dislike_only_lowers(
    checkerboard: Matrix, scale: RatingScale
) -> None:
    model = ItemNeighbours(PLAIN).fit(checkerboard, scale=scale)
    assert [model.scores(FoldIn.of({2: r}))[0] for r in (5.0, 3.0, 1.0)] == pytest.approx([0.5, 0.25, -0.125])
    with pytest.raises(ValueError, match="less than or equal to 1"):
        ItemNeighboursConfig(dislike_weight=1.1)


def test_a_shared_user_whose_deviation_is_zero_counts(scale: RatingScale) -> None:
    """A sparse product drops sums of exactly zero and the count of shared users does not."""
    matrix = sparse.csr_array(np.array([[3, 3, 1, 5], [2, 4, 2, 4]], np.float32))
    config = ItemNeighboursConfig(similarity="adjusted", k=3, shrinkage=1)
    table = ItemNeighbours(config).fit(matrix, scale=scale).table
    cosine = 1 / np.sqrt(5) * 2 / 3  # deviations (0, 1) and (2, 1), two shared users
    assert table.item[1].tolist() == [3, -1, -1]
    assert table.value[1, 0] == pytest.approx(cosine)


@pytest.mark.parametrize(
    "config",
    [
        ItemNeighboursConfig(k=4),
        ItemNeighboursConfig(k=4, similarity="jaccard", vectors="rated", significance=3),
        ItemNeighboursConfig(k=4, vectors="tf-idf"),
        ItemNeighboursConfig(k=4, vectors="bm25", min_overlap=2),
    ],
)
def test_the_engine_changes_nothing(config: ItemNeighboursConfig, scale: RatingScale) -> None:
    pytest.importorskip("numba")
    matrix = random_matrix()
    plain, compiled = (
        ItemNeighbours(config).fit(matrix, scale=scale, accelerator=engine).table
        for engine in ("scipy", "numba")
    )
    assert compiled.equals(plain)


def test_many_at_once_are_as_one_by_one(scale: RatingScale, monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = random_matrix(3)
    model = ItemNeighbours(ItemNeighboursConfig(k=5)).fit(matrix, scale=scale)
    items, scores = model.recommend_many(matrix, n=3)
    monkeypatch.setattr(item_lists, "_compiled", lambda: None)
    again, _ = model.recommend_many(matrix, n=3)
    assert again.tolist() == items.tolist()
    for user in range(matrix.shape[0]):
        part = slice(matrix.indptr[user], matrix.indptr[user + 1])
        own = FoldIn(matrix.indices[part], matrix.data[part])
        item, score = model.recommend(own, n=3)
        above = score > 0
        assert items[user][: above.sum()].tolist() == item[above].tolist()
        assert scores[user][: above.sum()] == pytest.approx(score[above])
        assert (items[user][above.sum() :] == -1).all()
    with pytest.raises(ValueError, match="the model has 11"):
        model.recommend_many(matrix[:, :3], n=3)


def test_power_sharpens(scale: RatingScale) -> None:
    matrix = random_matrix()
    plain = ItemNeighbours(PLAIN).fit(matrix, scale=scale).table
    sharp = ItemNeighbours(PLAIN.model_copy(update={"power": 2.0})).fit(matrix, scale=scale).table
    assert sharp.item.tolist() == plain.item.tolist()
    assert sharp.value == pytest.approx(plain.value**2, rel=1e-5)


def test_what_was_rated_last_weighs_most(checkerboard: Matrix, scale: RatingScale) -> None:
    model = ItemNeighbours(PLAIN.model_copy(update={"recency": 1.0})).fit(checkerboard, scale=scale)
    profile = FoldIn(np.array([2, 4]), np.array([5, 5]), time=np.array([1.0, 2.0]))
    parts = model.evidence(profile, 0).profile_items
    assert [(part.item_index, part.amount) for part in parts] == [(4, 0.5), (2, 0.25)]


def test_min_overlap_and_progress(scale: RatingScale) -> None:
    seen: list[tuple[str, int, int | None]] = []
    matrix = sparse.csr_array(np.array([[5, 5, 5], [5, 5, 0]], np.float32))
    model = ItemNeighbours(ItemNeighboursConfig(shrinkage=0, min_overlap=2))
    model.fit(matrix, scale=scale, progress=lambda *step: seen.append(step))
    assert model.scores(FoldIn.of({0: 5})).tolist() == pytest.approx([0, 1, 0])
    assert seen[-1] == ("item neighbours", 3, 3)


def test_prediction_moves_the_items_mean(scale: RatingScale) -> None:
    matrix = sparse.csr_array(np.array([[5, 4, 0], [4, 4, 0], [3, 0, 2]], np.float32))
    model = ItemNeighbours(PLAIN).fit(matrix, scale=scale)
    items = np.array([1, 2], np.int32)
    # items 0 (mean 4) and 1 (mean 4) share their likers; nobody likes item 2
    assert model.predict(FoldIn.of({0: 3}), items) == pytest.approx([3.0, 3.0])
    plain = ItemNeighbours(PLAIN.model_copy(update={"mean_centring": False})).fit(matrix, scale=scale)
    assert plain.predict(FoldIn.of({0: 5, 2: 2}), items) == pytest.approx([5.0, 3.5])
