"""The items of which more is asked than their score: the best by each voice."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from agent.fusion import fuse
from agent.gather import N_CONTENT, N_NEIGHBOURS
from cf_engine import best

Scores: TypeAlias = NDArray[np.floating]


def pool(by_cf: NDArray[np.int32], content: Scores | None, *, sizes: tuple[int, int]) -> NDArray[np.int32]:
    """Items worth a language model's time: the best by CF and the best by content, in CF order.

    `by_cf` are the items in CF order; `content` scores every item; `sizes` says how many of each.
    """
    chosen = np.zeros(len(by_cf), dtype=np.bool_)
    chosen[: sizes[0]] = True
    if content is not None:
        chosen[best(content[by_cf], sizes[1])] = True
    return by_cf[chosen]


def pooled(cf: Scores, content: Scores, may: NDArray[np.bool_], *, alpha: float) -> Scores:
    """Both voices' z-scores weighed over the agent's pool of what `may` be shown, then all others by CF: a score of
    every item, shape (n_items,)."""
    rows = np.flatnonzero(may).astype(np.int32)
    chosen = pool(rows[best(cf[rows], len(rows))], content, sizes=(N_NEIGHBOURS, N_CONTENT))
    behind = np.asarray(cf - cf.max(), np.float64)
    if not len(chosen):
        return behind
    score, _, _ = fuse(cf[chosen].astype(np.float64), content[chosen].astype(np.float64), alpha=alpha)
    behind += score.min() - 1
    behind[chosen] = score
    return behind
