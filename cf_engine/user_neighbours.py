"""People who like alike."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, NonNegativeFloat, PositiveInt
from scipy import sparse

from catalog import DataError, Progress, RatingScale
from cf_engine import storage
from cf_engine.arrays import Columns, Double, Indices, Matrix, Single, checked, entries, totals
from cf_engine.evidence import Evidence
from cf_engine.model import RatingModel
from cf_engine.prediction import weighted_average
from cf_engine.profile import FoldIn
from cf_engine.selection import best
from cf_engine.user_similarity import Terms, cosine_terms, opposed, pearson_terms, shared_ratings, summed


class UserNeighboursConfig(BaseModel):
    """How the neighbours of a person are found."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    similarity: Literal["cosine", "pearson"] = "cosine"
    """cosine: between whole rating vectors. pearson: over the items both rated, each side centred."""
    k: PositiveInt = 50
    """Neighbours that count: the most similar, ties by user index."""
    shrinkage: NonNegativeFloat = 5.0
    """A similarity over c shared items is multiplied by c / (c + shrinkage)."""
    min_overlap: PositiveInt = 1
    """Fewer shared items than this are no similarity."""
    mean_centring: bool = True
    """Predict a rating as the person's mean plus the neighbours' average deviation from their own means."""


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    rows: Matrix
    columns: Columns
    norm: Double
    mean: Double
    overall_mean: float
    scale: RatingScale


