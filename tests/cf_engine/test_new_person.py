"""The measure that the ranking score was designed on: someone new who has rated five things."""

import numpy as np
import pytest

from catalog import load
from cf_engine import FoldIn, ItemNeighbours, Model, Popularity, UserNeighbours

pytestmark = pytest.mark.slow


def new_person_ndcg(model: Model, *, fold: int = 0, revealed: int = 5, k: int = 10) -> float:
    """NDCG@k over the users of one of five folds: some random ratings known, the rest ranked, 4 a like."""
    dataset = load("movielens-100k")
    matrix = dataset.interactions.matrix(len(dataset.items))
    rng = np.random.default_rng(0)
    held_out = rng.permutation(matrix.shape[0]) % 5 == fold
    model.fit(matrix[~held_out], scale=dataset.interactions.scale)
    discount = 1 / np.log2(np.arange(2, k + 2))
    gain = []
    for user in np.flatnonzero(held_out):
        part = slice(matrix.indptr[user], matrix.indptr[user + 1])
        order = rng.permutation(part.stop - part.start)
        item, rating = matrix.indices[part][order], matrix.data[part][order]
        liked = item[revealed:][rating[revealed:] >= 4]
        if len(liked):
            shown, _ = model.recommend(FoldIn(item[:revealed], rating[:revealed]), n=k)
            gain.append((np.isin(shown, liked) * discount).sum() / discount[: len(liked)].sum())
    return float(np.mean(gain))


def test_neighbours_beat_popularity_for_someone_new() -> None:
    popularity = new_person_ndcg(Popularity())
    assert new_person_ndcg(UserNeighbours()) > popularity + 0.08
    assert new_person_ndcg(ItemNeighbours()) > popularity + 0.04
