"""What an entry of the rating matrix counts when items are compared as vectors over users."""

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from catalog import RatingScale
from cf_engine.arrays import Double, Matrix, Single, compressed, totals

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
    inverse = np.log(max(n_items, 1) / (1.0 + count)).clip(0)[owner]
    frequency = (matrix.data - scale.low).clip(0).astype(np.float64) + 1
    if vectors == "tf-idf":
        tf_idf: Double = np.sqrt(frequency) * inverse
        return tf_idf
    length = totals(matrix.indices, frequency, length=n_items)
    relative = length / max(float(length.mean()), 1e-12) if n_items else length
    damping = BM25_SATURATION * (1 - BM25_LENGTH + BM25_LENGTH * relative[matrix.indices])
    bm25: Double = frequency * (BM25_SATURATION + 1) / (frequency + damping) * inverse
    return bm25


def degrees(rating: Single, scale: RatingScale, *, neutral: float, dislike: float) -> Single:
    """What rated items weigh for the person who rated them: 1 for a like, less for the others."""
    below = np.where(rating <= scale.dislike_at, dislike, neutral)
    return np.where(rating >= scale.like_at, 1.0, below).astype(np.float32)
