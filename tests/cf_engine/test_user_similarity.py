"""Every similarity against the formula written out, user by user."""

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy import sparse

from catalog import RatingScale
from cf_engine import FoldIn, UserNeighbours, UserNeighboursConfig, user_walk

SCALE = RatingScale(low=1, high=5)
SIGNED = RatingScale(low=-2, high=2)
KINDS = [
    *product(["cosine"], ["ratings", "likes", "rated", "tf-idf", "bm25"]),
    ("pearson", "ratings"),
    ("adjusted", "ratings"),
    *product(["jaccard"], ["likes", "rated"]),
]
N_ITEMS = 6

Table = list[list[int]]

tables = st.lists(st.lists(st.integers(0, 5), min_size=N_ITEMS, max_size=N_ITEMS), min_size=1, max_size=9)
weights = st.sampled_from([0.0, 0.5, 1.0, 2.0])
people = st.dictionaries(
    st.integers(0, N_ITEMS - 1), st.tuples(st.integers(1, 5), weights, st.integers(0, 3)), max_size=N_ITEMS
)
configs = st.builds(
    lambda kind, **rest: UserNeighboursConfig(similarity=kind[0], vectors=kind[1], k=9, **rest),
    st.sampled_from(KINDS),
    shrinkage=st.sampled_from([0.0, 3.0]),
    significance=st.sampled_from([0, 2]),
    min_overlap=st.integers(1, 2),
    recency=st.sampled_from([None, 2.0]),
)


def folded(person: dict[int, tuple[int, float, int]]) -> FoldIn:
    columns = np.array(list(person.values()), np.float64).reshape(-1, 3).T
    return FoldIn(np.array(list(person), np.int32), columns[0], columns[1], columns[2])


def ratings_of(table: Table, *, shift: int = 0) -> list[dict[int, float]]:
    return [{i: float(r - shift) for i, r in enumerate(row) if r} for row in table]


def as_matrix(users: list[dict[int, float]]) -> sparse.csr_array:
    places = [(u, i) for u, ratings in enumerate(users) for i in sorted(ratings)]
    rows, columns = np.array(places, np.int32).reshape(-1, 2).T
    values = np.array([users[u][i] for u, i in places], np.float32)
    return sparse.csr_array((values, (rows, columns)), shape=(len(users), N_ITEMS))


def reference(
    config: UserNeighboursConfig, users: list[dict[int, float]], profile: FoldIn, scale: RatingScale
) -> list[float]:
    weight = dict(zip(profile.item_index.tolist(), profile.recency(config.recency).tolist(), strict=True))
    own = dict(zip(profile.item_index.tolist(), profile.rating.tolist(), strict=True))
    count = [sum(i in ratings for ratings in users) for i in range(N_ITEMS)]
    mean_count = max(sum(map(len, users)) / len(users), 1)

    def entry(ratings: dict[int, float], item: int) -> float:
        rating = ratings[item]
        if config.vectors == "likes":
            return float(rating >= scale.like_at)
        if config.vectors == "rated":
            return 1.0
        if config.similarity == "adjusted":
            theirs = [other[item] for other in users if item in other]
            return rating - (sum(theirs) / len(theirs) if theirs else (scale.low + scale.high) / 2)
        if config.vectors == "ratings":
            return rating
        inverse = max(math.log(len(users) / (1 + count[item])), 0)
        frequency = rating - scale.low + 1
        if config.vectors == "tf-idf":
            return math.sqrt(frequency) * inverse
        damping = 1.2 * (0.25 + 0.75 * len(ratings) / mean_count)
        return frequency * 2.2 / (frequency + damping) * inverse

    def compared(ratings: dict[int, float]) -> set[int]:
        return {i for i in ratings if config.vectors != "likes" or ratings[i] >= scale.like_at}

    mine = {i: weight[i] * entry(own, i) for i in compared(own) if weight[i] > 0}

    def similarity(theirs: dict[int, float]) -> float:
        vector = {i: entry(theirs, i) for i in compared(theirs)}
        shared = mine.keys() & vector.keys()
        opposed = {i for i in shared if own[i] <= scale.dislike_at and theirs[i] >= scale.like_at}
        overlap = len(shared) - len(opposed)
        if overlap < config.min_overlap:
            return 0.0
        if config.similarity == "jaccard":
            both = sum(min(weight[i], 1) for i in shared - opposed)
            found = both / (sum(weight[i] for i in mine) + len(vector) - both)
        else:
            if config.similarity == "pearson":
                total = sum(weight[i] for i in shared)
                centre, other = (sum(weight[i] * r[i] for i in shared) / total for r in (own, theirs))
                term = {i: weight[i] * (own[i] - centre) * (theirs[i] - other) for i in shared}
                own_square = sum(weight[i] * (own[i] - centre) ** 2 for i in shared)
                their_square = sum(weight[i] * (theirs[i] - other) ** 2 for i in shared)
                length = math.sqrt(own_square * their_square)
            else:
                term = {i: mine[i] * vector[i] for i in shared}
                length = math.sqrt(sum(v**2 for v in mine.values()) * sum(v**2 for v in vector.values()))
            if length < 1e-7:
                return 0.0
            found = sum(min(t, 0) if i in opposed else t for i, t in term.items()) / length
        discount: float = overlap / (overlap + config.shrinkage)
        if config.significance:
            discount *= min(overlap, config.significance) / config.significance
        return float(found * discount)

    return [similarity(ratings) for ratings in users]


