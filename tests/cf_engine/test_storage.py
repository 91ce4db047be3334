"""A saved model is whole, or it is an error with a remedy; readers never wait for writers."""

import json
import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse

from catalog import DataError, RatingScale
from cf_engine import storage

SCALE = RatingScale(low=1, high=5)
RATINGS = sparse.csr_array(np.array([[5, 0, 3], [0, 0, 0], [1, 2, 0]], np.float32))


def write(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    storage.write(path, "thing", config='{"k": 3}', scale=SCALE, arrays=arrays)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "model"
    write(path, {"likes": np.arange(1000, dtype=np.float32)})
    return path


def array_file(path: Path) -> Path:
    (file,) = path.glob("*.npy")
    return file


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12, dtype=np.int32).reshape(3, 4),
        np.asfortranarray(np.arange(12, dtype=np.int64).reshape(3, 4)),
        np.empty((0, 5), np.float32),
        np.array(3.25),
    ],
)
def test_arrays_come_back_mapped_and_read_only(array: NDArray[Any], tmp_path: Path) -> None:
    write(tmp_path / "model", {"value": array})
    config, scale, arrays = storage.read(tmp_path / "model", "thing")
    back = arrays["value"]
    assert (json.loads(config), scale) == ({"k": 3}, SCALE)
    assert (back.shape, back.dtype) == (array.shape, array.dtype)
    assert (back == array).all()
    assert type(back) is np.ndarray
    assert not back.flags.writeable
    assert isinstance(back.base, np.memmap)
    storage.verify(tmp_path / "model")


def test_a_sparse_matrix_lies_over_the_mapped_memory(tmp_path: Path) -> None:
    columns = sparse.csc_array(RATINGS)
    write(
        tmp_path / "model", storage.sparse_arrays(RATINGS) | storage.sparse_arrays(columns, prefix="column_")
    )
    _, _, arrays = storage.read(tmp_path / "model", "thing")
    rows, back = storage.sparse_matrix(arrays), storage.sparse_columns(arrays, prefix="column_")
    assert (rows.toarray() == RATINGS.toarray()).all()
    assert (back.toarray() == RATINGS.toarray()).all()
    for matrix, prefix in ((rows, ""), (back, "column_")):
        for part in ("data", "indices", "indptr"):
            assert np.shares_memory(getattr(matrix, part), arrays[f"{prefix}{part}"])


def test_parts_of_a_matrix_that_do_not_fit_are_refused() -> None:
    arrays = storage.sparse_arrays(RATINGS)
    for part in ("data", "indices", "indptr"):
        with pytest.raises(ValueError, match=r"fit|index|pointer"):
            storage.sparse_matrix(arrays | {part: arrays[part][:-1]})
    with pytest.raises(KeyError):
        storage.sparse_matrix({})


def test_a_truncated_longer_or_missing_array_is_damage(saved: Path) -> None:
    file = array_file(saved)
    whole = file.read_bytes()
    for content in (whole[: len(whole) // 2], whole[:20], b"", whole + b"more"):
        file.write_bytes(content)
        with pytest.raises(DataError, match=r"damaged; build it again"):
            storage.read(saved, "thing")
    file.unlink()
    with pytest.raises(DataError, match="damaged"):
        storage.read(saved, "thing")


def test_an_array_of_another_shape_or_type_is_damage(saved: Path) -> None:
    for array in (np.zeros(500, np.float64), np.zeros((2, 500), np.float32)):
        np.save(array_file(saved), array)
        with pytest.raises(DataError, match="damaged"):
            storage.read(saved, "thing")


def test_a_pickled_array_is_refused(saved: Path) -> None:
    np.save(array_file(saved), np.array([{"kind": "x"}], dtype=object), allow_pickle=True)
    with pytest.raises(DataError, match="not a saved model"):
        storage.read(saved, "thing")


def test_changed_values_are_found_by_verify(saved: Path) -> None:
    file = array_file(saved)
    changed = bytearray(file.read_bytes())
    changed[-1] ^= 1
    file.write_bytes(changed)
    storage.read(saved, "thing")
    with pytest.raises(DataError, match="damaged"):
        storage.verify(saved)


def test_a_damaged_header_is_refused(saved: Path) -> None:
    header = saved / "header.json"
    whole = header.read_text()
    outside = whole.replace('"file": "likes', '"file": "../likes')
    endless = whole.replace('"high": 5.0', '"high": 0.0')
    for text in (whole[: len(whole) // 2], "[]", "", outside, endless, '{"kind": "thing"}'):
        header.write_text(text)
        with pytest.raises(DataError, match="not a saved model"):
            storage.read(saved, "thing")


def test_what_is_no_model_of_this_kind_is_named(saved: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"expected a other of version 2.*thing"):
        storage.read(saved, "other")
    with pytest.raises(DataError, match="no saved model"):
        storage.read(tmp_path / "nothing", "thing")
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no saved model"):
        storage.read(tmp_path / "empty", "thing")
    (tmp_path / "file").write_text("text")
    with pytest.raises(DataError, match="not a saved model"):
        storage.read(tmp_path / "file", "thing")
    with pytest.raises(DataError, match="move it away"):
        write(tmp_path / "file", {})


def test_who_has_the_old_model_open_keeps_it(saved: Path) -> None:
    _, _, old = storage.read(saved, "thing")
    write(saved, {"likes": np.zeros(3, np.float32)})
    assert old["likes"].sum() == 499500
    assert storage.read(saved, "thing")[2]["likes"].tolist() == [0, 0, 0]
    assert len(list(saved.glob("*.npy"))) == 1


def test_a_write_that_fails_leaves_the_old_model(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="no space"):
            write(saved, {"likes": np.zeros(3, np.float32)})
    assert len(storage.read(saved, "thing")[2]["likes"]) == 1000
    assert len(list(saved.glob("*.npy"))) == 1


def test_left_overs_of_a_killed_writer_go_with_the_next_write(saved: Path) -> None:
    (saved / "likes.0123456789ab.npy").write_bytes(b"half")
    assert len(storage.read(saved, "thing")[2]["likes"]) == 1000
    write(saved, {"likes": np.zeros(3, np.float32)})
    assert len(list(saved.glob("*.npy"))) == 1


def test_readers_meet_one_model_or_the_other(saved: Path) -> None:
    done, mixed, seen = threading.Event(), [], set()

    def look() -> None:
        while not done.is_set():
            _, _, arrays = storage.read(saved, "thing")
            pair = int(arrays["left"][0]), int(arrays["right"][0])
            mixed.extend([pair] if pair[0] != pair[1] else [])
            seen.add(pair[0])

    write(saved, {"left": np.zeros(10), "right": np.zeros(10)})
    readers = [threading.Thread(target=look) for _ in range(2)]
    for reader in readers:
        reader.start()
    for step in range(40):
        write(saved, {"left": np.full(10, step), "right": np.full(10, step)})
    done.set()
    for reader in readers:
        reader.join()
    assert not mixed
    assert seen
