"""One measurement in a process of its own: `build` or `search` of an index in a folder, printed as JSON.

`python -m benchmarks.vectors.measure build|search SCRATCH [SERVER]`, where SCRATCH holds `given.npy` and `asked.npy`.
"""

import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.memory import forget_peak, peak_mb
from benchmarks.timing import percentile, seconds
from benchmarks.vectors.synthetic import Given, catalogue
from catalog import Items
from retrieval import Filter, VectorIndex

LIST = 100
EXCLUDED = 200
KINDS: Mapping[str, Filter | None] = {
    "search": None,
    "broad": Filter(must={"genre": frozenset({"genre 0"})}),
    "narrow": Filter(must={"shelf": frozenset({"shelf 7"})}),
    "excluded": None,
}


def main() -> None:
    what, scratch, *server = sys.argv[1:]
    given = np.load(Path(scratch, "given.npy"), mmap_mode="r")
    items, folder = catalogue(len(given)), Path(scratch, "server" if server else "embedded")
    forget_peak()
    index = VectorIndex.open(folder, embedder=Given(given), server=server[0] if server else None)
    with index:
        found = (
            _build(index, items)
            if what == "build"
            else _search(index, items, np.load(Path(scratch, "asked.npy")))
        )
    found["disk_mb"] = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    print(json.dumps(found))


def _build(index: VectorIndex, items: Items) -> dict[str, float]:
    build_s = seconds(lambda: index.build(items, progress=_tell))
    return {"build_s": build_s, "build_items_per_s": len(items) / build_s, "build_peak_mb": peak_mb()}


def _search(index: VectorIndex, items: Items, asked: NDArray[np.float32]) -> dict[str, float]:
    """Opening ends with the first answer, the items being there; the first constraint of all is timed by itself."""

    def opened() -> None:
        index.build(items)
        index.query(asked[0], n=LIST)

    found = {"open_s": seconds(opened)}
    exclude = items.ids[:: max(1, len(items) // EXCLUDED)]
    found["first_constraint_s"] = seconds(lambda: index.query(asked[0], n=LIST, where=KINDS["narrow"]))
    for kind, where in KINDS.items():
        out = exclude if kind == "excluded" else ()
        times, recalls = [], []
        for vector in asked:
            start = time.perf_counter()
            hits = index.query(vector, n=LIST, where=where, exclude=out)
            times.append(1000 * (time.perf_counter() - start))
            if where is None and not out:
                least = np.partition(index.similarities(vector), -LIST)[-LIST]
                recalls.append(sum(hit.similarity >= least - 1e-6 for hit in hits) / LIST)
        found |= {f"{kind}_p50_ms": percentile(times, 50), f"{kind}_p95_ms": percentile(times, 95)}
        if recalls:
            found["recall_at_100"] = float(np.mean(recalls))
    found["upsert_one_s"] = seconds(lambda: index.upsert([items[0]]))
    return found | {"search_peak_mb": peak_mb()}


def _tell(stage: str, done: int, total: int | None) -> None:
    if total and (done == total or done % 8192 == 0):
        print(f"  {stage} {done:,} of {total:,}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
