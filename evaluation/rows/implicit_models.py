"""Models of implicit, which all learn that a person took to an item."""

import warnings
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import TypeAlias

import numpy as np
from scipy.sparse import csr_matrix

from catalog import ConfigError
from evaluation.rows.pool import Scores
from evaluation.rows.registry import Learnt, Scorer
from evaluation.rows.situation import Situation
from evaluation.rows.taken import taken, taken_by
from evaluation.rows.tunable import Config, Foreign, Tunable

Make: TypeAlias = Callable[[Config, int], Foreign]
"""A model of a configuration and a seed."""


def implicit_models() -> tuple[Tunable, ...]:
    """None where implicit is not installed."""
    if not find_spec("implicit"):
        return ()
    library = f"implicit {version('implicit')}"
    nearest = {
        "implicit-cosine": ("item cosine", "CosineRecommender"),
        "implicit-tfidf": ("item TF-IDF", "TFIDFRecommender"),
        "implicit-bm25": ("item BM25", "BM25Recommender"),
    }
    return (
        *(
            Tunable(name, f"implicit: {row}", f"{kind} of {library}", partial(_fit, partial(_nearest, kind)))
            for name, (row, kind) in nearest.items()
        ),
        Tunable(
            "implicit-als",
            "implicit: ALS",
            f"AlternatingLeastSquares of {library}",
            partial(_fit, _als),
            default={
                "factors": 32
            },  # the best of 16, 32 and 64 on random validation ratings of MovieLens-100K
        ),
        Tunable(
            "implicit-bpr",
            "implicit: BPR",
            f"BayesianPersonalizedRanking of {library}",
            partial(_fit, _bpr, folds_in=False),
            default={"factors": 32},
            strangers=False,
        ),
    )


def _nearest(kind: str, config: Config, _: int) -> Foreign:
    return getattr(import_module("implicit.nearest_neighbours"), kind)(**{"K": 20, **config}, num_threads=1)


def _als(config: Config, seed: int) -> Foreign:
    return import_module("implicit.cpu.als").AlternatingLeastSquares(
        **config, random_state=seed, num_threads=1
    )


def _bpr(config: Config, seed: int) -> Foreign:
    return import_module("implicit.cpu.bpr").BayesianPersonalizedRanking(
        **config, random_state=seed, num_threads=1
    )


def _fit(make: Make, config: Config, learnt: Learnt, *, folds_in: bool = True) -> Scorer:
    threads = import_module("threadpoolctl").ThreadpoolController()
    try:
        model = make(config, learnt.seed)
    except TypeError as error:
        raise ConfigError(f"implicit has no model of {dict(config)}: {error}") from error
    with threads.limit(limits=1, user_api="blas"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Method expects CSR input")  # of what it makes itself
        model.fit(csr_matrix(taken(learnt)), show_progress=False)
    n_items = learnt.train.matrix.shape[1]

    def scores(situation: Situation) -> Scores:
        own = taken_by(situation.fold_in, learnt)
        row = csr_matrix((np.ones(len(own), np.float32), own, [0, len(own)]), shape=(1, n_items))
        user = 0 if folds_in else situation.exclude_user
        with threads.limit(limits=1, user_api="blas"):
            items, score = model.recommend(
                user, row, N=n_items, filter_already_liked_items=False, recalculate_user=folds_in
            )
        found = np.zeros(n_items)
        found[items] = score
        return found

    return scores
