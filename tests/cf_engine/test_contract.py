"""What holds for every model, whatever it compares. A subclass states only which model it is."""

import random
from pathlib import Path
from typing import Self

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import sparse

from catalog import DataError, Progress, RatingScale
from cf_engine import (
    EASE,
    Blend,
    EASEConfig,
    FoldIn,
    ItemNeighbours,
    ItemNeighboursConfig,
    Model,
    Popularity,
    RandomWalk,
    RandomWalkConfig,
    Transitions,
    TransitionsConfig,
    UserNeighbours,
    UserNeighboursConfig,
)
from cf_engine.arrays import Double, Matrix, checked
from cf_engine.baskets import Baskets, BasketsConfig

N_ITEMS = 7
SCALE = RatingScale(low=1, high=5)

inherited = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.differing_executors])
saved = settings(inherited, max_examples=6)
"""Of what waits for a disk."""


def rating_matrices(n_items: int = N_ITEMS) -> st.SearchStrategy[Matrix]:
    """Small dense tables of ratings 1 to 5, zero for not rated."""
    row = st.lists(st.integers(0, 5), min_size=n_items, max_size=n_items)
    table = st.lists(row, min_size=1, max_size=8)
    return table.map(lambda rows: sparse.csr_array(np.array(rows, dtype=np.float32)))


def profiles(n_items: int = N_ITEMS) -> st.SearchStrategy[dict[int, float]]:
    return st.dictionaries(st.integers(0, n_items - 1), st.integers(1, 5).map(float), max_size=n_items)


