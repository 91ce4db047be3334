"""Models of LensKit with implicit feedback: they learn that a person took to an item."""

from functools import partial
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec

import numpy as np
from scipy.sparse import csr_array

from catalog import ConfigError
from evaluation.rows.pool import Scores
from evaluation.rows.registry import Learnt, Scorer
from evaluation.rows.situation import Situation
from evaluation.rows.taken import taken, taken_by
from evaluation.rows.tunable import Config, Foreign, Tunable


def lenskit_models() -> tuple[Tunable, ...]:
    """None where LensKit is not installed."""
    if not find_spec("lenskit"):
        return ()
    library = f"LensKit {version('lenskit')}"
    kinds = {"item": "ItemKNNScorer", "user": "UserKNNScorer"}
    return (
        *(
            Tunable(
                f"lenskit-{kind}",
                f"LensKit: {kind} kNN",
                f"{scorer} of {library}, implicit feedback",
                partial(_fit, scorer, {"feedback": "implicit"}),
                default={"max_nbrs": 20},
            )
            for kind, scorer in kinds.items()
        ),
        Tunable(
            "lenskit-ease",
            "LensKit: EASE",
            f"EASEScorer of {library}",
            partial(_fit, "EASEScorer", {}),
            square=True,
        ),
    )


def _fit(scorer: str, fixed: Config, config: Config, learnt: Learnt) -> Scorer:
    data = import_module("lenskit.data")
    try:
        model = getattr(import_module("lenskit.knn"), scorer)(**fixed, **config)
    except ValueError as error:
        raise ConfigError(f"LensKit has no {scorer} of {dict(config)}: {error}") from error
    model.train(lenskit_data(taken(learnt)))
    everything = data.ItemList(item_ids=np.arange(learnt.train.matrix.shape[1]))

    def scores(situation: Situation) -> Scores:
        known = data.ItemList(item_ids=taken_by(situation.fold_in, learnt))
        query = data.RecQuery(user_id=situation.exclude_user, user_items=known)
        return np.nan_to_num(np.asarray(model(query, everything).scores(), np.float64))

    return scores


def lenskit_data(matrix: csr_array) -> Foreign:
    """A LensKit data set of a matrix, users and items by their index, also those without an entry."""
    pandas, data = import_module("pandas"), import_module("lenskit.data")
    entries = matrix.tocoo()
    frame = pandas.DataFrame({"user_id": entries.row, "item_id": entries.col, "rating": entries.data})
    users, items = (np.arange(n) for n in matrix.shape)
    return data.from_interactions_df(frame, users=users, items=items)
