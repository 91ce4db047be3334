"""The same parts in threads, processes or Ray tasks, over one matrix in a folder that all of them map.

Nothing is shuffled: a worker reads what it needs from the folder and sends back one table.
"""

import logging
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial, reduce
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal, TypeAlias

from catalog import ConfigError, MissingDependency
from cf_engine.arrays import Matrix
from cf_engine.nearest import accelerators
from cf_engine.nearest.accelerators import Accelerator, Name
from cf_engine.nearest.build import MEMORY, split
from cf_engine.nearest.layout import Layout
from cf_engine.nearest.request import Request
from cf_engine.nearest.similarity import Similarity
from cf_engine.nearest.table import NeighbourTable

Engine: TypeAlias = Literal["threads", "processes", "ray"]
Task: TypeAlias = tuple[Path, Request, Name]
"""All that `_part` is told but for the part itself."""


def share(vectors: Matrix, similarity: Similarity, folder: Path) -> None:
    """Write the matrix (users, items) to a folder, arranged for similarities of this kind."""
    Layout.of(vectors, similarity).save(folder)


def nearest_in(
    folder: Path,
    similarity: Similarity,
    *,
    k: int,
    engine: Engine,
    workers: int,
    memory: int = MEMORY,
    accelerator: Accelerator = "auto",
) -> NeighbourTable:
    """What `nearest` finds in the matrix that was shared, bit for bit, by so many workers.

    Processes are spawned: a script that asks for them does so below `if __name__ == "__main__"`. Ray runs
    on the cluster that the caller has joined, whose machines must all see the folder, or else on this machine.
    Raises DataError for a folder without a shared matrix, ConfigError for one that was shared for another
    kind of similarity or a setting out of its range, MissingDependency for what is not installed.
    """
    if workers < 1:
        raise ConfigError(f"workers must be at least 1, not {workers!r}")
    layout, request = Layout.open(folder), Request(similarity, k, memory)
    if layout.counts_only != similarity.of_counts and layout.n_entries:
        raise ConfigError(
            f"the matrix in {folder} was shared for another kind than {similarity.kind}; share it again"
        )
    name = accelerators.chosen(accelerator, similarity, pairs=float(layout.entry_pairs.sum()))
    parts = split(accelerators.engine(name).costs(layout, request), workers)
    return reduce(NeighbourTable.merge, RUN[engine]((folder, request, name), parts, workers))


def _part(folder: Path, request: Request, name: Name, part: range) -> NeighbourTable:
    """One worker's share of the work."""
    return accelerators.engine(name).pairs(Layout.open(folder), request, part, done=lambda _: None)


def _in_threads(task: Task, parts: Sequence[range], workers: int) -> Iterable[NeighbourTable]:
    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(partial(_part, *task), parts))


def _in_processes(task: Task, parts: Sequence[range], workers: int) -> Iterable[NeighbourTable]:
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(partial(_part, *task), parts))


def _in_ray(task: Task, parts: Sequence[range], workers: int) -> Iterable[NeighbourTable]:
    if find_spec("ray") is None:
        raise MissingDependency("finding neighbours with Ray", extra="scale")
    import ray

    local = not ray.is_initialized()
    if local:
        ray.init(num_cpus=workers, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)
    try:
        remote: Any = ray.remote(_part)
        return list(ray.get([remote.remote(*task, part) for part in parts]))
    finally:
        if local:
            ray.shutdown()


RUN = {"threads": _in_threads, "processes": _in_processes, "ray": _in_ray}
