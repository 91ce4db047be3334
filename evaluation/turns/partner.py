"""Another data set's ratings of the same things, for a catalogue with few ratings of its own."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.linking import title_key
from catalog import ConfigError, Dataset, Interactions, Items
from cf_engine.mentions import OPINIONS


@dataclass(frozen=True, slots=True, eq=False)
class Partnership:
    """`interactions` are both sides' rows, `theirs` what the other side brought.

    So many items of the catalogue were found by id and by title.
    """

    interactions: Interactions
    theirs: Interactions
    by_id: int
    by_title: int


def joined(own: Interactions, ratings: Dataset, *, items: Items, attribute: str | None = None) -> Partnership:
    """The rows of `own` with the ratings of `ratings` over the items that both catalogues have.

    An item is the other's when its `attribute` holds the other's id, or, without a value, when one title
    and the year of both are the same and nothing else there has them. Where the scales differ, both sides
    become likes and dislikes (`OPINIONS`). Raises catalog.ConfigError when nothing is joined, or no item
    has the attribute.
    """
    if attribute is not None and attribute not in items.attribute_names():
        has = ", ".join(items.attribute_names())
        raise ConfigError(f'no item has the attribute "{attribute}"; choose from: {has}')
    by_id = _by_id(items, ratings.items, attribute)
    by_title = np.where(by_id < 0, _by_title(items, ratings.items), -1)
    theirs = _carried_over(ratings, np.where(by_id >= 0, by_id, by_title))
    if not len(theirs):
        raise ConfigError(f'the ratings of "{ratings.name}" are of none of these items')
    return Partnership(
        _together(own, theirs), theirs, by_id=int((by_id >= 0).sum()), by_title=int((by_title >= 0).sum())
    )


def _by_id(items: Items, others: Items, attribute: str | None) -> NDArray[np.intp]:
    """The other's row of each item, shape (n_items,), -1 where there is none."""
    ids = [item.attributes.get(attribute or "", ()) for item in items]
    return np.array([next((others.index_of(i) for i in one if i in others), -1) for one in ids], np.intp)


def _by_title(items: Items, others: Items) -> NDArray[np.intp]:
    named: dict[tuple[object, ...], set[int]] = {}
    for row, item in enumerate(others):
        for title in (item.title, *item.aliases):
            named.setdefault((title_key(title), item.year), set()).add(row)
    found = [named.get((title_key(item.title), item.year), set()) for item in items]
    return np.array([next(iter(rows)) if len(rows) == 1 else -1 for rows in found], np.intp)


def _carried_over(ratings: Dataset, other: NDArray[np.intp]) -> Interactions:
    """The ratings of `other`, the other's row of each item, as ratings of these items."""
    rows = ratings.interactions
    users: list[str] = []
    item_index, rating = [np.empty(0, np.int32)], [np.empty(0, np.float32)]
    for item in np.flatnonzero(other >= 0):
        own = np.flatnonzero(rows.item_index == other[item])
        users += [f"{ratings.name}: {rows.user_ids[user]}" for user in rows.user_index[own]]
        item_index.append(np.full(len(own), item, np.int32))
        rating.append(rows.rating[own])
    return Interactions.of(users, np.concatenate(item_index), rating=np.concatenate(rating), scale=rows.scale)


def _together(own: Interactions, theirs: Interactions) -> Interactions:
    if not len(own):
        return theirs
    if own.scale == theirs.scale:
        return own.with_added(theirs)
    return _opinions(own).with_added(_opinions(theirs))


def _opinions(rows: Interactions) -> Interactions:
    """The same rows without times on the scale of OPINIONS."""
    scale, rating = rows.scale, rows.rating
    said = np.select([rating >= scale.like_at, rating <= scale.dislike_at], [1.0, 0.0], 0.5)
    users = [rows.user_ids[user] for user in rows.user_index]
    return Interactions.of(users, rows.item_index, rating=said, scale=OPINIONS)
