"""Ten items for many people at once: `python -m benchmarks.cf.many FOLDER PEOPLE ROUNDS` prints JSON."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array, csr_matrix

from benchmarks.cf.engines import SCALE, K, by_item
from benchmarks.cf.recommenders import N, item_neighbours
from benchmarks.stored import in_memory

OURS, PEER = "duetto", "implicit"
UNFILTERED = "sparse_dot_topn, seen items left in"

Work = Callable[[], object]


def main() -> None:
    folder, people, rounds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    matrix = in_memory(folder, ratings=True)
    rows = matrix[:people]
    engines = dict(_engines(matrix, rows))
    print(json.dumps(_speeds(engines, people=rows.shape[0], rounds=rounds)))


def _speeds(engines: Mapping[str, Work], *, people: int, rounds: int) -> dict[str, list[float]]:
    """People per CPU second of every engine in every round, each round beginning with the next engine."""
    speeds: dict[str, list[float]] = {name: [] for name in engines}
    names = list(engines)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            began = time.process_time()
            engines[name]()
            speeds[name].append(people / (time.process_time() - began))
    return speeds


def _engines(matrix: csr_array, rows: csr_array) -> Iterator[tuple[str, Work]]:
    model = item_neighbours().fit(matrix, scale=SCALE)
    model.recommend_many(rows[:1], n=N)  # compiles what is compiled at the first use
    yield OURS, lambda: model.recommend_many(rows, n=N)
    if find_spec("implicit"):
        yield PEER, _implicit(matrix, rows)
    if find_spec("sparse_dot_topn"):
        yield UNFILTERED, _product(csr_matrix(by_item(model.table)), rows)


def _implicit(matrix: csr_array, rows: csr_array) -> Work:
    model = import_module("implicit.nearest_neighbours").CosineRecommender(K=K, num_threads=1)
    model.fit(csr_matrix(matrix), show_progress=False)
    user, given = np.arange(rows.shape[0]), csr_matrix(rows)
    return lambda: model.recommend(user, given, N=N)


def _product(similar: csr_matrix, rows: csr_array) -> Work:
    multiply, given = import_module("sparse_dot_topn").sp_matmul_topn, csr_matrix(rows)
    return lambda: multiply(given, similar, top_n=N, sort=True, n_threads=2)


if __name__ == "__main__":
    main()
