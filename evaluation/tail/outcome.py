"""What each list is worth to a person, and how varied and how like their taste it is."""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import sparse

from catalog import Dataset
from cf_engine import FoldIn
from cf_engine.arrays import Columns, Indices
from evaluation import metrics
from evaluation.ranking.new_person import Judge
from evaluation.ranking.record import NewPersonRecord
from evaluation.report import Example
from evaluation.tail.people import liked_columns, liked_of
from evaluation.tail.settings import TailSettings


class Witness:
    """Makes the examples of a run; how alike two items are is by who likes them in all of the data."""

    def __init__(self, dataset: Dataset, settings: TailSettings) -> None:
        self._dataset, self._settings = dataset, settings
        self._judge = Judge(dataset, settings.people)
        self._liked = liked_columns(dataset.interactions, n_items=len(dataset.items))
        self._values = [item.attributes.get(settings.attribute, ()) for item in dataset.items]

    def examples(self, records: Sequence[NewPersonRecord]) -> tuple[Example, ...]:
        """By system, in the order of the records' lists."""
        found: dict[str, list[Example]] = {}
        for record in records:
            for one in self._of(record):
                found.setdefault(one.system, []).append(one)
        return tuple(one for made in found.values() for one in made)

    def _of(self, record: NewPersonRecord) -> Iterator[Example]:
        k, items = self._settings.k, self._dataset.items
        history = [self._values[item] for item in self._known(record)]
        for system, top in record.top.items():
            shown = [items.index_of(item_id) for item_id in top]
            judged = self._judge.example(record, system, top)
            values = dict(judged.values)
            divergence = metrics.calibration(history, [self._values[item] for item in shown])
            if np.isfinite(divergence):
                values[f"KL@{k}"] = round(divergence, 6)
            diversity = metrics.intra_list_diversity(_rows(self._liked[:, shown]))
            values[f"diversity@{k}"] = round(diversity, 6)
            yield Example(system, judged.example, values, judged.detail)

    def _known(self, record: NewPersonRecord) -> Indices:
        ratings, items = self._dataset.interactions, self._dataset.items
        item, rating, _ = ratings.of_user(record.user_id)
        revealed = np.isin(item, [items.index_of(item_id) for item_id in record.revealed])
        profile = FoldIn(item[revealed], rating[revealed])
        return liked_of(profile, like_at=ratings.scale.like_at)


def _rows(columns: Columns) -> metrics.Double:
    """A row for each column that is not empty, over the users who are in any of them."""
    users, place = np.unique(columns.indices, return_inverse=True)
    shape = len(users), columns.shape[1]
    dense = sparse.csc_array((columns.data, place, columns.indptr), shape=shape).toarray().T
    return np.asarray(dense[dense.any(axis=1)], np.float64)
