"""Correlation over the items that two people both rated, each item by its weight."""

import numpy as np
from scipy import sparse

from catalog import RatingScale
from cf_engine.arrays import Double, Single
from cf_engine.lines import Lines, Runs
from cf_engine.user_person import Person
from cf_engine.user_walk import joined, ones

ROUNDING = 1e-9
"""A variance up to this, of ratings between 0 and 1, is none."""


def correlations(
    by_item: Lines, person: Person, *, n_users: int, scale: RatingScale
) -> tuple[Single, Single]:
    """To every user the correlation and the number of shared items, float32 (n_users,) each.

    Where the person dislikes what the user likes, the item is not shared and adds nothing above zero.
    """
    runs, weight = Runs.whole(by_item, person.item), person.weight
    slices = runs.slices()
    own, theirs = _unit(person.rating, scale), _unit(joined(by_item.rating, slices, name="rating"), scale)
    parts = ones(len(theirs), np.float64), joined(by_item.index, slices, name="user"), runs.offsets()
    raters = sparse.csc_array(parts, shape=(n_users, len(own)))
    own_sums = np.column_stack((np.ones(len(own)), weight, weight * own, weight * own**2))
    shared, count, own_sum, own_square = np.ascontiguousarray((raters @ own_sums).T)
    raters.data = theirs
    their_sum, product = np.ascontiguousarray((raters @ own_sums[:, 1:3]).T)
    raters.data = theirs**2
    their_square = raters @ weight
    count = np.maximum(count, np.finfo(np.float64).tiny)
    product -= own_sum * their_sum / count
    own_mean, their_mean = own_sum / count, their_sum / count
    for place in np.flatnonzero(person.disliked):
        liking = Runs.liked(by_item, person.item[place : place + 1]).slices()[0]
        user = by_item.index[liking]
        above = (own[place] - own_mean[user]) * (_unit(by_item.rating[liking], scale) - their_mean[user])
        product[user] -= weight[place] * np.maximum(above, 0)
        shared[user] -= 1
    own_spread = own_square - own_sum * own_mean
    spread = np.sqrt(np.maximum(own_spread, 0) * np.maximum(their_square - their_sum * their_mean, 0))
    found = np.divide(product, spread, out=np.zeros(n_users), where=spread > ROUNDING * count)
    return found.astype(np.float32), shared.astype(np.float32)


def centred_products(person: Person, theirs: Single, *, scale: RatingScale) -> Double:
    """What each item adds to the numerator of each user's correlation, (k, m), from what they rated, (k, m)."""
    weight = np.where(np.isnan(theirs), 0.0, person.weight)
    count = np.maximum(weight.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)

    def centred(rating: Double) -> Double:
        mean: Double = np.nansum(weight * rating, axis=1, keepdims=True) / count
        return rating - mean

    return weight * centred(_unit(person.rating, scale)) * centred(_unit(theirs, scale))


def _unit(rating: Single, scale: RatingScale) -> Double:
    """The ratings from -0.5 to 0.5."""
    middle = (scale.low + scale.high) / 2
    return (rating.astype(np.float64) - middle) / (scale.high - scale.low)
