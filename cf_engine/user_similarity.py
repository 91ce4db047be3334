"""Similarity of one person to every user, kept as the terms it is a sum of.

A similarity is found from the columns of the person's own items alone, so its cost grows with the
profile and not with the number of users.
"""

from dataclasses import dataclass

import numpy as np

from catalog import RatingScale
from cf_engine.arrays import Columns, Double, Indices, Mask, Single, entries, totals
from cf_engine.profile import FoldIn

ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Shared:
    """Every rating that a user has in common with the profile; four arrays of shape (s,)."""

    user: Indices
    position: Indices
    own: Single
    theirs: Single

    def per_user(self, value: Double | Mask, *, n_users: int) -> Double:
        return totals(self.user, value, length=n_users)


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """A similarity to every user, (n_users,), and each shared item's term of it, (s,).

    Adding up the terms of a user gives the similarity to that user.
    """

    user: Indices
    position: Indices
    amount: Double
    similarity: Double


def shared_ratings(profile: FoldIn, ratings: Columns, *, exclude_user: int | None) -> Shared:
    position, user, theirs = entries(ratings, profile.item_index)
    if exclude_user is not None:
        keep = user != exclude_user
        position, user, theirs = position[keep], user[keep], theirs[keep]
    return Shared(user, position.astype(np.int32), profile.rating[position], theirs)


def opposed(shared: Shared, scale: RatingScale) -> Mask:
    """Where the person dislikes what the user likes: such an item never brings the two together."""
    disliked: Mask = (shared.own <= scale.dislike_at) & (shared.own < scale.like_at)
    liked: Mask = shared.theirs >= scale.like_at
    return liked & disliked


def cosine_terms(shared: Shared, profile: FoldIn, *, norm: Double, conflict: Mask) -> Double:
    """Terms of the cosine between whole rating vectors; `norm` is every user's Euclidean length."""
    own_norm = np.sqrt(np.square(profile.rating, dtype=np.float64).sum())
    product = shared.own.astype(np.float64) * shared.theirs
    return _divided(np.where(conflict, np.minimum(product, 0), product), own_norm * norm[shared.user])


def pearson_terms(shared: Shared, *, n_users: int, conflict: Mask) -> Double:
    """Terms of the correlation over the items both rated, each centred on its mean over those items."""
    own, theirs = _centred(shared, shared.own, n_users), _centred(shared, shared.theirs, n_users)
    spread = shared.per_user(own**2, n_users=n_users) * shared.per_user(theirs**2, n_users=n_users)
    product = own * theirs
    return _divided(np.where(conflict, np.minimum(product, 0), product), np.sqrt(spread)[shared.user])


def summed(shared: Shared, amount: Double, *, overlap: Double, shrinkage: float, min_overlap: int) -> Terms:
    """Terms after shrinkage `overlap / (overlap + shrinkage)`; too small an overlap is no similarity.

    `overlap`, (n_users,), counts the shared items that are not in conflict.
    """
    weight = _divided(overlap, overlap + shrinkage) * (overlap >= min_overlap)
    amount = amount * weight[shared.user]
    similarity = shared.per_user(amount, n_users=len(overlap))
    return Terms(shared.user, shared.position, amount, similarity)


def _centred(shared: Shared, value: Single, n_users: int) -> Double:
    count = np.bincount(shared.user, minlength=n_users)
    total = shared.per_user(value.astype(np.float64), n_users=n_users)
    return value - _divided(total, count.astype(np.float64))[shared.user]


def _divided(numerator: Double, denominator: Double) -> Double:
    """The quotient, zero where the denominator is zero or no more than a rounding error."""
    quotient = np.zeros_like(numerator)
    np.divide(numerator, denominator, out=quotient, where=denominator > ROUNDING)
    return quotient
