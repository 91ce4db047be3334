"""Ways of finding the 50 nearest items of every item by cosine: ours and those of other libraries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, csr_matrix, diags_array

from benchmarks.cf.floor import bare_loop
from catalog import RatingScale
from cf_engine import ItemNeighbours, ItemNeighboursConfig
from cf_engine.nearest import Accelerator, NeighbourTable

K = 50
SCALE = RatingScale(1, 5)
Vectors: TypeAlias = Literal["rated", "ratings"]
Found: TypeAlias = Any
"""What a library keeps of the neighbours, of a type of its own."""


@dataclass(frozen=True, slots=True)
class Engine:
    """`ready` takes a matrix (users, items) and returns the work to measure; `pairs` reads what that found.

    The matrix holds ones, or ratings where `rated`. `pairs` is None for what finds no neighbours.
    """

    ready: Callable[[csr_array], Callable[[], Found]]
    pairs: Callable[[Found], coo_array] | None
    packages: tuple[str, ...] = ()
    rated: bool = False
    slow: bool = False

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(package for package in self.packages if find_spec(package) is None)


def cosines(matrix: csr_array) -> csr_array:
    """Columns of length 1, so that their inner products are cosines."""
    length = np.sqrt(matrix.multiply(matrix).sum(axis=0))
    return csr_array(matrix @ diags_array(1 / np.maximum(length, 1e-12)).astype(np.float32))


def nearest_mean(found: coo_array) -> float:
    """The similarity of an item's nearest neighbour other than itself, on average over the items."""
    best, other = np.zeros(found.shape[0]), found.row != found.col
    np.maximum.at(best, found.row[other], found.data[other])
    return float(best.mean())


def by_item(table: NeighbourTable) -> coo_array:
    """The similarities (items, items) of a table."""
    row, place = np.nonzero(table.item >= 0)
    return coo_array((table.value[row, place], (row, table.item[row, place])), shape=(len(table), len(table)))


def lenskit_data(matrix: csr_array) -> Found:
    """The matrix as LensKit takes it; imported here, so that no other engine's memory holds that code."""
    return import_module("evaluation.rows.lenskit_models").lenskit_data(matrix)


def _ours(vectors: Vectors, accelerator: Accelerator, matrix: csr_array) -> Callable[[], Found]:
    config = ItemNeighboursConfig(k=K, shrinkage=0, vectors=vectors)
    return lambda: ItemNeighbours(config).fit(matrix, scale=SCALE, accelerator=accelerator).table


def _implicit(matrix: csr_array) -> Callable[[], Found]:
    model = import_module("implicit.nearest_neighbours").CosineRecommender(K=K, num_threads=1)
    given = csr_matrix(matrix)

    def fit() -> Found:
        model.fit(given, show_progress=False)
        return model.similarity

    return fit


def _lenskit(matrix: csr_array) -> Callable[[], Found]:
    scorer = import_module("lenskit.knn").ItemKNNScorer(feedback="implicit", save_nbrs=K)
    data = lenskit_data(matrix)

    def fit() -> Found:
        scorer.train(data)
        return scorer.sim_matrix.to_scipy()

    return fit


def _sparse_dot_topn(matrix: csr_array) -> Callable[[], Found]:
    multiply = import_module("sparse_dot_topn").sp_matmul_topn

    def fit() -> Found:
        rows = csr_matrix(cosines(matrix))
        return multiply(rows.T.tocsr(), rows, top_n=K + 1, n_threads=2)

    return fit


def _sklearn(matrix: csr_array) -> Callable[[], Found]:
    neighbours = import_module("sklearn.neighbors").NearestNeighbors

    def fit() -> Found:
        model = neighbours(n_neighbors=min(K + 1, matrix.shape[1]), metric="cosine", algorithm="brute")
        return model.fit(matrix.T.tocsr()).kneighbors()

    return fit


def _of_distances(found: tuple[NDArray[np.floating], NDArray[np.integer]]) -> coo_array:
    distance, item = found
    row = np.repeat(np.arange(len(item)), item.shape[1])
    return coo_array((1 - distance.ravel(), (row, item.ravel())), shape=(len(item), len(item)))


NAME = "duetto"
OURS = tuple(f"{NAME}, {accelerator}" for accelerator in ("numba", "sparse_dot_topn", "scipy"))
"""The fastest first: the first that is installed is what `auto` takes."""
PEER = "implicit"
FLOOR = "bare loop"

ENGINES: Mapping[str, Engine] = {
    OURS[0]: Engine(partial(_ours, "rated", "numba"), by_item, ("numba",)),
    OURS[1]: Engine(partial(_ours, "ratings", "sparse_dot_topn"), by_item, ("sparse_dot_topn",)),
    OURS[2]: Engine(partial(_ours, "rated", "scipy"), by_item),
    f"{NAME}, ratings": Engine(partial(_ours, "ratings", "auto"), by_item, rated=True),
    PEER: Engine(_implicit, coo_array, ("implicit",)),
    "LensKit": Engine(_lenskit, coo_array, ("lenskit",), slow=True),
    "sparse_dot_topn": Engine(_sparse_dot_topn, coo_array, ("sparse_dot_topn",)),
    "scikit-learn": Engine(_sklearn, _of_distances, ("sklearn",), slow=True),
    FLOOR: Engine(partial(bare_loop, rarest_first=False), None, ("numba",)),
    f"{FLOOR}, rarest first": Engine(partial(bare_loop, rarest_first=True), None, ("numba",)),
}
