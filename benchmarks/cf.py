"""Collaborative filtering on MovieLens-100K: building each model, and folding in a person not in it."""

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from scipy.sparse import csr_array, csr_matrix

from benchmarks.report import Report
from benchmarks.timing import percentile, seconds
from catalog import Interactions, load
from cf_engine import FoldIn, ItemNeighbours, Model, Popularity, UserNeighbours

LIST = 10
PROFILE = 20
PEER = "implicit"


def run(*, quick: bool) -> Report:
    dataset = load("movielens-100k")
    matrix = dataset.interactions.matrix(len(dataset.items))
    profiles = _profiles(dataset.interactions, count=50 if quick else 300)
    figures: dict[str, float] = {}
    models: dict[str, Model] = {
        "user": UserNeighbours(),
        "item": ItemNeighbours(),
        "popularity": Popularity(),
    }
    for name, model in models.items():
        start = seconds(lambda model=model: model.fit(matrix, scale=dataset.interactions.scale))  # type: ignore[misc]
        figures[f"{name}_build_s"] = start
        figures |= _fold_ins(name, profiles, lambda profile, model=model: model.recommend(profile, n=LIST))  # type: ignore[misc]
    shape = f"{matrix.shape[0]} users, {matrix.shape[1]} items, {matrix.nnz} ratings; lists of {LIST}"
    if find_spec(PEER) is None:
        return Report("cf", figures, {PEER: {}}, (shape, f"{PEER} is not installed: not measured"))
    return Report("cf", figures, {PEER: _implicit(matrix, profiles)}, (shape,))


def _profiles(interactions: Interactions, *, count: int) -> list[FoldIn]:
    """People with PROFILE ratings each, drawn from those who have as many."""
    rng = np.random.default_rng(5)
    people = rng.permutation(len(interactions.user_ids))
    found = []
    for user in people:
        rows = np.flatnonzero(interactions.user_index == user)
        if len(rows) >= PROFILE:
            rows = rng.choice(rows, PROFILE, replace=False)
            found.append(FoldIn(interactions.item_index[rows], interactions.rating[rows]))
        if len(found) == count:
            break
    return found


def _fold_ins(
    name: str, profiles: Sequence[FoldIn], recommend: Callable[[FoldIn], object]
) -> dict[str, float]:
    times = [1000 * seconds(lambda profile=profile: recommend(profile)) for profile in profiles]  # type: ignore[misc]
    return {f"{name}_fold_in_p50_ms": percentile(times, 50), f"{name}_fold_in_p95_ms": percentile(times, 95)}


def _implicit(matrix: "csr_array[Any]", profiles: Sequence[FoldIn]) -> dict[str, float]:
    """The library's item neighbours by cosine, on the same matrix and people."""
    model = import_module("implicit.nearest_neighbours").CosineRecommender(K=50, num_threads=1)
    figures = {"item_build_s": seconds(lambda: model.fit(csr_matrix(matrix), show_progress=False))}

    def recommend(profile: FoldIn) -> object:
        places = (np.zeros(len(profile), np.int32), profile.item_index)
        row = csr_matrix((profile.rating, places), shape=(1, matrix.shape[1]))
        return model.recommend(0, row, N=LIST)

    return figures | _fold_ins("item", profiles, recommend)
