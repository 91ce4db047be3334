"""The build spread over workers: `python -m benchmarks.cf.blocks FOLDER ROUNDS ENGINE...` prints its cost as JSON."""

import json
import logging
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import cast

from benchmarks.cf.engines import K
from benchmarks.stored import in_memory
from cf_engine.nearest import NeighbourTable, Similarity, nearest, nearest_in, share
from cf_engine.nearest.workers import Engine

Way = Callable[[], NeighbourTable]


def main() -> None:
    folder, rounds, engines = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    matrix, similarity = in_memory(folder, ratings=False), Similarity()
    single = nearest(matrix, similarity, k=K)  # the first build also compiles
    with tempfile.TemporaryDirectory() as scratch, _cluster(engines):
        shared = Path(scratch, "matrix")
        share(matrix, similarity, shared)
        del matrix
        ways: dict[str, Way] = {
            f"{engine}: {count}": partial(
                nearest_in, shared, similarity, k=K, engine=cast(Engine, engine), workers=count
            )
            for engine in engines
            for count in _counts(os.cpu_count() or 1)
        }
        print(json.dumps(_costs(ways, single, rounds=rounds)))


def _counts(cores: int) -> list[int]:
    """1, 2, 4 and so on, as long as each has a core."""
    return [1 << power for power in range(cores.bit_length())]


@contextmanager
def _cluster(engines: Sequence[str]) -> Iterator[None]:
    """Ray on this machine where it is among the engines, so that its start is not a part of every build."""
    if "ray" not in engines:
        yield
        return
    import ray

    ray.init(include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    try:
        yield
    finally:
        ray.shutdown()


def _costs(
    ways: Mapping[str, Way], single: NeighbourTable, *, rounds: int
) -> dict[str, list[dict[str, float]]]:
    """`wall_s` and `cpu_s` of every way in every round, and whether its table `equals` the single one's.

    The processor time is of this process and of those it started and saw end: not of Ray's workers.
    """
    costs: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            cpu, wall = _cpu_s(), time.perf_counter()
            table = way()
            cost = {"cpu_s": _cpu_s() - cpu, "wall_s": time.perf_counter() - wall}
            costs[name].append(cost | {"equals": float(table.equals(single))})
    return costs


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
