"""What an entry of the rating matrix counts when items are compared as vectors over users."""

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import BaseModel, ConfigDict, Field, PositiveFloat

from catalog import RatingScale
from cf_engine.arrays import Double, Matrix, Single, compressed, totals
from cf_engine.profile import FoldIn

Vectors: TypeAlias = Literal["likes", "rated", "ratings", "centred", "tf-idf", "bm25"]
"""likes: 1 where a user liked the item. rated: 1 where they rated it. ratings: the rating. centred: its
deviation from the user's mean. tf-idf and bm25: ratings as term counts of a document, in which a user who
rates much says little."""

BM25_SATURATION, BM25_LENGTH = 1.2, 0.75
"""k1 and b of Robertson & Zaragoza, The Probabilistic Relevance Framework (2009)."""


def weighted(matrix: Matrix, vectors: Vectors, *, scale: RatingScale) -> Matrix:
    """The same users and items under the weights of `vectors`, float32; what is not liked is no like."""
    if vectors == "likes":
        return _liked(matrix, scale)
    value = _value(matrix, vectors, scale)
    if value is matrix.data:
        return matrix
    return compressed(value, matrix.indices, matrix.indptr, shape=matrix.shape)


def _liked(matrix: Matrix, scale: RatingScale) -> Matrix:
    liked = matrix.data >= scale.like_at
    start = np.concatenate(([0], np.cumsum(liked, dtype=matrix.indptr.dtype)))[matrix.indptr]
    return compressed(np.ones(start[-1], np.float32), matrix.indices[liked], start, shape=matrix.shape)


def _value(matrix: Matrix, vectors: Vectors, scale: RatingScale) -> NDArray[Any]:
    if vectors == "rated":
        return np.ones(matrix.nnz, np.float32)
    if vectors == "ratings":
        return matrix.data
    n_users, n_items = matrix.shape
    count = np.diff(matrix.indptr)
    owner = np.repeat(np.arange(n_users), count)
    if vectors == "centred":
        total = totals(owner, matrix.data, length=n_users)
        deviation: Double = matrix.data - (total / np.maximum(count, 1))[owner]
        return deviation
    inverse = inverse_frequency(count, n_documents=n_items)[owner]
    if vectors == "tf-idf":
        return term_weights(matrix.data, inverse, scale=scale)
    length = totals(matrix.indices, term_counts(matrix.data, scale), length=n_items)
    relative = length / max(float(length.mean()), 1e-12) if n_items else length
    return term_weights(matrix.data, inverse, scale=scale, length=relative[matrix.indices])


def inverse_frequency(count: NDArray[np.integer], *, n_documents: int) -> Double:
    """How much a term says that so many of the documents have, never below zero."""
    inverse: Double = np.log(max(n_documents, 1) / (1.0 + count)).clip(0)
    return inverse


def term_counts(rating: NDArray[np.floating], scale: RatingScale) -> Double:
    """Ratings as counts of a term: 1 at the low end of the scale, and none is below."""
    return (rating - scale.low).clip(0).astype(np.float64) + 1


def term_weights(
    rating: NDArray[np.floating], inverse: Double, *, scale: RatingScale, length: ArrayLike | None = None
) -> Double:
    """TF-IDF, or with a document length, relative to the mean, BM25; float64 in the shape of the ratings."""
    frequency = term_counts(rating, scale)
    if length is None:
        return np.sqrt(frequency) * inverse
    damping = BM25_SATURATION * (1 - BM25_LENGTH + BM25_LENGTH * np.asarray(length))
    found: Double = frequency * (BM25_SATURATION + 1) / (frequency + damping) * inverse
    return found


class ProfileWeights(BaseModel):
    """What the items of a profile weigh for the models that add up over them."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    neutral_weight: float = Field(default=0.5, ge=0, le=1)
    """What an item weighs that was neither liked (1) nor disliked."""
    dislike_weight: float = Field(default=-0.25, ge=-1, le=1)
    """What a disliked item weighs: below zero it lowers what is like it."""
    recency: PositiveFloat | None = None
    """An item of the profile weighs half for every so many rated later; None: time does not count."""

    def of(self, profile: FoldIn, scale: RatingScale) -> Single:
        """The weights of the profile's items, float32 (m,)."""
        return self.degrees(profile.rating, scale) * profile.recency(self.recency)

    def degrees(self, rating: Single, scale: RatingScale) -> Single:
        """What ratings weigh, whenever they were given, float32 of their shape."""
        below = np.where(rating <= scale.dislike_at, self.dislike_weight, self.neutral_weight)
        return np.where(rating >= scale.like_at, 1.0, below).astype(np.float32)