def similarities(model: UserNeighbours, profile: FoldIn, *, n_users: int) -> list[float]:
    found = np.zeros(n_users)
    user, similarity = model.neighbours(profile)
    found[user] = similarity
    return found.tolist()


@settings(deadline=None, max_examples=150)
@given(config=configs, table=tables, person=people, scale=st.sampled_from([SCALE, SIGNED]))
def test_is_the_formula(
    config: UserNeighboursConfig, table: Table, person: dict[int, tuple[int, float, int]], scale: RatingScale
) -> None:
    shift = 1 - int(scale.low)
    users = ratings_of(table, shift=shift)
    profile = folded({i: (r - shift, w, t) for i, (r, w, t) in person.items()})
    model = UserNeighbours(config).fit(as_matrix(users), scale=scale)
    expected = reference(config, users, profile, scale)
    assert similarities(model, profile, n_users=len(users)) == pytest.approx(expected, rel=1e-4, abs=3e-6)


@pytest.mark.parametrize(("similarity", "vectors"), KINDS)
def test_the_compiled_kernel_changes_no_bit(
    similarity: str, vectors: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("numba")
    rng = np.random.default_rng([11, 4])
    table = (rng.integers(1, 6, (700, 90)) * (rng.random((700, 90)) < 0.2)).astype(np.float32)
    config = UserNeighboursConfig.model_validate({"similarity": similarity, "vectors": vectors, "power": 1.5})
    model = UserNeighbours(config).fit(sparse.csr_array(table), scale=SCALE)
    item, weight = np.arange(0, 84, 7, dtype=np.int32), rng.random(12).astype(np.float32)

    def answers() -> list[NDArray[Any]]:
        profile = FoldIn(item, np.tile([1, 2, 3, 4, 5, 5], 2).astype(np.float32), weight)
        found: list[NDArray[Any]] = [
            *model.neighbours(profile),
            model.scores(profile),
            *model.recommend(profile, n=9),
        ]
        for evidence in model.explain(profile, np.arange(20, dtype=np.int32)):
            found += [evidence.own_amount, evidence.user, evidence.rating, evidence.user_amount]
        return found

    compiled = answers()
    monkeypatch.setattr(user_walk, "find_spec", lambda _: None)
    user_walk.compiled.cache_clear()
    plain = answers()
    user_walk.compiled.cache_clear()
    assert len(compiled[0]) == 50
    for one, other in zip(compiled, plain, strict=True):
        assert one.dtype == other.dtype
        assert (one == other).all()


def test_a_weight_of_zero_is_not_known() -> None:
    users = ratings_of([[5, 4, 0, 1, 0, 0], [1, 5, 5, 0, 0, 0]])
    model = UserNeighbours().fit(as_matrix(users), scale=SCALE)
    silent = model.neighbours(folded({0: (5, 1.0, 0), 1: (4, 0.0, 0)}))
    without = model.neighbours(folded({0: (5, 1.0, 0)}))
    assert [column.tolist() for column in silent] == [column.tolist() for column in without]


def test_recency_halves_what_came_before() -> None:
    users = ratings_of([[5, 0, 0, 0, 0, 0], [0, 5, 0, 0, 0, 0]])
    model = UserNeighbours(UserNeighboursConfig(recency=1, shrinkage=0)).fit(as_matrix(users), scale=SCALE)
    user, similarity = model.neighbours(folded({0: (4, 1.0, 10), 1: (4, 1.0, 20)}))
    assert user.tolist() == [1, 0]
    assert similarity == pytest.approx([2 / math.sqrt(5), 1 / math.sqrt(5)])


def test_significance_is_linear_up_to_its_bound() -> None:
    users = ratings_of([[5, 5, 5, 5, 0, 0], [5, 0, 0, 0, 0, 0]])
    config = UserNeighboursConfig(shrinkage=0, significance=2)
    model = UserNeighbours(config).fit(as_matrix(users), scale=SCALE)
    assert model.neighbours(FoldIn.of(dict.fromkeys(range(4), 5)))[1] == pytest.approx([1.0, 0.25])


@pytest.mark.parametrize(
    ("similarity", "vectors"), [("pearson", "likes"), ("adjusted", "bm25"), ("jaccard", "ratings")]
)
def test_refuses_what_does_not_go_together(similarity: str, vectors: str) -> None:
    with pytest.raises(ValidationError, match=similarity):
        UserNeighboursConfig.model_validate({"similarity": similarity, "vectors": vectors})


def test_many_users_and_ties_keep_the_order_of_a_plain_sort() -> None:
    rng = np.random.default_rng([5, 4])
    table = (rng.integers(4, 6, (6000, 12)) * (rng.random((6000, 12)) < 0.3)).astype(np.float32)
    model = UserNeighbours(UserNeighboursConfig(vectors="likes")).fit(sparse.csr_array(table), scale=SCALE)
    profile = FoldIn.of({0: 5, 3: 4, 7: 5})
    user, similarity = model.neighbours(profile, k=6000)
    assert user.tolist() == sorted(user.tolist(), key=lambda u: (-similarity[user == u][0], u))
    for k in (1, 50, 400, 2500):
        nearest, theirs = model.neighbours(profile, k=k)
        assert nearest.tolist() == user[:k].tolist()
        assert theirs.tolist() == similarity[:k].tolist()
