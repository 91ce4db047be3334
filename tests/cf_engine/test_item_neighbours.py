import numpy as np
import pytest
from scipy import sparse

from catalog import RatingScale
from cf_engine import FoldIn, ItemNeighbours, ItemNeighboursConfig
from cf_engine.arrays import Matrix, checked
from cf_engine.item_similarity import deviations, likes, nearest_items

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
    with pytest.raises(ValueError, match="less than or equal to 0"):
        ItemNeighboursConfig(dislike_weight=0.1)


@pytest.mark.parametrize("shrinkage", [0.0, 10.0])
@pytest.mark.parametrize("kind", ["cosine", "adjusted"])
def test_equals_the_dense_computation_whatever_the_block(kind: str, shrinkage: float) -> None:
    matrix = checked(random_matrix())
    vectors = likes(matrix, like_at=4) if kind == "cosine" else deviations(matrix)
    dense, there = vectors.value.toarray().astype(float), vectors.present.toarray()
    norm = np.linalg.norm(dense, axis=0)
    overlap = there.T @ there
    expected = dense.T @ dense / np.outer(norm, norm) * overlap / np.maximum(overlap + shrinkage, 1e-9)
    np.fill_diagonal(expected, 0)
    expected[expected <= 0] = 0
    for row in expected:
        row[np.argsort(-row, kind="stable")[4:]] = 0
    for block_entries in (1, 30, 1000):
        found = nearest_items(vectors, k=4, shrinkage=shrinkage, min_overlap=1, block_entries=block_entries)
        assert found.toarray() == pytest.approx(expected, abs=1e-6)


def test_a_shared_user_whose_product_is_zero_keeps_counts_aligned() -> None:
    """A sparse product drops sums of exactly zero and the count of shared users does not."""
    matrix = checked(sparse.csr_array(np.array([[3, 3, 1, 5], [2, 4, 2, 4]], np.float32)))
    found = nearest_items(deviations(matrix), k=3, shrinkage=1, min_overlap=1).toarray()
    assert found[1, 3] == pytest.approx(1 / np.sqrt(5) * 2 / 3)  # deviations (0, 1) and (2, 1)
    assert found[0].tolist() == [0, 0, pytest.approx(1 / np.sqrt(5) * 2 / 3), 0]


def test_min_overlap_and_progress(scale: RatingScale) -> None:
    seen: list[tuple[str, int, int | None]] = []
    matrix = sparse.csr_array(np.array([[5, 5, 5], [5, 5, 0]], np.float32))
    model = ItemNeighbours(ItemNeighboursConfig(shrinkage=0, min_overlap=2))
    model.fit(matrix, scale=scale, progress=lambda *step: seen.append(step))
    assert model.scores(FoldIn.of({0: 5})).tolist() == pytest.approx([0, 1, 0])
    assert seen == [("item neighbours", 3, 3)]


def test_prediction_moves_the_items_mean(scale: RatingScale) -> None:
    matrix = sparse.csr_array(np.array([[5, 4, 0], [4, 4, 0], [3, 0, 2]], np.float32))
    model = ItemNeighbours(PLAIN).fit(matrix, scale=scale)
    items = np.array([1, 2], np.int32)
    # items 0 (mean 4) and 1 (mean 4) share their likers; nobody likes item 2
    assert model.predict(FoldIn.of({0: 3}), items) == pytest.approx([3.0, 3.0])
    plain = ItemNeighbours(PLAIN.model_copy(update={"mean_centring": False})).fit(matrix, scale=scale)
    assert plain.predict(FoldIn.of({0: 5, 2: 2}), items) == pytest.approx([5.0, 3.5])
