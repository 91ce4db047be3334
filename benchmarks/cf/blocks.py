"""The build spread over workers: `python -m benchmarks.cf.blocks FOLDER ROUNDS` prints its cost as JSON."""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from benchmarks.cf.engines import K
from benchmarks.stored import in_memory
from cf_engine.nearest import NeighbourTable, Similarity, nearest

Way = Callable[[], NeighbourTable]


def main() -> None:
    folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
    build = partial(nearest, in_memory(folder, ratings=False), Similarity(), k=K)
    single = build()  # the first build also compiles
    ways = {f"threads: {count}": partial(build, threads=count) for count in _counts(os.cpu_count() or 1)}
    print(json.dumps(_costs(ways, single, rounds=rounds)))


def _counts(cores: int) -> list[int]:
    """1, 2, 4 and so on, as long as each has a core."""
    return [1 << power for power in range(cores.bit_length())]


def _costs(
    ways: Mapping[str, Way], single: NeighbourTable, *, rounds: int
) -> dict[str, list[dict[str, float]]]:
    """`wall_s` and `cpu_s` of every way in every round, and whether its table `equals` the single one's."""
    costs: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            cpu, wall = time.process_time(), time.perf_counter()
            table = way()
            cost = {"cpu_s": time.process_time() - cpu, "wall_s": time.perf_counter() - wall}
            costs[name].append(cost | {"equals": float(table.equals(single))})
    return costs


if __name__ == "__main__":
    main()
