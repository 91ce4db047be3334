"""One person at a time, with one of their ratings held out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from catalog import ConfigError, Interactions, Progress
from evaluation.ranking.record import PersonRecord, Pool
from evaluation.ranking.splits import HeldOut
from evaluation.records import Phase, RecordLog
from evaluation.rows import Panel, Situation, Train, history_of


@dataclass(frozen=True, slots=True, eq=False)
class Examiner:
    """What all people of a run have in common.

    `negatives` is how many random items the true one stands among; None for all that the person has not
    rated. `shown` is how long the lists are that are kept.
    """

    panel: Panel
    split: HeldOut
    negatives: int | None
    shown: int
    log: RecordLog[PersonRecord]
    progress: Progress | None

    def records(self, phase: Phase, train: Train, people: NDArray[np.intp]) -> Iterator[PersonRecord]:
        """A record for each of `people` (places in the split), from the log where it has one."""
        rows = self.split.test if phase == "test" else self.split.validation
        jury = self.panel.fit(train, relevant="rated")
        ids, user_ids = self.panel.dataset.items.ids, self.split.interactions.user_ids
        for done, person in enumerate(people.tolist(), start=1):
            user = int(self.split.user[person])
            record = self.log.get(phase, user_ids[user])
            if record is None:
                target = int(self.split.interactions.item_index[rows[person]])
                said = jury.judge(self._situation(phase, train.interactions, user, target=target))
                record = PersonRecord(
                    phase,
                    user_ids[user],
                    ids[target],
                    rank={row: order.rank(target) for row, order in said.order.items()},
                    top={
                        row: tuple(ids[i] for i in order.first(self.shown))
                        for row, order in said.order.items()
                    },
                    pool=Pool.of(said, ids),
                )
                self.log.add(record)
            if self.progress is not None:
                self.progress(f"{phase} people", done, len(people))
            yield record

    def _situation(self, phase: Phase, known: Interactions, user: int, *, target: int) -> Situation:
        situation = history_of(user, known, items=self.panel.dataset.items)
        if self.negatives is None:
            return situation
        rng = np.random.default_rng([self.panel.settings.seed, user, 3, int(phase == "test")])
        rated, _, _ = self.split.interactions.of_user(self.split.interactions.user_ids[user])
        unrated = np.setdiff1d(situation.candidates, rated)
        return replace(situation, candidates=sampled(target, unrated, n=self.negatives, rng=rng))


def sampled(
    target: int, unrated: NDArray[np.int32], *, n: int, rng: np.random.Generator
) -> NDArray[np.int32]:
    """The true item and n others of `unrated`, shuffled: one draw, whatever it holds.

    Raises ConfigError when there are fewer than n.
    """
    if len(unrated) < n:
        raise ConfigError(
            f"a person left {len(unrated)} items unrated, too few for {n} negatives "
            "(RankingSettings.negatives)"
        )
    drawn = rng.choice(unrated, n, replace=False)
    return rng.permutation(np.append(drawn, target)).astype(np.int32)
