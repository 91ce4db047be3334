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
    wanted = np.union1d(person.item, items)
    rating = _ratings(votes.by_user, votes.user, wanted, n_items=len(space.by_item))
    own = rating[:, np.searchsorted(wanted, person.item)]
    share = np.zeros((len(votes.user), len(profile)))
    share[:, person.position] = _shares(space.terms(person, own, count=votes.by_user.counts_of(votes.user)))
    asked = np.ascontiguousarray(rating[:, np.searchsorted(wanted, items)].T)
    amount = votes.amounts(asked)
    return Told(items, profile.item_index, votes.user, votes.similarity, asked, amount, share)


def _shares(term: Double) -> Double:
    """Of each row its parts of the sum, which add up to one."""
    total = term.sum(axis=1, keepdims=True)
    share: Double = np.divide(term, total, out=np.zeros_like(term), where=total != 0)
    return share


def _ratings(by_user: Lines, user: Indices, item: Indices, *, n_items: int) -> Single:
    """What the users gave the items, float32 (users, items), NaN where they gave nothing; `item` ascends."""
    rating = np.full((len(user), len(item)), np.nan, np.float32)
    runs = Runs.whole(by_user, user)
    if (kernel := compiled()) is not None:
        column = np.full(n_items, -1, np.int32)
        column[item] = np.arange(len(item))
        kernel.look_up(by_user.index, by_user.rating, runs.begin, runs.end, column, rating)
        return rating
    wanted, offset = np.zeros(n_items, np.bool_), runs.offsets()
    wanted[item] = True
    theirs = joined(by_user.index, runs, name="voted item", dtype=np.int64)
    found = np.flatnonzero(wanted[theirs])
    row = np.searchsorted(offset, found, side="right") - 1
    place = np.searchsorted(item, theirs[found])
    rating[row, place] = by_user.rating[(runs.begin - offset[:-1])[row] + found]
    return rating
