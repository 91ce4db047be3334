from pathlib import Path

import numpy as np
import pytest

from benchmarks.shapes import LEAST, SHAPES, Shape, generate
from benchmarks.stored import in_memory, opened, shaped

MOVIELENS = {
    "1m": {"ratings": 1.00e6, "mean": 166, "median": 108, "most": 2223, "squares": 3.63e8},
    "10m": {"ratings": 10.0e6, "mean": 143, "median": 81, "most": 6406, "squares": 4.42e9},
    "25m": {"ratings": 25.0e6, "mean": 154, "median": 80, "most": 18697, "squares": 1.50e10},
}


@pytest.mark.parametrize("name", SHAPES)
def test_people_are_as_active_as_those_of_movielens(name: str) -> None:
    activity = SHAPES[name].activity().astype(np.float64)

    found = {
        "ratings": activity.sum(),
        "mean": activity.mean(),
        "median": np.median(activity),
        "most": activity.max(),
        "squares": (activity**2).sum(),
    }

    assert found == pytest.approx(MOVIELENS[name], rel=0.05)


def test_the_ratings_of_1m_have_its_shape() -> None:
    matrix = generate(SHAPES["1m"])

    per_user = np.diff(matrix.indptr)
    per_item = np.bincount(matrix.indices, minlength=matrix.shape[1])
    assert matrix.shape == (6040, 3706)
    assert np.square(per_user.astype(np.float64)).sum() == pytest.approx(3.63e8, rel=0.1)
    assert np.square(per_item.astype(np.float64)).sum() == pytest.approx(6.4e8, rel=0.1)
    assert (np.median(per_item), per_item.max()) == pytest.approx((139, 2255), rel=0.1)


def test_a_matrix_holds_each_pair_once_in_order(small: Shape) -> None:
    matrix = generate(small)

    assert [part.dtype.name for part in (matrix.data, matrix.indices, matrix.indptr)] == [
        "float32",
        "int32",
        "int32",
    ]
    assert sorted(np.diff(matrix.indptr)) == small.activity().tolist()
    assert np.diff(matrix.indptr).min() >= LEAST
    for user in range(small.users):
        item = matrix.indices[matrix.indptr[user] : matrix.indptr[user + 1]]
        assert (np.diff(item) > 0).all()
    assert set(matrix.data) == {1, 2, 3, 4, 5}
    assert 0 <= matrix.indices.min() <= matrix.indices.max() < small.items


def test_the_seed_decides(small: Shape) -> None:
    one, same, other = (generate(small, seed=seed).toarray() for seed in (1, 1, 2))

    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_people_of_one_taste_share_items(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn to nothing but the 20 or so items of their taste, two of 24 people share most of their items."""
    monkeypatch.setattr("benchmarks.shapes.ATTRACTION", 1e4)
    matrix = generate(Shape(480, 480, middle=1e-9, spread=1, most=20, top=21, median=20))

    rated = matrix.toarray() > 0
    alike = rated.astype(int) @ rated.T.astype(int) >= LEAST / 2

    assert alike.mean() == pytest.approx(1 / 24, rel=0.2)


def test_a_set_is_made_once_and_mapped(small: Shape, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUETTO_HOME", str(tmp_path))
    monkeypatch.setitem(SHAPES, "small", small)

    folder = shaped("small")
    written = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    again = shaped("small")

    assert {path.name: path.stat().st_mtime_ns for path in again.iterdir()} == written
    assert np.array_equal(opened(folder).toarray(), generate(small).toarray())
    assert set(in_memory(folder, ratings=False).data) == {1}
    with pytest.raises(ValueError, match="read-only"):
        opened(folder).data[0] = 0
