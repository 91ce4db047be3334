"""A rating matrix in a folder, one `.npy` file an array, so that every process maps the same pages."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from benchmarks.shapes import SEED, SHAPES, VERSION, generate
from catalog import Progress, cache_home

ARRAYS = ("data", "indices", "indptr")


def shaped(name: str, *, progress: Progress | None = None) -> Path:
    """The folder of a synthetic set, made once and kept in the cache."""
    folder = cache_home() / "benchmarks" / f"{name}-seed{SEED}-v{VERSION}"
    if not folder.exists():
        keep(folder, lambda: generate(SHAPES[name], progress=progress))
    return folder


def keep(folder: Path, make: Callable[[], csr_array]) -> None:
    """Write a matrix beside the folder first and move it into place: no reader meets half of it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        part = Path(scratch, "part")
        part.mkdir()
        matrix = make()
        for name in ARRAYS:
            np.save(part / f"{name}.npy", getattr(matrix, name), allow_pickle=False)
        np.save(part / "shape.npy", np.array(matrix.shape), allow_pickle=False)
        shutil.move(part, folder)


def opened(folder: Path) -> csr_array:
    """The matrix, its arrays mapped into memory and read-only."""
    n_users, n_items = np.load(folder / "shape.npy").tolist()
    data, indices, indptr = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ARRAYS)
    return csr_array((data, indices, indptr), shape=(n_users, n_items), copy=False)


def in_memory(folder: Path, *, ratings: bool) -> csr_array:
    """A copy of the matrix that is all in memory; without the ratings it holds ones."""
    mapped = opened(folder)
    data = np.array(mapped.data) if ratings else np.ones(mapped.nnz, np.float32)
    parts = data, np.array(mapped.indices), np.array(mapped.indptr)
    return csr_array(parts, shape=mapped.shape)
