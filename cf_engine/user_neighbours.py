"""People who like alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from catalog import Progress, RatingScale
from cf_engine import storage
from cf_engine.arrays import Double, Indices, Matrix, Single, checked, totals
from cf_engine.evidence import Evidence
from cf_engine.lines import Lines
from cf_engine.model import RatingModel, fitted
from cf_engine.prediction import weighted_average
from cf_engine.profile import FoldIn
from cf_engine.selection import best, largest
from cf_engine.user_config import UserNeighboursConfig
from cf_engine.user_evidence import told
from cf_engine.user_person import Person
from cf_engine.user_similarity import Space
from cf_engine.user_vectors import Entries, blocks
from cf_engine.user_votes import Votes, gains

KIND = "user-neighbours"


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    by_user: Lines
    space: Space
    mean: Double
    overall_mean: float
    scale: RatingScale
    said: Single | None


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Of whom, how similar they are to every user, and their nearest."""

    profile: FoldIn
    exclude_user: int | None
    person: Person
    similarity: Single
    nearest: Indices


class UserNeighbours(RatingModel):
    """Neighbours among the users, found anew for each profile.

    What the person dislikes never brings them closer to someone who likes it. With Pearson and adjusted
    cosine a neighbour may be dissimilar (below zero) when fewer than k are similar, and then speaks against
    what they like. Damped scores are how far the damped mean lies above the mean of all ratings. The last
    person's similarities are kept, so that explaining a list takes no second search.
    """

    def __init__(self, config: UserNeighboursConfig | None = None) -> None:
        self.config = config or UserNeighboursConfig()
        self._fitted: _Fitted | None = None
        self._asked: _Asked | None = None

    def fit(self, matrix: Matrix, *, scale: RatingScale, progress: Progress | None = None) -> Self:  # noqa: ARG002
        rows = checked(matrix)
        by_item = Lines.by_item(rows, like_at=scale.like_at)
        by_user = by_item.across(rows.shape[0])
        total = np.zeros(len(by_user))
        for part in blocks(rows.nnz):
            total += totals(by_item.index[part], by_item.rating[part], length=len(total))
        overall = float(total.sum() / rows.nnz) if rows.nnz else (scale.low + scale.high) / 2
        count = by_user.counts()
        mean = np.divide(total, count, out=np.full(len(total), overall), where=count > 0)
        space = Space.fit(self.config, by_item, by_user, scale=scale)
        said = gains(by_user, self.config, mean=overall, scale=scale)
        self._fitted, self._asked = _Fitted(by_user, space, mean, overall, scale, said), None
        return self

    @property
    def n_items(self) -> int:
        return len(self._state.space.by_item)

    @property
    def entries(self) -> Entries:
        """What everyone's ratings say of the items."""
        return self._state.space.entries

    def neighbours(
        self, profile: FoldIn, *, k: int | None = None, exclude_user: int | None = None
    ) -> tuple[Indices, Double]:
        """The k users (the config's k by default) nearest to the profile, nearest first, ties by index.

        Only users with a similarity other than zero are neighbours, so there may be fewer than k.
        """
        asked = self._ask(profile, exclude_user)
        user = asked.nearest if k is None else largest(asked.similarity, k)
        return user, asked.similarity[user].astype(np.float64)

    def scores(self, profile: FoldIn, *, exclude_user: int | None = None) -> Single:
        """What the neighbours say of each item, float32 (n_items,)."""
        return self._votes(profile, exclude_user).scores(self.n_items).astype(np.float32)

    def predict(self, profile: FoldIn, item_index: Indices, *, exclude_user: int | None = None) -> Double:
        """Expected ratings of the items, float64 (len(item_index),), within the scale of the data.

        The weighted average over the k raters of each item nearest to the person, optionally of deviations
        from their means. Where no rater is similar: the person's mean, or with an empty profile the mean
        of all ratings.
        """
        state, similarity = self._state, self._ask(profile, exclude_user).similarity
        own_mean = float(profile.rating.mean()) if len(profile) else state.overall_mean
        expected = [self._expected(similarity, item, own_mean=own_mean) for item in self._known(item_index)]
        return np.clip(np.array(expected, np.float64), state.scale.low, state.scale.high)

    def explain(
        self, profile: FoldIn, items: Indices, *, exclude_user: int | None = None
    ) -> Sequence[Evidence]:
        """The items' scores by neighbour, and by the item of the profile that they share."""
        known, votes = self._known(items), self._votes(profile, exclude_user)
        person = self._ask(profile, exclude_user).person
        return told(self._state.space, votes, person, known, profile=profile)

    def save(self, path: Path) -> None:
        state, config = self._state, self.config.model_dump_json()
        arrays = {
            **state.by_user.arrays("user_"),
            **state.space.by_item.arrays("item_"),
            **state.space.arrays(),
            "mean": state.mean,
            "overall_mean": np.array(state.overall_mean),
        }
        if state.said is not None:
            arrays["said"] = state.said
        storage.write(path, KIND, config=config, scale=state.scale, arrays=arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        config, scale, arrays = storage.read(path, KIND)
        with storage.intact(path):
            model = cls(UserNeighboursConfig.model_validate_json(config))
            by_user, by_item = Lines.of(arrays, "user_"), Lines.of(arrays, "item_")
            space = Space.of(model.config, by_item, arrays, scale=scale)
            mean, overall = arrays["mean"], float(arrays["overall_mean"])
            model._fitted = _Fitted(by_user, space, mean, overall, scale, arrays.get("said"))
        return model

    def _top(
        self, profile: FoldIn, *, n: int, barred: Indices, exclude_user: int | None
    ) -> tuple[Indices, Single] | None:
        score = self.scores(profile, exclude_user=exclude_user)
        score[profile.item_index] = 0
        score[barred] = 0
        item = largest(score, n)
        return (item, score[item]) if len(item) == n and (score[item] > 0).all() else None

    def _votes(self, profile: FoldIn, exclude_user: int | None) -> Votes:
        user, similarity = self.neighbours(profile, exclude_user=exclude_user)
        state = self._state
        return Votes(
            self.config, state.by_user, user, similarity, state.overall_mean, state.scale, state.said
        )

    def _ask(self, profile: FoldIn, exclude_user: int | None) -> _Asked:
        asked, state = self._asked, self._state
        if asked is None or asked.profile is not profile or asked.exclude_user != exclude_user:
            person = state.space.person(profile.within(self.n_items))
            similarity = state.space.similarity(person, exclude_user=exclude_user)
            nearest = largest(similarity, self.config.k)
            asked = self._asked = _Asked(profile, exclude_user, person, similarity, nearest)
        return asked

    def _expected(self, similarity: Single, item: int, *, own_mean: float) -> float:
        state, by_item = self._state, self._state.space.by_item
        part = slice(by_item.start[2 * item], by_item.start[2 * item + 2])
        raters, rating = by_item.index[part], by_item.rating[part]
        similar = np.flatnonzero(similarity[raters])
        similar = similar[np.argsort(raters[similar], kind="stable")]
        chosen = similar[best(similarity[raters[similar]], self.config.k)]
        user = raters[chosen]
        start, shift = (own_mean, state.mean[user]) if self.config.mean_centring else (0.0, 0.0)
        average = weighted_average(similarity[user], rating[chosen] - shift)
        return own_mean if np.isnan(average) else start + average

    @property
    def _state(self) -> _Fitted:
        return fitted(self._fitted)
