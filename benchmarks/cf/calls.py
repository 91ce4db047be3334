"""A new person's ten items: `python -m benchmarks.cf.calls FOLDER CALLS SECONDS` prints milliseconds as JSON."""

import gc
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.cf.people import Known, held_out
from benchmarks.cf.recommenders import Recommend, recommenders
from benchmarks.stored import in_memory

BLOCK = 10
"""Calls of one engine before the next has its turn."""


def main() -> None:
    folder, calls, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    matrix, people = held_out(in_memory(folder, ratings=True), calls)
    engines = dict(recommenders(matrix))
    del matrix
    gc.collect()
    gc.freeze()  # what was fitted is no garbage; looking at it again would fall on whoever is measured
    print(json.dumps(alternated(engines, people, seconds=seconds)))


def alternated(
    engines: Mapping[str, Recommend], people: Sequence[Known], *, seconds: float
) -> dict[str, list[float]]:
    """Milliseconds of the calls of every engine, for the same people, BLOCK by BLOCK.

    The first block of each is not counted. An engine that has taken so many seconds has no further turn.
    """
    times: dict[str, list[float]] = {name: [] for name in engines}
    for name in engines:
        _block(engines[name], people[:BLOCK])
    for start in range(0, len(people), BLOCK):
        for name, taken in times.items():
            if sum(taken) < 1000 * seconds:
                times[name] += _block(engines[name], people[start : start + BLOCK])
    return times


def _block(recommend: Recommend, people: Sequence[Known]) -> list[float]:
    taken = []
    for known in people:
        began = time.perf_counter()
        recommend(known)
        taken.append(1000 * (time.perf_counter() - began))
    return taken


if __name__ == "__main__":
    main()
