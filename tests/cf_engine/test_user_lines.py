import numpy as np
import pytest
from scipy import sparse

from cf_engine.lines import Lines, Runs


def test_likes_come_first_by_item_and_by_user() -> None:
    matrix = sparse.csr_array(np.array([[5, 2, 0], [3, 4, 0], [4, 1, 5]], np.float32))
    by_item = Lines.by_item(matrix, like_at=4)
    assert by_item.start.tolist() == [0, 2, 3, 4, 6, 7, 7]
    assert by_item.index.tolist() == [0, 2, 1, 1, 0, 2, 2]
    assert by_item.rating.tolist() == [5, 4, 3, 4, 2, 1, 5]
    by_user = by_item.across(3)
    assert by_user.start.tolist() == [0, 1, 2, 3, 4, 6, 7]
    assert by_user.index.tolist() == [0, 1, 1, 0, 0, 2, 1]
    assert by_user.rating.tolist() == [5, 2, 4, 3, 4, 5, 1]
    assert by_user.counts().tolist() == by_user.counts_of(np.arange(3, dtype=np.int32)).tolist() == [2, 2, 3]
    assert by_user.likes().tolist() == [1, 1, 2]
    runs = Runs.liked(by_user, np.array([2, 0], np.int32))
    assert [by_user.index[run].tolist() for run in runs.slices()] == [[0, 2], [0]]
    assert runs.offsets().tolist() == [0, 2, 3]


@pytest.mark.parametrize("offsets", [np.int32, np.int64])
def test_indices_take_four_bytes_whatever_the_offsets(offsets: type[np.integer]) -> None:
    matrix = sparse.csr_array(np.array([[5, 2, 0], [3, 4, 0]], np.float32))
    matrix.indptr = matrix.indptr.astype(offsets)
    by_item = Lines.by_item(matrix, like_at=4)
    for lines in (by_item, by_item.across(2)):
        assert lines.start.dtype == np.int64
        assert lines.index.dtype == np.int32
        assert lines.rating.dtype == np.float32


def test_parts_that_do_not_fit_are_refused() -> None:
    lines = Lines.by_item(sparse.csr_array(np.ones((2, 2), np.float32)), like_at=1)
    parts = lines.arrays("x_")
    assert Lines.of(parts, "x_").index.tolist() == [0, 1, 0, 1]
    with pytest.raises(ValueError, match="do not fit"):
        Lines.of(parts | {"x_index": lines.index[1:]}, "x_")
