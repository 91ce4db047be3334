"""Where the scores of a list of items came from: by neighbour, and by the item they share with the person."""

import numpy as np

from cf_engine.arrays import Double, Indices, Single
from cf_engine.lines import Lines, Runs
from cf_engine.profile import FoldIn
from cf_engine.user_person import Person
from cf_engine.user_similarity import Space
from cf_engine.user_votes import Told, Votes
from cf_engine.user_walk import compiled, joined


def told(space: Space, votes: Votes, person: Person, items: Indices, *, profile: FoldIn) -> Told:
    """The evidence of the items, (n,), for the person of the profile."""
    own_places, column = len(person.item), np.full(len(space.by_item), -1, np.int32)
    column[person.item] = np.arange(own_places)
    fresh = items[column[items] < 0]
    column[fresh] = np.arange(own_places, own_places + len(fresh))
    rating = _ratings(votes.by_user, votes.user, column, n=own_places + len(fresh))
    share = space.terms(person, rating[:, :own_places], count=votes.by_user.counts_of(votes.user))
    total = share.sum(axis=1, keepdims=True)
    total[total == 0] = 1
    share /= total
    asked = rating[:, column[items]].T
    amount = votes.amounts(asked)
    item, neighbour = np.nonzero(amount)
    start = np.searchsorted(item, np.arange(len(items) + 1)).tolist()
    given = (
        votes.user[neighbour],
        votes.similarity[neighbour],
        asked[item, neighbour],
        amount[item, neighbour],
    )
    score = amount.sum(axis=1).tolist()
    own_amount = _placed(amount @ share, person.position, n=len(profile))
    return Told(items.tolist(), score, profile.item_index, own_amount, start, *given)


def _placed(amount: Double, position: Indices, *, n: int) -> Double:
    """The columns of the amounts at their positions among n."""
    if len(position) == n:
        return amount
    placed = np.zeros((len(amount), n))
    placed[:, position] = amount
    return placed


def _ratings(by_user: Lines, user: Indices, column: Indices, *, n: int) -> Single:
    """What the users gave the items that have a column of n, float32 (users, n), NaN where they gave nothing.

    `column`, (items,), is below zero for all others.
    """
    rating = np.full((len(user), n), np.nan, np.float32)
    runs = Runs.whole(by_user, user)
    if (kernel := compiled()) is not None:
        kernel.look_up(by_user.index, by_user.rating, runs.begin, runs.end, column, rating)
        return rating
    place = column[joined(by_user.index, runs.slices(), name="voted item", dtype=np.int64)]
    found, offset = np.flatnonzero(place >= 0), runs.offsets()
    row = np.searchsorted(offset, found, side="right") - 1
    rating[row, place[found]] = by_user.rating[(runs.begin - offset[:-1])[row] + found]
    return rating
