"""What people say around an item, and what they name beside it, out of recorded dialogues."""

import re
from collections.abc import Iterable

import numpy as np
from scipy import sparse

from catalog import Dialogue, Items

TURNS = 6
"""The user's last turns up to a mention that describe what is mentioned."""
LONGEST = 6000
"""Characters kept of an item's talk."""
SHRINKAGE = 3.0
"""An item that was named beside n others takes n / (n + SHRINKAGE) of what these have."""
_YEAR = re.compile(r"\(\d{4}\)")


def talk(dialogues: Iterable[Dialogue], items: Items) -> list[str]:
    """For every item, in catalogue order, what users said shortly before either side named it; "" for the others."""
    said: list[list[str]] = [[] for _ in items]
    for dialogue in dialogues:
        own: list[str] = []
        for turn in dialogue.turns:
            if turn.role == "user":
                own.append(_YEAR.sub("", turn.text))
            for item_id in dict.fromkeys(turn.items):
                if item_id in items:
                    said[items.index_of(item_id)].append(" ".join(own[-TURNS:]))
    return [" ".join(texts)[:LONGEST] for texts in said]


def beside(dialogues: Iterable[Dialogue], items: Items) -> "sparse.csr_array[np.float32, tuple[int, int]]":
    """What else was named in the dialogues of each item, (n_items, n_items): shares of all that was, shrunk."""
    rows: list[int] = []
    columns: list[int] = []
    for number, dialogue in enumerate(dialogues):
        found = {items.index_of(one) for turn in dialogue.turns for one in turn.items if one in items}
        rows += [number] * len(found)
        columns += sorted(found)
    shape = (1 + max(rows, default=0), len(items))
    named = sparse.csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    pairs = sparse.coo_array(named.T @ named)
    away = pairs.row != pairs.col
    row, column, count = pairs.row[away], pairs.col[away], pairs.data[away]
    total = np.bincount(row, weights=count, minlength=len(items)) + SHRINKAGE
    share = (count / total[row]).astype(np.float32)
    return sparse.csr_array((share, (row, column)), shape=(len(items), len(items)))
