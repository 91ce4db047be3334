"""Lists that reach beyond what everyone knows: a popularity discount, diversity and calibration.

All of them take a person's candidates as arrays in ascending order of item index, so that a tie by position
is one by item index, and give their positions. A strength of 0 changes nothing.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from catalog import ConfigError, Items
from cf_engine.arrays import Columns, Double, Indices
from cf_engine.selection import best

SMOOTHING = 0.01
"""Share of the target in a list's distribution, so that a value without an item costs much and not everything."""


def discounted(score: NDArray[np.floating], popularity: NDArray[np.number], *, discount: float) -> Double:
    """`score / popularity ** discount`, shape (c,), as RP3beta has it (Paudel et al. 2017, ACM TiiS 7).

    Only a score above zero shrinks, so that nobody's dislike is discounted and no item rises without a
    reason; a popularity below 1 counts as 1. Raises ConfigError for a discount below zero.
    """
    if not discount >= 0:
        raise ConfigError(f"the popularity discount is {discount}; give 0 (none) or more")
    value = _scores(score, len(popularity))
    return np.where(value > 0, value / np.maximum(popularity, 1.0) ** discount, value)


def mmr(
    score: NDArray[np.floating], similarity: NDArray[np.floating], *, n: int, diversity: float
) -> Indices:
    """The n candidates picked one by one by maximal marginal relevance, in the order of picking.

    Each pick has the largest `(1 - diversity) * score - diversity * similarity to the nearest picked one`,
    scores brought to 0..1 over the candidates; `similarity` is (c, c), one below zero counts as none.
    Carbonell and Goldstein 1998, SIGIR. Raises ConfigError for a diversity outside 0..1.
    """
    value = _scores(score, *similarity.shape)
    if not _share(diversity, "diversity"):
        return best(value, n)
    relevance, nearest = (1 - diversity) * _unit(value), np.zeros(len(value))
    picked = np.empty(min(n, len(value)), np.int32)
    for place in range(len(picked)):
        picked[place] = pick = int(np.argmax(relevance - diversity * nearest))
        relevance[pick] = -np.inf
        nearest = np.maximum(nearest, similarity[pick])
    return picked


def calibrated(
    score: NDArray[np.floating], membership: Double, target: Double, *, n: int, weight: float
) -> Indices:
    """The n candidates picked one by one so that the list's shares of the values follow `target`.

    Each pick has the largest `(1 - weight) * score - weight * KL(p || q)` of the list that it completes,
    scores brought to 0..1 over the candidates. p is `target`, (v,), as shares, and q the list's own, smoothed
    by p; `membership`, (c, v), is as from `attribute_shares`. Steck 2018, RecSys. Raises ConfigError for a
    weight outside 0..1.
    """
    value = _scores(score, len(membership))
    if not _share(weight, "calibration weight") or not target.any():
        return best(value, n)
    wanted = np.flatnonzero(target)
    p, share, mass = target[wanted] / target.sum(), membership[:, wanted], membership.sum(axis=1)
    relevance, votes, total = (1 - weight) * _unit(value), np.zeros(len(wanted)), 0.0
    picked = np.empty(min(n, len(value)), np.int32)
    for place in range(len(picked)):
        held = np.maximum(total + mass, np.finfo(np.float64).tiny)
        q = (1 - SMOOTHING) * (votes + share) / held[:, None] + SMOOTHING * p
        picked[place] = pick = int(np.argmax(relevance + weight * (np.log(q) @ p)))
        relevance[pick] = -np.inf
        votes, total = votes + share[pick], total + mass[pick]
    return picked


def attribute_shares(items: Items, attribute: str) -> Double:
    """How each item divides one vote among its values of an attribute, (n_items, values), values by name.

    A row of zeros has none of them. Meant for genres and the like: with v values it takes 8 v bytes an item.
    """
    place = {value: column for column, value in enumerate(sorted(items.vocabulary(attribute)))}
    shares = np.zeros((len(items), len(place)))
    for row, item in enumerate(items):
        own = sorted({place[value] for value in item.attributes.get(attribute, ())})
        shares[row, own] = 1 / max(1, len(own))
    return shares


def cosines(columns: Columns) -> Double:
    """Cosine between every two columns, (c, c) for (users, c); a column of zeros is like nothing."""
    exact = sparse.csc_array(columns, dtype=np.float64)
    product = (exact.T @ exact).toarray()
    length = np.sqrt(product.diagonal())
    length[length == 0] = 1.0
    return np.asarray(product / np.outer(length, length), np.float64)


def _scores(score: NDArray[np.floating], *lengths: int) -> Double:
    value = np.asarray(score, np.float64)
    if value.ndim != 1 or set(lengths) != {len(value)}:
        raise ValueError(
            f"every candidate has a score and a row; got {value.shape} scores and {lengths} rows"
        )
    if not np.isfinite(value).all():
        raise ValueError("a candidate's score is not a finite number; leave out what has no score")
    return value


def _share(strength: float, name: str) -> float:
    if not 0 <= strength <= 1:
        raise ConfigError(f"the {name} is {strength}; give a number from 0 (none) to 1 (nothing else counts)")
    return strength


def _unit(score: Double) -> Double:
    """From 0 for the lowest to 1 for the highest; all zeros where they are all alike."""
    span = np.ptp(score) if len(score) else 0.0
    return (score - score.min()) / span if span > 0 else np.zeros_like(score)
