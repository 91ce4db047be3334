"""Items where a random walk from the profile ends: item, user, item."""

from typing import Literal, Self

import numpy as np
from pydantic import NonNegativeFloat, PositiveInt
from scipy import sparse

from catalog import Progress, RatingScale
from cf_engine.arrays import Matrix, checked, compressed
from cf_engine.item_lists import WeighedLists
from cf_engine.nearest import NeighbourTable
from cf_engine.weighting import ProfileWeights, weighted

BLOCK_PAIRS = 1 << 22
"""Largest number of pairs of items held at once."""


class RandomWalkConfig(ProfileWeights):
    """How the walk goes, and what the items of a profile weigh."""

    vectors: Literal["likes", "rated"] = "likes"
    """Which ratings are edges between users and items."""
    alpha: NonNegativeFloat = 1.0
    """The probability of each step is raised to this."""
    beta: NonNegativeFloat = 0.4
    """Where the walk ends counts less by this power of how many users have the item."""
    k: PositiveInt = 100
    """Ends kept per item: the most probable, ties by item index."""


class RandomWalk(WeighedLists[RandomWalkConfig]):
    """RP3beta (Paudel et al., Updatable, Accurate, Diverse, and Scalable Recommendations, TiiS 2016).

    The walk goes from an item of the profile to one of its users and on to one of their items; `beta`
    holds down where everything leads.
    """

    kind = "random-walk"
    settings = RandomWalkConfig

    def fit(self, matrix: Matrix, *, scale: RatingScale, progress: Progress | None = None) -> Self:
        edges = weighted(checked(matrix), self.config.vectors, scale=scale)
        return self._keep(self._walked(edges, progress), scale)

    def _walked(self, edges: Matrix, progress: Progress | None) -> NeighbourTable:
        config, n_items = self.config, edges.shape[1]
        of_user = np.diff(edges.indptr).astype(np.float64).clip(1) ** -config.alpha
        n_users_of = np.bincount(edges.indices, minlength=n_items).astype(np.float64).clip(1)
        owner = np.repeat(np.arange(edges.shape[0]), np.diff(edges.indptr))
        where, shape = (edges.indices, edges.indptr), edges.shape
        there = compressed(n_users_of[edges.indices] ** -config.alpha, *where, shape=shape)
        back = compressed(of_user[owner] * n_users_of[edges.indices] ** -config.beta, *where, shape=shape)
        start = sparse.csr_array(there.T)
        table = NeighbourTable.empty(n_items, config.k)
        size = max(1, BLOCK_PAIRS // max(1, n_items))
        for first in range(0, n_items, size):
            ends = sparse.coo_array(start[first : first + size] @ back)
            item = ends.row.astype(np.int32) + first
            other = ends.col.astype(np.int32)
            away = item != other
            table.offer(item[away], other[away], ends.data[away])
            if progress is not None:
                progress("random walk", min(first + size, n_items), n_items)
        return table
