"""People as if they had just come: a few of their ratings are known, and nobody learnt from them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog import ConfigError, Dataset, Interactions, Progress
from cf_engine import preset
from evaluation.ranking.record import NewPersonRecord, Pool
from evaluation.ranking.settings import NewPersonSettings
from evaluation.ranking.splits import Rows
from evaluation.records import Phase, RecordLog
from evaluation.rows import Jury, Panel, Train, history_of


@dataclass(frozen=True, slots=True, eq=False)
class Newcomers:
    """`fold` and `rows` have an entry for every user: their part, and their ratings in the order of reveal.

    `validation` and `test` are users of whom enough remains to be found, each in random order.
    """

    fold: NDArray[np.intp]
    rows: tuple[Rows, ...]
    validation: NDArray[np.intp]
    test: NDArray[np.intp]

    def others(self, fold: int, interactions: Interactions) -> Rows:
        """The rows of everybody outside the fold."""
        return np.flatnonzero(self.fold[interactions.user_index] != fold)


def newcomers(dataset: Dataset, settings: NewPersonSettings) -> Newcomers:
    """Seeded: users fall into folds at random, and of each a longer reveal begins with the shorter one.

    Raises ConfigError when nobody remains for validation or for test.
    """
    ratings = dataset.interactions
    n_users, most, seed = len(ratings.user_ids), max(settings.reveal), settings.seed
    ends = np.cumsum(np.bincount(ratings.user_index, minlength=n_users))
    rows = tuple(
        np.random.default_rng([seed, user, 1]).permutation(own)  # 1: not the stream of the random row
        for user, own in enumerate(np.split(np.arange(len(ratings)), ends[:-1]))
    )
    shuffled = np.random.default_rng(seed).permutation(n_users)
    fold = np.empty(n_users, dtype=np.intp)
    fold[shuffled] = np.arange(n_users) % settings.folds
    liked = ratings.rating >= ratings.scale.like_at
    people = shuffled[[liked[rows[user][most:]].sum() >= settings.least_relevant for user in shuffled]]
    found = Newcomers(fold, rows, people[fold[people] == 0], people[fold[people] != 0])
    if not (len(found.validation) and len(found.test)):
        raise ConfigError(
            f'too few users of "{dataset.name}" like {settings.least_relevant} items besides {most} known '
            "ratings; reveal fewer (NewPersonSettings.reveal)"
        )
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Reception:
    """What all new people of a run have in common."""

    panel: Panel
    people: Newcomers
    settings: NewPersonSettings
    log: RecordLog[NewPersonRecord]
    progress: Progress | None

    def records(self, phase: Phase, users: NDArray[np.intp]) -> Iterator[NewPersonRecord]:
        """A record for each of `users` and each count of known ratings, from the log where it has one."""
        done = 0
        for fold in np.unique(self.people.fold[users]).tolist():
            jury = self.panel.fit(self._without(fold))
            for user in np.sort(users[self.people.fold[users] == fold]).tolist():
                yield from (self._record(phase, jury, user, n=n) for n in self.settings.reveal)
                done += 1
                if self.progress is not None:
                    self.progress(f"{phase} people", done, len(users))

    def _without(self, fold: int) -> Train:
        ratings = self.panel.dataset.interactions
        rest = ratings.subset(self.people.others(fold, ratings))
        dataset = self.panel.dataset
        return Train(rest, dataset.items, engine=preset(dataset.name))

    def _record(self, phase: Phase, jury: Jury, user: int, *, n: int) -> NewPersonRecord:
        items, ratings = self.panel.dataset.items, self.panel.dataset.interactions
        record = self.log.get(phase, ratings.user_ids[user], n)
        if record is None:
            known = np.sort(self.people.rows[user][:n])
            said = jury.judge(history_of(user, ratings.subset(known), items=items))
            ids, k = items.ids, self.settings.k
            record = NewPersonRecord(
                phase,
                ratings.user_ids[user],
                n,
                revealed=tuple(ids[item] for item in ratings.item_index[known]),
                top={row: tuple(ids[i] for i in order.first(k)) for row, order in said.order.items()},
                pool=Pool.of(said, ids),
            )
            self.log.add(record)
        return record