class UserNeighbours(RatingModel):
    """Neighbours among the users, found anew for each profile.

    An item's score is the summed similarity of those of the k neighbours who liked it. What the person
    dislikes never brings them closer to someone who likes it. With Pearson a neighbour may be dissimilar
    (below zero) when fewer than k are similar, and then speaks against what they like.
    """

    def __init__(self, config: UserNeighboursConfig | None = None) -> None:
        self.config = config or UserNeighboursConfig()
        self._fitted: _Fitted | None = None

    def fit(self, matrix: Matrix, *, scale: RatingScale, progress: Progress | None = None) -> Self:  # noqa: ARG002
        rows = checked(matrix)
        n_users = rows.shape[0]
        owner = np.repeat(np.arange(n_users), np.diff(rows.indptr))
        rating = rows.data.astype(np.float64)
        count = np.bincount(owner, minlength=n_users)
        overall = float(rating.mean()) if len(rating) else (scale.low + scale.high) / 2
        total = totals(owner, rating, length=n_users)
        norm = np.sqrt(totals(owner, rating**2, length=n_users))
        mean = np.where(count > 0, total / np.maximum(count, 1), overall)
        self._fitted = _Fitted(rows, sparse.csc_array(rows), norm, mean, overall, scale)
        return self

    @property
    def n_items(self) -> int:
        return self._state.rows.shape[1]

    def neighbours(
        self, profile: FoldIn, *, k: int | None = None, exclude_user: int | None = None
    ) -> tuple[Indices, Double]:
        """The k users (the config's k by default) nearest to the profile, nearest first, ties by index.

        Only users with a similarity other than zero are neighbours, so there may be fewer than k.
        """
        return self._nearest(self._terms(profile, exclude_user), k or self.config.k)

    def scores(self, profile: FoldIn, *, exclude_user: int | None = None) -> Single:
        """Summed similarity of the neighbours who liked each item, float32 (n_items,)."""
        user, similarity = self.neighbours(profile, exclude_user=exclude_user)
        position, item, rating = entries(self._state.rows, user)
        liked = rating >= self._state.scale.like_at
        total = totals(item[liked], similarity[position[liked]], length=self.n_items)
        return total.astype(np.float32)

    def predict(self, profile: FoldIn, item_index: Indices, *, exclude_user: int | None = None) -> Double:
        """Expected ratings of the items, float64 (len(item_index),), within the scale of the data.

        The weighted average over the k raters of each item nearest to the person, optionally of deviations
        from their means. Where no rater is similar: the person's mean, or with an empty profile the mean
        of all ratings.
        """
        similarity = self._terms(profile, exclude_user).similarity
        own_mean = float(profile.rating.mean()) if len(profile) else self._state.overall_mean
        expected = [self._expected(similarity, item, own_mean=own_mean) for item in item_index]
        return np.clip(np.array(expected, np.float64), self._state.scale.low, self._state.scale.high)

    def explain(
        self, profile: FoldIn, items: Indices, *, exclude_user: int | None = None
    ) -> tuple[Evidence, ...]:
        """The items' scores by neighbour who liked them, and by the item of the profile that they share."""
        terms = self._terms(profile, exclude_user)
        user, similarity = self._nearest(terms, self.config.k)
        place = np.full(self._state.rows.shape[0], -1)
        place[user] = np.arange(len(user))
        near = place[terms.user] >= 0
        amount = np.zeros((len(user), len(profile)))
        amount[place[terms.user[near]], terms.position[near]] = terms.amount[near]
        return tuple(
            self._explained(item, user, similarity, amount=amount, profile=profile)
            for item in self._known(items).tolist()
        )

    def _explained(
        self, item: int, user: Indices, similarity: Double, *, amount: Double, profile: FoldIn
    ) -> Evidence:
        raters, rating = self._raters(item)
        liking = rating >= self._state.scale.like_at
        raters, rating = raters[liking], rating[liking]
        here = np.flatnonzero(np.isin(user, raters))
        given = rating[np.searchsorted(raters, user[here])]
        own = amount[here].sum(axis=0)
        part = similarity[here]
        return Evidence(
            item,
            float(part.sum()),
            profile.item_index,
            own,
            user=user[here],
            similarity=part,
            rating=given,
            user_amount=part,
        )

    def save(self, path: Path) -> None:
        state, config = self._state, self.config.model_dump_json()
        arrays = storage.sparse_arrays(state.rows)
        storage.write(path, "user-neighbours", config=config, scale=state.scale, arrays=arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        config, scale, arrays = storage.read(path, "user-neighbours")
        try:
            model = cls(UserNeighboursConfig.model_validate_json(config))
            return model.fit(storage.sparse_matrix(arrays), scale=scale)
        except (KeyError, ValueError) as error:
            raise DataError("the saved model is damaged; build it again", file=path) from error

    def _terms(self, profile: FoldIn, exclude_user: int | None) -> Terms:
        state, n_users = self._state, self._state.rows.shape[0]
        shared = shared_ratings(profile.within(self.n_items), state.columns, exclude_user=exclude_user)
        conflict = opposed(shared, state.scale)
        if self.config.similarity == "cosine":
            amount = cosine_terms(shared, profile, norm=state.norm, conflict=conflict)
        else:
            amount = pearson_terms(shared, n_users=n_users, conflict=conflict)
        return summed(
            shared,
            amount,
            overlap=shared.per_user(~conflict, n_users=n_users),
            shrinkage=self.config.shrinkage,
            min_overlap=self.config.min_overlap,
        )

    def _nearest(self, terms: Terms, k: int) -> tuple[Indices, Double]:
        similar = np.flatnonzero(terms.similarity)
        user = similar[best(terms.similarity[similar], k)].astype(np.int32)
        return user, terms.similarity[user]

    def _raters(self, item: int) -> tuple[Indices, Single]:
        if not 0 <= item < self.n_items:
            raise ValueError(f"there is no item {item}; the model has {self.n_items} items")
        columns = self._state.columns
        part = slice(columns.indptr[item], columns.indptr[item + 1])
        return columns.indices[part], columns.data[part]

    def _expected(self, similarity: Double, item: int, *, own_mean: float) -> float:
        raters, rating = self._raters(item)
        similar = np.flatnonzero(similarity[raters])
        chosen = similar[best(similarity[raters[similar]], self.config.k)]
        user = raters[chosen]
        start, shift = (own_mean, self._state.mean[user]) if self.config.mean_centring else (0.0, 0.0)
        average = weighted_average(similarity[user], rating[chosen] - shift)
        return own_mean if np.isnan(average) else start + average

    @property
    def _state(self) -> _Fitted:
        if self._fitted is None:
            raise RuntimeError("fit or load the model before using it")
        return self._fitted
