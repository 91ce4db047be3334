"""One person at a time: what each system ranks where."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog import Dataset, Progress
from cf_engine import best
from evaluation.records import PersonRecord, Phase, RecordLog
from evaluation.settings import RankingSettings
from evaluation.splits import LeaveLastOut
from evaluation.systems import Content, History, Likelihood, Train, pool

RANDOM, POPULARITY, CONTENT, CF = "random", "popularity", "embedding cosine", "CF alone"


@dataclass(frozen=True, slots=True, eq=False)
class Examiner:
    """What all people of a run have in common. `content` and `likelihood` may be missing, with their rows."""

    dataset: Dataset
    split: LeaveLastOut
    settings: RankingSettings
    content: Content | None
    likelihood: Likelihood | None
    log: RecordLog
    progress: Progress | None

    def records(self, phase: Phase, train: Train, people: NDArray[np.intp]) -> Iterator[PersonRecord]:
        """A record for each of `people` (places in the split), from the log where it has one."""
        rows = self.split.test if phase == "test" else self.split.validation
        for done, person in enumerate(people.tolist(), start=1):
            user = int(self.split.user[person])
            record = self.log.get(phase, self.split.interactions.user_ids[user])
            if record is None:
                target = int(self.split.interactions.item_index[rows[person]])
                record = self._record(phase, train, train.history(user), target=target)
                self.log.add(record)
            if self.progress is not None:
                self.progress(f"{phase} people", done, len(people))
            yield record

    def _record(self, phase: Phase, train: Train, history: History, *, target: int) -> PersonRecord:
        ids, k = self.dataset.items.ids, self.settings.k
        scores = self._scores(train, history)
        unseen = np.setdiff1d(np.arange(len(ids), dtype=np.int32), history.seen)
        order = {row: unseen[best(score[unseen], len(unseen))] for row, score in scores.items()}
        return PersonRecord(
            phase,
            self.split.interactions.user_ids[history.user],
            ids[target],
            rank={row: _rank(items, target) for row, items in order.items()},
            top={row: tuple(ids[item] for item in items[:k]) for row, items in order.items()},
            **self._voices(scores, history, order[CF], target=target),
        )

    def _scores(self, train: Train, history: History) -> dict[str, NDArray[np.floating]]:
        rng = np.random.default_rng([self.settings.seed, history.user])
        scores: dict[str, NDArray[np.floating]] = {
            RANDOM: rng.random(len(self.dataset.items)),
            POPULARITY: train.popularity.scores(history.fold_in),
        }
        if self.content is not None:
            scores[CONTENT] = self.content.scores(history)
        return scores | {CF: train.neighbours.scores(history.fold_in, exclude_user=history.user)}

    def _voices(
        self,
        scores: dict[str, NDArray[np.floating]],
        history: History,
        unseen: NDArray[np.int32],
        *,
        target: int,
    ) -> dict[str, Any]:
        """The pool's part of a record; `unseen` is in CF order. Nothing without a language model."""
        if self.likelihood is None:
            return {}
        sizes = (self.settings.cf_pool, self.settings.content_pool)
        chosen = pool(unseen, scores.get(CONTENT), sizes=sizes)
        outside = unseen[~np.isin(unseen, chosen)]
        return {
            "pool": tuple(self.dataset.items.ids[item] for item in chosen),
            "cf": _rounded(scores[CF][chosen]),
            "lm": _rounded(self.likelihood.scores(history, chosen)),
            "behind": None if target in chosen else len(chosen) + _rank(outside, target),
        }


def _rank(order: NDArray[np.int32], item: int) -> int:
    return int(np.flatnonzero(order == item)[0]) + 1


def _rounded(score: NDArray[np.floating]) -> tuple[float, ...]:
    """As written to the file, so that a run that was stopped and one that was not agree to the last digit."""
    return tuple(round(value, 6) for value in score.tolist())
