"""What was fitted at one time, and what it was fitted on."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from catalog import Progress, RatingScale
from cf_engine import storage
from cf_engine.arrays import Matrix, Single, checked
from cf_engine.blend import Blend
from cf_engine.blend_config import BlendConfig
from cf_engine.item_neighbours import ItemNeighbours
from cf_engine.live.items import counted
from cf_engine.live.pairs import Pairs
from cf_engine.live.ratings import padded
from cf_engine.popularity import Popularity
from cf_engine.profile import FoldIn

KIND = "live-ratings"
ROOM = 64
"""Items that can come without a rebuild; a sixteenth of all when that is more."""


@dataclass(frozen=True, eq=False)
class Base:
    """`rows`, (users, capacity), are the ratings; columns from `n_items` on are room for items to come.

    `blend` is fitted to all the columns. `pairs` are of its item neighbours, None where counts do not decide.
    """

    blend: Blend
    scale: RatingScale
    rows: Matrix
    n_items: int
    pairs: Pairs | None

    @classmethod
    def fit(
        cls,
        matrix: Matrix,
        *,
        scale: RatingScale,
        config: BlendConfig,
        capacity: int = 0,
        progress: Progress | None = None,
    ) -> Self:
        """With room for items to come, and for `capacity` in all at least."""
        n_items = matrix.shape[1]
        rows = padded(checked(matrix), width=max(capacity, roomy(n_items)))
        blend = Blend(config).fit(rows, scale=scale, progress=progress)
        items, pairs = blend.part("item-neighbours"), None
        if isinstance(items, ItemNeighbours) and counted(items.config):
            pairs = Pairs.of(rows, items.config.vectors, scale=scale)
        return cls(blend, scale, rows, n_items, pairs)

    @cached_property
    def likes(self) -> Single:
        """How many liked each item, (capacity,)."""
        popular = self.blend.part("popularity") or Popularity().fit(self.rows, scale=self.scale)
        return popular.scores(FoldIn.of({}))

    @cached_property
    def total(self) -> float:
        """The sum of the ratings."""
        return float(self.rows.data.sum(dtype=np.float64))

    def save(self, folder: Path) -> None:
        arrays = storage.sparse_arrays(self.rows) | {"n_items": np.array(self.n_items)}
        if self.pairs is not None:
            arrays |= storage.sparse_arrays(self.pairs.rows, prefix="having_")
            arrays |= storage.sparse_arrays(self.pairs.columns, prefix="had_")
        self.blend.save(folder / "blend")
        storage.write(folder / "ratings", KIND, config="{}", scale=self.scale, arrays=arrays)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """What `save` wrote, mapped into memory. Raises DataError for a missing or damaged folder."""
        blend = Blend.load(folder / "blend")
        _, scale, arrays = storage.read(folder / "ratings", KIND)
        with storage.intact(folder):
            rows, pairs = storage.sparse_matrix(arrays), None
            if "having_data" in arrays:
                having = storage.sparse_matrix(arrays, prefix="having_")
                pairs = Pairs(having, storage.sparse_columns(arrays, prefix="had_"))
            return cls(blend, scale, rows, int(arrays["n_items"]), pairs)


def roomy(n_items: int) -> int:
    """So many items and room for others."""
    return n_items + max(ROOM, n_items // 16)
