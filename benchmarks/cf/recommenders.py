"""Ways of recommending ten unseen items to a person who was not there when the model was fitted."""

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec

import numpy as np
from scipy.sparse import csr_array, csr_matrix

from benchmarks.cf.engines import SCALE, K, lenskit_data
from benchmarks.cf.people import Known
from cf_engine import FoldIn, ItemNeighbours, ItemNeighboursConfig, Model, UserNeighbours

N = 10
EVIDENCE = ", with evidence"
USER, ITEM, PEER = "duetto user", "duetto item", "implicit item"

Recommend = Callable[[Known], object]


def recommenders(matrix: csr_array) -> Iterator[tuple[str, Recommend]]:
    """Ours, and those of the libraries that are installed, fitted on the ratings one after the other."""
    yield from _ours(USER, UserNeighbours(), matrix)
    yield from _ours(ITEM, item_neighbours(), matrix)
    if find_spec("implicit"):
        yield PEER, _implicit(matrix)
    if find_spec("lenskit"):
        yield "LensKit item", _lenskit("ItemKNNScorer", matrix, save_nbrs=K)
        yield "LensKit user", _lenskit("UserKNNScorer", matrix)


def item_neighbours() -> ItemNeighbours:
    """As many neighbours as the libraries are asked for, and no shrinkage, which they do not have."""
    return ItemNeighbours(ItemNeighboursConfig(k=K, shrinkage=0))


def _ours(name: str, model: Model, matrix: csr_array) -> Iterator[tuple[str, Recommend]]:
    model.fit(matrix, scale=SCALE)

    def recommend(known: Known) -> object:
        return model.recommend(FoldIn(known.item, known.rating), n=N)

    def with_evidence(known: Known) -> object:
        profile = FoldIn(known.item, known.rating)
        items, _ = model.recommend(profile, n=N)
        return model.explain(profile, items)

    yield name, recommend
    yield name + EVIDENCE, with_evidence


def _implicit(matrix: csr_array) -> Recommend:
    model = import_module("implicit.nearest_neighbours").CosineRecommender(K=K, num_threads=1)
    model.fit(csr_matrix(matrix), show_progress=False)
    shape = 1, matrix.shape[1]

    def recommend(known: Known) -> object:
        row = csr_matrix((known.rating, known.item, np.array([0, len(known.item)])), shape=shape)
        return model.recommend(0, row, N=N)

    return recommend


def _lenskit(scorer: str, matrix: csr_array, **settings: int) -> Recommend:
    lenskit, data = import_module("lenskit"), import_module("lenskit.data")
    model = getattr(import_module("lenskit.knn"), scorer)(feedback="implicit", **settings)
    pipeline = import_module("lenskit.pipeline").topn_pipeline(model, n=N)
    pipeline.train(lenskit_data(matrix))

    def recommend(known: Known) -> object:
        query = data.RecQuery(user_items=data.ItemList(item_ids=known.item))
        return lenskit.recommend(pipeline, query, n=N)

    return recommend
