"""What a model that knows no ratings learns from: that a person took to an item.

That is a like, or any rating where all that people rate counts as found, in what is learnt as in what is
known of a person.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cf_engine import FoldIn
from evaluation.rows.pool import Scores
from evaluation.rows.registry import Learnt, Scorer, popularity
from evaluation.rows.situation import Situation


def taken(learnt: Learnt) -> csr_array:
    """1 for every item that a person took to, float32 of shape (users, items)."""
    found = learnt.train.matrix.copy()
    found.data = _counts(found.data, learnt).astype(np.float32)
    found.eliminate_zeros()
    return found


def taken_by(fold_in: FoldIn, learnt: Learnt) -> NDArray[np.int32]:
    """The items that this person took to."""
    return fold_in.item_index[_counts(fold_in.rating, learnt)]


def backed(scorer: Scorer, learnt: Learnt) -> Scorer:
    """Where the scorer is silent (0), popularity speaks: above what it speaks against, below what it speaks for."""
    counts = popularity(learnt).astype(np.float64)
    share = counts / max(counts.max(initial=0.0), 1.0)

    def scores(situation: Situation) -> Scores:
        score = scorer(situation).astype(np.float64)
        least = score[score > 0].min(initial=1.0)
        return np.where(score == 0, share * least / 2, score)

    return scores


def _counts(rating: NDArray[np.float32], learnt: Learnt) -> NDArray[np.bool_]:
    if learnt.relevant == "rated":
        return np.ones(len(rating), np.bool_)
    return rating >= learnt.train.interactions.scale.like_at