class ModelContract:
    def make(self) -> Model:
        raise NotImplementedError

    @inherited
    @given(matrix=rating_matrices(), ratings=profiles())
    def test_scores_every_item_with_a_finite_float32(self, matrix: Matrix, ratings: dict[int, float]) -> None:
        score = self.make().fit(matrix, scale=SCALE).scores(FoldIn.of(ratings))
        assert score.shape == (N_ITEMS,)
        assert score.dtype == np.float32
        assert np.isfinite(score).all()

    @inherited
    @given(matrix=rating_matrices(), ratings=profiles(), data=st.data())
    def test_recommends_exactly_n_where_so_many_are_left(
        self, matrix: Matrix, ratings: dict[int, float], data: st.DataObject
    ) -> None:
        exclude = data.draw(st.sets(st.integers(0, N_ITEMS - 1)))
        n = data.draw(st.integers(0, N_ITEMS + 3))
        model = self.make().fit(matrix, scale=SCALE)
        item, score = model.recommend(FoldIn.of(ratings), n=n, exclude=exclude)
        left = set(range(N_ITEMS)) - exclude - set(ratings)
        assert len(item) == len(score) == min(n, len(left))
        assert len(set(item.tolist())) == len(item)
        assert set(item.tolist()) <= left
        expected = sorted(left, key=lambda i: (-model.scores(FoldIn.of(ratings))[i], i))
        assert item.tolist() == expected[:n]

    @inherited
    @given(matrix=rating_matrices())
    def test_leaves_the_ratings_as_they_are(self, matrix: Matrix) -> None:
        before = matrix.copy()
        self.make().fit(matrix, scale=SCALE)
        for part in ("data", "indices", "indptr"):
            assert (getattr(matrix, part) == getattr(before, part)).all()

    @inherited
    @given(matrix=rating_matrices(), ratings=profiles(), rng=st.randoms(use_true_random=False))
    def test_the_order_of_the_profile_changes_nothing(
        self, matrix: Matrix, ratings: dict[int, float], rng: random.Random
    ) -> None:
        said = list(ratings.items())
        rng.shuffle(said)
        model = self.make().fit(matrix, scale=SCALE)
        one, other = model.scores(FoldIn.of(ratings)), model.scores(FoldIn.of(dict(said)))
        assert (one == other).all()

    @saved
    @given(matrix=rating_matrices(), ratings=profiles())
    def test_comes_back_from_its_folder_the_same(
        self, matrix: Matrix, ratings: dict[int, float], tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        path = tmp_path_factory.mktemp("model") / "model"
        model = self.make().fit(matrix, scale=SCALE)
        model.save(path)
        again = type(model).load(path)
        profile = FoldIn.of(ratings)
        assert (again.scores(profile) == model.scores(profile)).all()
        assert [file.name for file in path.parent.iterdir()] == ["model"]

    def test_the_files_open_without_pickle(self, checkerboard: Matrix, tmp_path: Path) -> None:
        self.make().fit(checkerboard, scale=SCALE).save(tmp_path / "model")
        files = sorted((tmp_path / "model").rglob("*.npy"))
        assert files
        assert all(np.load(file, allow_pickle=False).dtype != object for file in files)

    def test_a_pickled_file_is_refused(self, checkerboard: Matrix, tmp_path: Path) -> None:
        path = tmp_path / "model"
        self.make().fit(checkerboard, scale=SCALE).save(path)
        np.save(next(path.rglob("*.npy")), np.array([{"kind": "x"}], dtype=object), allow_pickle=True)
        with pytest.raises(DataError, match="not a saved model"):
            type(self.make()).load(path)

    def test_damaged_missing_or_foreign_files_are_refused(self, checkerboard: Matrix, tmp_path: Path) -> None:
        path = tmp_path / "model"
        with pytest.raises(DataError, match="no saved model"):
            type(self.make()).load(path)
        self.make().fit(checkerboard, scale=SCALE).save(path)
        for file in (next(path.rglob("*.npy")), path / "header.json"):
            whole = file.read_bytes()
            file.write_bytes(whole[: len(whole) // 2])
            with pytest.raises(DataError, match="damaged"):
                type(self.make()).load(path)
            file.write_bytes(whole)
        foreign = Popularity() if not isinstance(self.make(), Popularity) else UserNeighbours()
        foreign.fit(checkerboard, scale=SCALE).save(path)
        with pytest.raises(DataError, match="expected a"):
            type(self.make()).load(path)

    def test_saving_again_replaces_the_file(self, checkerboard: Matrix, tmp_path: Path) -> None:
        path = tmp_path / "model"
        self.make().fit(checkerboard, scale=SCALE).save(path)
        self.make().fit(sparse.csr_array(checkerboard[:, :3]), scale=SCALE).save(path)
        assert type(self.make()).load(path).n_items == 3

    def test_is_not_used_before_it_is_fitted(self) -> None:
        with pytest.raises(RuntimeError, match="fit or load"):
            self.make().scores(FoldIn.of({}))

    def test_refuses_items_it_does_not_know(self, checkerboard: Matrix) -> None:
        model = self.make().fit(checkerboard, scale=SCALE)
        with pytest.raises(ValueError, match="item 6"):
            model.scores(FoldIn.of({6: 5.0}))
        for outside in (-1, 6):
            with pytest.raises(ValueError, match="excluded"):
                model.recommend(FoldIn.of({}), n=1, exclude=[outside])

    def test_refuses_a_rating_that_is_no_number(self) -> None:
        with pytest.raises(ValueError, match="finite"):
            self.make().fit(sparse.csr_array(np.array([[np.nan, 1]], np.float32)), scale=SCALE)

    def test_a_matrix_without_ratings_scores_zero(self) -> None:
        model = self.make().fit(sparse.csr_array(np.zeros((2, 3), np.float32)), scale=SCALE)
        assert model.scores(FoldIn.of({1: 5.0})).tolist() == [0, 0, 0]


class EvidenceContract(ModelContract):
    @inherited
    @given(matrix=rating_matrices(), ratings=profiles(), item=st.integers(0, N_ITEMS - 1))
    def test_the_evidence_adds_up_to_the_score(
        self, matrix: Matrix, ratings: dict[int, float], item: int
    ) -> None:
        model, profile = self.make().fit(matrix, scale=SCALE), FoldIn.of(ratings)
        evidence = model.evidence(profile, item)
        assert evidence.item_index == item
        assert evidence.score == pytest.approx(model.scores(profile)[item], rel=1e-5, abs=1e-6)
        by_item = [part.amount for part in evidence.profile_items]
        assert sum(by_item) + evidence.base == pytest.approx(evidence.score, rel=1e-5, abs=1e-6)
        assert by_item == sorted(by_item, reverse=True)
        assert {part.item_index for part in evidence.profile_items} <= set(ratings)
        if evidence.neighbours and not isinstance(model, Blend):
            by_user = [part.amount for part in evidence.neighbours]
            assert sum(by_user) == pytest.approx(evidence.score, rel=1e-5, abs=1e-6)
            assert by_user == sorted(by_user, reverse=True)


class NeighboursContract(EvidenceContract):
    def make(self) -> UserNeighbours | ItemNeighbours:
        raise NotImplementedError

    @inherited
    @given(matrix=rating_matrices(), ratings=profiles())
    def test_predictions_stay_on_the_scale(self, matrix: Matrix, ratings: dict[int, float]) -> None:
        model = self.make().fit(matrix, scale=SCALE)
        rating = model.predict(FoldIn.of(ratings), np.arange(N_ITEMS, dtype=np.int32))
        assert rating.shape == (N_ITEMS,)
        assert ((rating >= 1) & (rating <= 5)).all()

    def test_an_empty_profile_scores_zero_and_falls_to_ties(self, checkerboard: Matrix) -> None:
        model = self.make().fit(checkerboard, scale=SCALE)
        item, score = model.recommend(FoldIn.of({}), n=3)
        assert item.tolist() == [0, 1, 2]
        assert score.tolist() == [0, 0, 0]
        assert model.predict(FoldIn.of({}), np.array([0], np.int32)).tolist() == [5.0]


class TestUserCosine(NeighboursContract):
    def make(self) -> UserNeighbours:
        return UserNeighbours(UserNeighboursConfig(k=3, shrinkage=2))


class TestUserPearson(NeighboursContract):
    def make(self) -> UserNeighbours:
        return UserNeighbours(UserNeighboursConfig(similarity="pearson", k=3, shrinkage=2, min_overlap=2))


class TestItemCosine(NeighboursContract):
    def make(self) -> ItemNeighbours:
        return ItemNeighbours(ItemNeighboursConfig(k=3))


class TestItemAdjusted(NeighboursContract):
    def make(self) -> ItemNeighbours:
        return ItemNeighbours(ItemNeighboursConfig(similarity="adjusted", k=3, mean_centring=False))


class TestUserAdjustedDamped(NeighboursContract):
    def make(self) -> UserNeighbours:
        return UserNeighbours(UserNeighboursConfig(similarity="adjusted", ranking="damped", k=3, damping=2))


class TestUserEnthusiasm(NeighboursContract):
    def make(self) -> UserNeighbours:
        config = UserNeighboursConfig(
            k=3, vectors="tf-idf", power=1.5, enthusiasm=0.5, dislike=0.7, recency=2
        )
        return UserNeighbours(config)


class TestItemBM25(NeighboursContract):
    def make(self) -> ItemNeighbours:
        return ItemNeighbours(ItemNeighboursConfig(vectors="bm25", k=3, power=2))


class TestItemPearson(NeighboursContract):
    def make(self) -> ItemNeighbours:
        return ItemNeighbours(ItemNeighboursConfig(similarity="pearson", k=3, significance=2))


class TestItemJaccard(NeighboursContract):
    def make(self) -> ItemNeighbours:
        return ItemNeighbours(ItemNeighboursConfig(similarity="jaccard", vectors="rated", k=3, recency=3))


class TestRandomWalk(EvidenceContract):
    def make(self) -> RandomWalk:
        return RandomWalk(RandomWalkConfig(k=3))


class TestEASE(EvidenceContract):
    def make(self) -> EASE:
        return EASE(EASEConfig(regularisation=2, dropout=0.2, activity=0.5))


class InOrder(Transitions):
    """Ratings come in the order of the items."""

    def fit(
        self,
        matrix: Matrix,
        *,
        scale: RatingScale,
        time: Double | None = None,
        progress: Progress | None = None,
    ) -> Self:
        order = checked(matrix).indices.astype(np.float64) if time is None else time
        return super().fit(matrix, scale=scale, time=order, progress=progress)


class TestTransitions(EvidenceContract):
    def make(self) -> Transitions:
        return InOrder(TransitionsConfig(k=3))


class TestBaskets(EvidenceContract):
    def make(self) -> Baskets:
        return Baskets(BasketsConfig(shrinkage=1, k=3, dislike_weight=-0.25))


class TestBlend(EvidenceContract):
    def make(self) -> Blend:
        return Blend()


class TestPopularity(EvidenceContract):
    def make(self) -> Popularity:
        return Popularity()

    def test_counts_likes_and_nothing_else(self) -> None:
        matrix = sparse.csr_array(np.array([[5, 3, 0], [4, 3, 1], [2, 3, 0]], np.float32))
        assert Popularity().fit(matrix, scale=SCALE).scores(FoldIn.of({})).tolist() == [2, 0, 0]
