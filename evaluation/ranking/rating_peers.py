"""Rows of the rating table that come from other libraries, where they are installed."""

from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from itertools import product

import numpy as np

from evaluation.metrics import Double
from evaluation.ranking.predictors import Fit, Indices, Predictor, RatingRow, RatingTrain
from evaluation.rows import lenskit_data


def rating_peers() -> tuple[RatingRow, ...]:
    """Of LensKit and Surprise, those that can be imported."""
    found: list[RatingRow] = []
    if find_spec("lenskit"):
        found += _lenskit_rows(f"LensKit {version('lenskit')}")
    if find_spec("surprise"):
        found += _surprise_rows(f"Surprise {version('scikit-surprise')}")
    return tuple(found)


def missing_peers() -> tuple[str, ...]:
    """The libraries of which there is no row, because they are not installed."""
    known = {"lenskit": "LensKit", "surprise": "Surprise"}
    return tuple(name for module, name in known.items() if not find_spec(module))


def _lenskit_rows(library: str) -> list[RatingRow]:
    return [
        RatingRow(
            f"LensKit: {kind} kNN",
            f"{scorer} of {library}, explicit feedback, our bias row where it has none",
            {f"{k} neighbours": _lenskit(scorer, k) for k in (20, 40, 80)},
        )
        for kind, scorer in (("item", "ItemKNNScorer"), ("user", "UserKNNScorer"))
    ]


def _surprise_rows(library: str) -> list[RatingRow]:
    settings = tuple(product((20, 40, 60), (50, 100, 200)))
    return [
        RatingRow(
            f"Surprise: {kind} kNN",
            f"KNNBaseline of {library}, pearson_baseline between {kind}s",
            {
                f"{k} neighbours, shrinkage {shrinkage}": _surprise(k, shrinkage, user_based=kind == "user")
                for k, shrinkage in settings
            },
        )
        for kind in ("item", "user")
    ]


def _lenskit(scorer: str, k: int) -> Fit:
    def fit(train: RatingTrain) -> Predictor:
        data = import_module("lenskit.data")
        model = getattr(import_module("lenskit.knn"), scorer)(feedback="explicit", max_nbrs=k)
        model.train(lenskit_data(train.matrix))

        def expected(user: int, items: Indices) -> Double:
            known = train.history(user)
            history = data.ItemList(item_ids=known.item_index, rating=known.rating)
            query = data.RecQuery(user_id=user, user_items=history)
            own = np.asarray(model(query, data.ItemList(item_ids=items)).scores(), np.float64)
            found: Double = np.where(np.isnan(own), train.bias(user, items), own)
            return found.clip(train.scale.low, train.scale.high)

        return expected

    return fit


def _surprise(k: int, shrinkage: int, *, user_based: bool) -> Fit:
    def fit(train: RatingTrain) -> Predictor:
        surprise, rows = import_module("surprise"), train.interactions
        reader = surprise.Reader(rating_scale=(train.scale.low, train.scale.high))
        columns = (rows.user_index.tolist(), rows.item_index.tolist(), rows.rating.tolist())
        known = [(user, item, rating, None) for user, item, rating in zip(*columns, strict=True)]
        similarity = {"name": "pearson_baseline", "user_based": user_based, "shrinkage": shrinkage}
        model = surprise.KNNBaseline(k=k, sim_options=similarity, verbose=False)
        model.fit(surprise.dataset.Dataset(reader).construct_trainset(known))
        return lambda user, items: np.array([model.predict(user, item).est for item in items.tolist()])

    return fit
