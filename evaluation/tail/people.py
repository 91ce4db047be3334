"""What new people are shown, by every way of re-ranking."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from catalog import Dataset, Interactions, Progress
from cf_engine import FoldIn, Model
from cf_engine.arrays import Columns, Double, Indices
from cf_engine.long_tail import cosines
from cf_engine.weighting import weighted
from evaluation.ranking.newcomers import Newcomers
from evaluation.ranking.record import NewPersonRecord
from evaluation.records import Phase, RecordLog
from evaluation.tail.methods import Candidates, Method, lists
from evaluation.tail.settings import TailSettings


def liked_columns(ratings: Interactions, *, n_items: int) -> Columns:
    """One where a user liked an item, (users, n_items), and nothing else."""
    return sparse.csc_array(weighted(ratings.matrix(n_items), "likes", scale=ratings.scale))


def liked_of(profile: FoldIn, *, like_at: float) -> Indices:
    """What a person is known to like; all they rated where that is nothing."""
    liked = profile.item_index[profile.rating >= like_at]
    return liked if len(liked) else profile.item_index


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """From everyone outside a fold; `popularity`, (n_items,), counts their ratings."""

    model: Model
    popularity: Double
    liked: Columns


@dataclass(frozen=True, slots=True, eq=False)
class Showing:
    """What all people of a run have in common; `shares`, (n_items, values), is the attribute's."""

    dataset: Dataset
    people: Newcomers
    model: Callable[[], Model]
    shares: Double
    ways: tuple[Method, ...]
    settings: TailSettings
    log: RecordLog[NewPersonRecord]
    progress: Progress | None

    def records(self, phase: Phase, users: NDArray[np.intp]) -> Iterator[NewPersonRecord]:
        """A record for each of `users`, from the log where it has one."""
        done = 0
        for fold in np.unique(self.people.fold[users]).tolist():
            learnt = self._learnt(fold)
            for user in np.sort(users[self.people.fold[users] == fold]).tolist():
                yield self._record(phase, learnt, user)
                done += 1
                if self.progress is not None:
                    self.progress(f"{phase} people", done, len(users))

    def _learnt(self, fold: int) -> Learnt:
        ratings, n_items = self.dataset.interactions, len(self.dataset.items)
        others = ratings.subset(np.flatnonzero(self.people.fold[ratings.user_index] != fold))
        model = self.model().fit(others.matrix(n_items), scale=ratings.scale)
        popularity = np.bincount(others.item_index, minlength=n_items).astype(np.float64)
        return Learnt(model, popularity, liked_columns(others, n_items=n_items))

    def _record(self, phase: Phase, learnt: Learnt, user: int) -> NewPersonRecord:
        ids, ratings, settings = self.dataset.items.ids, self.dataset.interactions, self.settings
        record = self.log.get(phase, ratings.user_ids[user], settings.known)
        if record is None:
            known = np.sort(self.people.rows[user][: settings.known])
            profile = FoldIn(ratings.item_index[known], ratings.rating[known])
            shown = lists(self._candidates(learnt, profile), self.ways, k=settings.k)
            record = NewPersonRecord(
                phase,
                ratings.user_ids[user],
                settings.known,
                revealed=tuple(ids[item] for item in profile.item_index),
                top={system: tuple(ids[item] for item in top) for system, top in shown},
            )
            self.log.add(record)
        return record

    def _candidates(self, learnt: Learnt, profile: FoldIn) -> Candidates:
        item, score = learnt.model.recommend(profile, n=max(self.settings.pool, self.settings.k))
        order = np.argsort(item)
        item = item[order]
        known = liked_of(profile, like_at=self.dataset.interactions.scale.like_at)
        return Candidates(
            item,
            score[order].astype(np.float64),
            learnt.popularity[item],
            cosines(learnt.liked[:, item]),
            self.shares[item],
            self.shares[known].sum(axis=0),
        )
