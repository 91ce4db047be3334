"""What a configuration is chosen by: people whose validation ratings are to be found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from catalog import ConfigError, Dataset
from cf_engine import best
from evaluation import metrics
from evaluation.ranking import NewPersonSettings
from evaluation.ranking.newcomers import newcomers
from evaluation.ranking.splits import leave_last_out, leave_random_out
from evaluation.rows import Learnt, Scorer, Situation, Train, history_of

Setting: TypeAlias = Literal["leave-last-out", "random", "new-person"]


@dataclass(frozen=True, slots=True)
class Quality:
    """Mean NDCG@k over the kinds of cases, with that of each kind; `bad` is NaN where nobody dislikes."""

    ndcg: float
    by_kind: Mapping[str, float]
    bad: float


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One list to be made: items that are to be found, and items that the person is known to dislike."""

    kind: str
    situation: Situation
    wanted: NDArray[np.int32]
    disliked: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Validation:
    """Of held-out ratings one case a person, of new people one for each count of known ratings."""

    learnt: Learnt
    cases: tuple[Case, ...]
    people: int
    k: int

    @classmethod
    def of(cls, dataset: Dataset, *, setting: Setting, seed: int, max_users: int | None) -> Validation:
        """The validation ratings of the ranking run of this setting, never its test ratings.

        The people are a seeded sample of `max_users`, of which a larger one is a superset. Raises ConfigError
        as the ranking runs do.
        """
        if max_users is not None and max_users < 1:
            raise ConfigError(f"max_users is {max_users}; give at least 1, or none for everybody")
        settings = NewPersonSettings(seed=seed)
        if setting == "new-person":
            train, cases, people = _new_people(dataset, settings, max_users)
        else:
            train, cases, people = _held_out(dataset, setting, seed, max_users)
        relevant: Literal["liked", "rated"] = "liked" if setting == "new-person" else "rated"
        return cls(Learnt(train, None, seed, dialogue=False, relevant=relevant), cases, people, settings.k)

    def quality(self, scorer: Scorer) -> Quality:
        gain: dict[str, list[float]] = {}
        bad = []
        for case in self.cases:
            rows = case.situation.candidates
            top = rows[best(scorer(case.situation)[rows], self.k)]
            found = np.isin(top, case.wanted)
            value = metrics.ndcg_of_list(found, n_relevant=len(case.wanted), k=self.k)
            gain.setdefault(case.kind, []).append(value)
            bad.append(np.isin(top, case.disliked).sum() / self.k)
        by_kind = {kind: float(np.mean(values)) for kind, values in gain.items()}
        dislikes = not self.learnt.train.interactions.scale.implicit
        return Quality(
            float(np.mean(list(by_kind.values()))), by_kind, float(np.mean(bad)) if dislikes else np.nan
        )


def _new_people(
    dataset: Dataset, settings: NewPersonSettings, max_users: int | None
) -> tuple[Train, tuple[Case, ...], int]:
    """Those of the first fold, as if they had just come."""
    ratings, found = dataset.interactions, newcomers(dataset, settings)
    people = np.sort(found.validation[:max_users]).tolist()
    cases = [_new_person(dataset, found.rows[user], user, n=n) for user in people for n in settings.reveal]
    return Train(ratings.subset(found.others(0, ratings)), dataset.items), tuple(cases), len(people)


def _new_person(dataset: Dataset, rows: NDArray[np.intp], user: int, *, n: int) -> Case:
    ratings, scale = dataset.interactions, dataset.interactions.scale
    hidden = rows[n:]
    item, rating = ratings.item_index[hidden], ratings.rating[hidden]
    return Case(
        f"{n} known",
        history_of(user, ratings.subset(np.sort(rows[:n])), items=dataset.items),
        item[rating >= scale.like_at],
        item[rating <= scale.dislike_at],
    )


def _held_out(
    dataset: Dataset, setting: Setting, seed: int, max_users: int | None
) -> tuple[Train, tuple[Case, ...], int]:
    """The validation rating of each, with neither it nor the test rating among what is learnt from."""
    split = leave_last_out(dataset) if setting == "leave-last-out" else leave_random_out(dataset, seed=seed)
    known = split.without(split.test, split.validation)
    people: Sequence[int] = np.sort(
        np.random.default_rng(seed).permutation(len(split.user))[:max_users]
    ).tolist()
    rows, scale = split.interactions, split.interactions.scale
    cases = []
    for person in people:
        sought = split.validation[[person]]
        item, rating = rows.item_index[sought], rows.rating[sought]
        situation = history_of(int(split.user[person]), known, items=dataset.items)
        cases.append(Case(setting, situation, item, item[rating <= scale.dislike_at]))
    return Train(known, dataset.items), tuple(cases), len(people)
