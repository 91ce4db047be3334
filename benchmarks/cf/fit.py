"""One fit in a process of its own: `python -m benchmarks.cf.fit ENGINE FOLDER` prints its cost as JSON."""

import gc
import json
import sys
import time
from pathlib import Path

from scipy.sparse import csr_array, random_array

from benchmarks.cf.engines import ENGINES, nearest_mean
from benchmarks.memory import forget_peak, peak_mb, resident_mb
from benchmarks.stored import in_memory


def main() -> None:
    engine, folder = ENGINES[sys.argv[1]], Path(sys.argv[2])
    engine.ready(_small())()  # compiles and imports what is compiled and imported at the first use
    work = engine.ready(in_memory(folder, ratings=engine.rated))
    gc.collect()
    forget_peak()
    before = resident_mb()
    cpu, wall = time.process_time(), time.perf_counter()
    found = work()
    cost = {
        "cpu_s": time.process_time() - cpu,
        "wall_s": time.perf_counter() - wall,
        "peak_mb": peak_mb(),
        "before_mb": before,
    }
    if engine.pairs is not None:
        cost["nearest_mean"] = nearest_mean(engine.pairs(found))
    print(json.dumps(cost))


def _small() -> csr_array:
    """A matrix (200, 60) of ones."""
    matrix = csr_array(random_array((200, 60), density=0.2, rng=1, dtype="float32"))
    matrix.data[:] = 1
    matrix.sort_indices()
    return matrix


if __name__ == "__main__":
    main()
