"""The nearest items are the same whoever finds them, and are what plain arithmetic says."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse

from catalog import ConfigError, MissingDependency
from cf_engine.arrays import Matrix
from cf_engine.nearest import Accelerator, Damping, Kind, NeighbourTable, Similarity, accelerators, nearest

DAMPED = Damping(shrinkage=5.0, significance=3, min_overlap=2)


def random_matrix(
    n_users: int, n_items: int, *, seed: int, share: float | NDArray[np.float64] = 0.3
) -> Matrix:
    """Ratings 1 to 5; `share` is how much of the users has an item, one for all or (n_items,)."""
    rng = np.random.default_rng(seed)
    table = rng.integers(1, 6, (n_users, n_items)) * (rng.random((n_users, n_items)) < share)
    return sparse.csr_array(table.astype(np.float32))


def normalised(matrix: Matrix) -> Matrix:
    length = np.sqrt(matrix.power(2).sum(axis=0))
    value = (matrix.data / length[matrix.indices]).astype(np.float32)
    return sparse.csr_array((value, matrix.indices, matrix.indptr), shape=matrix.shape)


def by_hand(matrix: Matrix, kind: Kind, damping: Damping) -> NDArray[np.float64]:
    """Similarities of all pairs, (items, items), by a loop over pairs."""
    dense = matrix.toarray().astype(np.float64)
    n_items = dense.shape[1]
    found = np.zeros((n_items, n_items))
    for i, j in itertools.permutations(range(n_items), 2):
        both = (dense[:, i] != 0) & (dense[:, j] != 0)
        c = int(both.sum())
        if c < damping.min_overlap:
            continue
        n_i, n_j = (np.count_nonzero(dense[:, x]) for x in (i, j))
        x, y = dense[both, i], dense[both, j]
        if kind == "cosine-counts":
            value = c / np.sqrt(n_i * n_j)
        elif kind == "jaccard-counts":
            value = c / (n_i + n_j - c)
        elif kind == "dot":
            value = float(x @ y)
        else:
            spread = np.sqrt(((x - x.mean()) ** 2).sum() * ((y - y.mean()) ** 2).sum())
            value = float((x - x.mean()) @ (y - y.mean())) / spread if spread > 1e-9 else 0.0
        value *= c / (c + damping.shrinkage)
        value *= min(c, damping.significance) / damping.significance if damping.significance else 1
        found[i, j] = max(value, 0)
    return found


@pytest.mark.parametrize("damping", [Damping(), DAMPED])
@pytest.mark.parametrize("kind", ["cosine-counts", "jaccard-counts", "dot", "pearson"])
def test_is_what_plain_arithmetic_says(kind: Kind, damping: Damping) -> None:
    matrix = random_matrix(30, 12, seed=1)
    vectors = normalised(matrix) if kind == "dot" else matrix
    expected = by_hand(vectors, kind, damping)
    table = nearest(vectors, Similarity(kind, damping), k=4, accelerator="scipy")
    for item in range(12):
        listed = table.item[item][table.item[item] >= 0]
        assert len(listed) == min(4, np.count_nonzero(expected[item] > 1e-7))
        assert item not in listed
        assert table.value[item][: len(listed)] == pytest.approx(expected[item][listed], abs=1e-5)
        best = np.sort(expected[item])[::-1][: len(listed)]
        assert table.value[item][: len(listed)] == pytest.approx(best, abs=1e-5)


ENGINES: list[tuple[Accelerator, Kind, Damping]] = [
    (engine, kind, damping)
    for engine in ("numba", "sparse_dot_topn")
    for kind in ("cosine-counts", "jaccard-counts", "dot")
    for damping in (Damping(), DAMPED)
    if engine == "numba" or (kind, damping) == ("dot", Damping())
]


@pytest.mark.parametrize(("engine", "kind", "damping"), ENGINES)
@pytest.mark.parametrize("k", [3, 40])
def test_every_engine_finds_the_same_to_the_last_bit(
    engine: Accelerator, kind: Kind, damping: Damping, k: int
) -> None:
    pytest.importorskip(engine)
    rare_and_popular = np.linspace(0.001, 0.6, 61)
    for n_users, n_items, share in (
        (40, 30, 0.3),
        (300, 90, 0.05),
        (6, 5, 0.9),
        (700, 61, rare_and_popular),
    ):
        matrix = random_matrix(n_users, n_items, seed=k, share=share)
        vectors = normalised(matrix) if kind == "dot" else matrix
        plain = nearest(vectors, Similarity(kind, damping), k=k, accelerator="scipy")
        for threads, memory in ((1, 1 << 27), (2, 4000), (3, 1 << 27)):
            found = nearest(
                vectors,
                Similarity(kind, damping),
                k=k,
                accelerator=engine,
                threads=threads,
                memory=memory,
            )
            assert found.equals(plain)


def test_dense_users_are_counted_in_bits_within_memory() -> None:
    pytest.importorskip("numba")
    from cf_engine.nearest.compiled_bits import tiers
    from cf_engine.nearest.layout import Layout

    layout = Layout.of(random_matrix(700, 61, seed=3, share=0.5), Similarity())
    assert tiers(layout, memory=1 << 20).user.tolist() == [0, 256, 700]
    assert tiers(layout, memory=4000).user.tolist() == [0, 256]
    assert tiers(layout, memory=0).user.tolist() == [0]


@settings(deadline=None, max_examples=40)
@given(
    table=st.lists(st.lists(st.integers(0, 5), min_size=6, max_size=6), min_size=1, max_size=9),
    threads=st.integers(1, 3),
    memory=st.sampled_from([1, 1000, 1 << 20]),
    k=st.integers(1, 8),
)
def test_blocks_and_threads_change_nothing(table: list[list[int]], threads: int, memory: int, k: int) -> None:
    matrix = sparse.csr_array(np.array(table, np.float32))
    whole = nearest(matrix, Similarity(), k=k, accelerator="scipy")
    parts = nearest(matrix, Similarity(), k=k, accelerator="scipy", threads=threads, memory=memory)
    assert parts.equals(whole)


def test_ties_at_the_cut_go_to_the_smaller_index() -> None:
    matrix = sparse.csr_array(np.ones((3, 5), np.float32))
    for engine in ("scipy", "numba"):
        if engine == "numba":
            pytest.importorskip("numba")
        table = nearest(matrix, Similarity(), k=2, accelerator=engine)
        assert table.item.tolist() == [[1, 2], [0, 2], [0, 1], [0, 1], [0, 1]]


def test_nobody_and_nothing() -> None:
    for shape in ((0, 3), (3, 0), (3, 2)):
        table = nearest(sparse.csr_array(np.zeros(shape, np.float32)), Similarity(), k=2)
        assert table.item.shape == (shape[1], 2)
        assert (table.item == -1).all()


def test_an_engine_that_is_not_there_or_cannot(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = random_matrix(5, 4, seed=0)
    with pytest.raises(ConfigError, match="sparse_dot_topn cannot"):
        nearest(matrix, Similarity("jaccard-counts"), k=2, accelerator="sparse_dot_topn")
    monkeypatch.setattr(accelerators, "find_spec", lambda name: None if name != "scipy" else object())
    with pytest.raises(MissingDependency, match="accelerate"):
        nearest(matrix, Similarity(), k=2, accelerator="numba")
    assert nearest(matrix, Similarity(), k=2).item.shape == (4, 2)


def test_numbers_out_of_range_are_refused() -> None:
    for wrong in ({"shrinkage": -1.0}, {"significance": -1}, {"min_overlap": 0}):
        with pytest.raises(ConfigError, match=next(iter(wrong))):
            Damping(**wrong)
    with pytest.raises(ConfigError, match="k must be"):
        nearest(random_matrix(3, 3, seed=0), Similarity(), k=0)


def test_tables_merge_in_one_order() -> None:
    one = NeighbourTable(np.array([[1, -1]], np.int32), np.array([[0.5, 0]], np.float32))
    two = NeighbourTable(np.array([[3, 2]], np.int32), np.array([[0.9, 0.5]], np.float32))
    assert one.merge(two).item.tolist() == [[3, 1]]
