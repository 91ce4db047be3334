"""What neighbours say of items under every way of ranking, and that the evidence is all of it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from catalog import RatingScale
from cf_engine import FoldIn, UserNeighbours, UserNeighboursConfig, user_walk
from cf_engine.arrays import Matrix

SCALE = RatingScale(low=1, high=5)
N_ITEMS = 6

kinds = st.sampled_from(
    [
        {},
        {"vectors": "likes"},
        {"vectors": "bm25"},
        {"similarity": "pearson"},
        {"similarity": "adjusted"},
        {"similarity": "jaccard", "vectors": "rated"},
    ]
)
configs = st.builds(
    lambda kind, **rest: UserNeighboursConfig(**kind, k=3, **rest),
    kinds,
    ranking=st.sampled_from(["likes", "rated", "damped"]),
    shrinkage=st.sampled_from([0.0, 3.0]),
    power=st.sampled_from([1.0, 2.5]),
    damping=st.sampled_from([0.0, 4.0]),
    dislike=st.sampled_from([0.0, 0.5]),
    enthusiasm=st.sampled_from([0.0, 0.5]),
)
tables = st.lists(st.lists(st.integers(0, 5), min_size=N_ITEMS, max_size=N_ITEMS), min_size=1, max_size=9)
people = st.dictionaries(
    st.integers(0, N_ITEMS - 1), st.tuples(st.integers(1, 5), st.sampled_from([0.0, 0.5, 1.0])), max_size=6
)


def matrix_of(table: list[list[int]]) -> Matrix:
    return sparse.csr_array(np.array(table, np.float32))


def folded(person: dict[int, tuple[int, float]]) -> FoldIn:
    rating, weight = np.array(list(person.values()), np.float32).reshape(-1, 2).T
    return FoldIn(np.array(list(person), np.int32), rating, weight)


@settings(deadline=None, max_examples=120)
@given(config=configs, table=tables, person=people)
def test_a_score_is_what_the_neighbours_say(
    config: UserNeighboursConfig, table: list[list[int]], person: dict[int, tuple[int, float]]
) -> None:
    model, profile = UserNeighbours(config).fit(matrix_of(table), scale=SCALE), folded(person)
    user, similarity = model.neighbours(profile)
    rated = [rating for row in table for rating in row if rating]
    mean = sum(rated) / len(rated) if rated else 3.0
    expected = []
    for item in range(N_ITEMS):
        score = weight = 0.0
        for neighbour, alike in zip(user.tolist(), similarity.tolist(), strict=True):
            rating = table[neighbour][item]
            if not rating:
                continue
            strength = float(np.sign(alike) * abs(alike) ** config.power)
            like = 1 + config.enthusiasm * (rating - 4) if rating >= 4 else 0.0
            gain = {"likes": like, "rated": 1.0, "damped": rating - mean}[config.ranking]
            score += strength * (gain - config.dislike * (rating <= SCALE.dislike_at))
            weight += abs(strength)
        damped = config.ranking == "damped" and weight
        expected.append(score / (weight + config.damping) if damped else score)
    assert model.scores(profile) == pytest.approx(expected, rel=1e-5, abs=1e-6)


@settings(deadline=None, max_examples=120)
@given(config=configs, table=tables, person=people)
def test_the_evidence_is_the_whole_score_both_ways(
    config: UserNeighboursConfig, table: list[list[int]], person: dict[int, tuple[int, float]]
) -> None:
    model, profile = UserNeighbours(config).fit(matrix_of(table), scale=SCALE), folded(person)
    asked = np.array([*range(N_ITEMS), 0], np.int32)
    score, told = model.scores(profile), model.explain(profile, asked)
    near = dict(zip(*(column.tolist() for column in model.neighbours(profile)), strict=True))
    assert len(told) == len(asked)
    for item, evidence in zip(asked.tolist(), told, strict=True):
        assert evidence.item_index == item
        assert evidence.score == pytest.approx(score[item], rel=1e-6, abs=1e-12)
        assert evidence.user_amount.sum() == pytest.approx(evidence.score, rel=1e-6, abs=1e-12)
        assert evidence.own_amount.sum() == pytest.approx(evidence.score, rel=1e-6, abs=1e-12)
        assert evidence.own_item.tolist() == profile.item_index.tolist()
        assert evidence.rating.tolist() == [table[u][item] for u in evidence.user.tolist()]
        assert evidence.similarity.tolist() == [near[u] for u in evidence.user.tolist()]
        assert not evidence.own_amount[profile.weight == 0].any()


def test_parts_of_a_list_of_evidence(checkerboard: Matrix) -> None:
    model = UserNeighbours().fit(checkerboard, scale=SCALE)
    told = model.explain(FoldIn.of({2: 5, 4: 5}), np.array([0, 2, 1], np.int32))
    assert [evidence.item_index for evidence in told[1:]] == [2, 1]
    assert told[-1].item_index == 1
    with pytest.raises(IndexError):
        told[3]
    with pytest.raises(ValueError, match="no item 6"):
        model.explain(FoldIn.of({2: 5}), np.array([6], np.int32))


def test_the_items_that_neighbours_share_carry_the_score_by_their_terms() -> None:
    model = UserNeighbours(UserNeighboursConfig(shrinkage=0)).fit(matrix_of([[4, 2, 5]]), scale=SCALE)
    evidence = model.evidence(FoldIn.of({0: 5, 1: 5}), 2)
    # terms 20 and 10 of a cosine of 30 over the two lengths
    cosine = 30 / np.sqrt(50 * 45)
    assert evidence.own_amount == pytest.approx([cosine * 2 / 3, cosine / 3])


def test_dislikes_of_neighbours_subtract_their_share() -> None:
    table = [[5, 5, 1], [5, 0, 5]]
    plain, strict = (
        UserNeighbours(UserNeighboursConfig(shrinkage=0, dislike=dislike)).fit(matrix_of(table), scale=SCALE)
        for dislike in (0.0, 0.5)
    )
    person = FoldIn.of({0: 5})
    near = dict(zip(*(column.tolist() for column in plain.neighbours(person)), strict=True))
    assert plain.scores(person)[1:] == pytest.approx([near[0], near[1]])
    assert strict.scores(person)[1:] == pytest.approx([near[0], near[1] - near[0] / 2])


def test_damped_scores_lie_between_the_mean_and_what_is_said() -> None:
    table = [[5, 5, 0], [5, 0, 1]]
    config = UserNeighboursConfig(shrinkage=0, ranking="damped", damping=1)
    score = UserNeighbours(config).fit(matrix_of(table), scale=SCALE).scores(FoldIn.of({0: 5}))
    near = 1 / np.sqrt(2), 5 / np.sqrt(26)
    assert score[1:] == pytest.approx([(5 - 4) * near[0] / (near[0] + 1), (1 - 4) * near[1] / (near[1] + 1)])


@pytest.mark.parametrize("ranking", ["likes", "rated", "damped"])
def test_who_dislikes_everything_is_near_those_who_do(ranking: str) -> None:
    table = [[1, 1, 5, 0], [5, 5, 0, 4], [2, 0, 0, 5]]
    config = UserNeighboursConfig.model_validate({"ranking": ranking, "shrinkage": 0})
    model = UserNeighbours(config).fit(matrix_of(table), scale=SCALE)
    person = FoldIn.of({0: 1, 1: 1})
    assert model.neighbours(person)[0].tolist() == [2, 0] or model.neighbours(person)[0].tolist() == [0, 2]
    assert model.recommend(person, n=2)[0].tolist() in ([2, 3], [3, 2])


@pytest.mark.parametrize(
    "config",
    [
        UserNeighboursConfig(),
        UserNeighboursConfig(similarity="adjusted", ranking="damped"),
        UserNeighboursConfig(similarity="jaccard", vectors="likes", power=2),
        UserNeighboursConfig(vectors="bm25", dislike=0.5),
        UserNeighboursConfig(similarity="pearson", mean_centring=False),
    ],
    ids=lambda config: f"{config.similarity}-{config.vectors}",
)
def test_comes_back_from_its_folder_without_being_fitted_again(
    config: UserNeighboursConfig, tmp_path: Path
) -> None:
    rng = np.random.default_rng([2, 4])
    table = (rng.integers(1, 6, (40, 15)) * (rng.random((40, 15)) < 0.4)).astype(np.float32)
    model = UserNeighbours(config).fit(sparse.csr_array(table), scale=SCALE)
    model.save(tmp_path / "model")
    again = UserNeighbours.load(tmp_path / "model")
    profile, items = FoldIn.of({1: 5, 4: 2, 9: 4}), np.arange(15, dtype=np.int32)
    assert again.config == config
    assert (again.scores(profile) == model.scores(profile)).all()
    assert (again.predict(profile, items) == model.predict(profile, items)).all()
    pairs = zip(again.explain(profile, items), model.explain(profile, items), strict=True)
    assert all((one.own_amount == other.own_amount).all() for one, other in pairs)


def test_what_was_asked_last_is_told_apart() -> None:
    table = [[5, 0, 4, 0], [0, 5, 0, 4], [5, 5, 0, 0]]
    model = UserNeighbours().fit(matrix_of(table), scale=SCALE)
    fresh = UserNeighbours().fit(matrix_of(table), scale=SCALE)
    first, second = FoldIn.of({0: 5}), FoldIn.of({1: 5})
    for profile, exclude_user in ((first, None), (second, None), (second, 1), (first, 0), (first, None)):
        expected = fresh.fit(matrix_of(table), scale=SCALE).scores(profile, exclude_user=exclude_user)
        assert model.scores(profile, exclude_user=exclude_user).tolist() == expected.tolist()
    model.fit(matrix_of(table[1:]), scale=SCALE)
    assert model.neighbours(first)[0].tolist() == [1]


def test_threads_do_not_meet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_walk, "find_spec", lambda _: None)
    user_walk.compiled.cache_clear()
    rng = np.random.default_rng([8, 4])
    table = (rng.integers(1, 6, (300, 60)) * (rng.random((300, 60)) < 0.3)).astype(np.float32)
    model = UserNeighbours(UserNeighboursConfig(dislike=0.5)).fit(sparse.csr_array(table), scale=SCALE)
    people = [FoldIn(np.arange(i, i + 20, dtype=np.int32), np.full(20, 5, np.float32)) for i in range(40)]
    alone = [model.scores(person) for person in people]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(model.scores, people * 5))
    user_walk.compiled.cache_clear()
    assert all((one == other).all() for one, other in zip(alone * 5, together, strict=True))


def test_fitting_leaves_the_matrix_alone() -> None:
    matrix = matrix_of([[5, 0, 3], [0, 2, 4]])
    before = matrix.copy()
    UserNeighbours(UserNeighboursConfig(similarity="adjusted")).fit(matrix, scale=SCALE)
    assert (matrix.data == before.data).all()
    assert (matrix.indices == before.indices).all()
    assert (matrix.indptr == before.indptr).all()
