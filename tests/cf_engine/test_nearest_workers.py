"""Threads, processes and Ray tasks over a shared folder find what one process finds in memory."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from catalog import ConfigError, DataError, MissingDependency
from cf_engine.nearest import Accelerator, Damping, Similarity, nearest, nearest_in, share, workers
from cf_engine.nearest.workers import Engine
from tests.cf_engine.test_nearest import normalised, random_matrix

LIKES = Similarity("cosine-counts", Damping(shrinkage=2.0))


@pytest.mark.parametrize(
    "engine", ["threads", "processes", pytest.param("ray", marks=pytest.mark.slow)], ids=str
)
def test_the_same_from_every_engine(engine: Engine, tmp_path: Path) -> None:
    if engine == "ray" and find_spec("ray") is None:
        pytest.skip("Ray is not installed")
    matrix = random_matrix(120, 70, seed=3, share=0.1)
    share(matrix, LIKES, tmp_path)
    found = nearest_in(tmp_path, LIKES, k=5, engine=engine, workers=2, accelerator="scipy")
    assert found.equals(nearest(matrix, LIKES, k=5, accelerator="scipy"))


@pytest.mark.parametrize("accelerator", ["scipy", "sparse_dot_topn", "numba"])
def test_every_accelerator_reads_mapped_arrays(accelerator: Accelerator, tmp_path: Path) -> None:
    pytest.importorskip(accelerator)
    vectors, dot = normalised(random_matrix(60, 40, seed=4)), Similarity("dot")
    share(vectors, dot, tmp_path)
    found = nearest_in(tmp_path, dot, k=3, engine="threads", workers=3, accelerator=accelerator)
    assert found.equals(nearest(vectors, dot, k=3, accelerator="scipy"))


def test_an_empty_matrix_is_shared_too(tmp_path: Path) -> None:
    share(sparse.csr_array(np.zeros((4, 3), np.float32)), LIKES, tmp_path)
    table = nearest_in(tmp_path, LIKES, k=2, engine="threads", workers=2)
    assert table.item.tolist() == [[-1, -1]] * 3


def test_what_cannot_be_done_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match="share it again"):
        nearest_in(tmp_path, LIKES, k=2, engine="threads", workers=1)
    share(random_matrix(5, 4, seed=0), LIKES, tmp_path)
    with pytest.raises(ConfigError, match="another kind"):
        nearest_in(tmp_path, Similarity("dot"), k=2, engine="threads", workers=1)
    with pytest.raises(ConfigError, match="workers"):
        nearest_in(tmp_path, LIKES, k=2, engine="threads", workers=0)
    monkeypatch.setattr(workers, "find_spec", lambda _: None)
    with pytest.raises(MissingDependency, match="scale"):
        nearest_in(tmp_path, LIKES, k=2, engine="ray", workers=1)
