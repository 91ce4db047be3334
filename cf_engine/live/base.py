"""What was fitted at one time, and what it was fitted on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict

from catalog import DataError, Progress, RatingScale
from cf_engine import storage
from cf_engine.arrays import Matrix, Single, checked
from cf_engine.item_neighbours import ItemNeighbours, ItemNeighboursConfig
from cf_engine.live.items import check_items
from cf_engine.live.pairs import Pairs
from cf_engine.live.ratings import padded
from cf_engine.live.users import check_users
from cf_engine.popularity import Popularity
from cf_engine.profile import FoldIn
from cf_engine.user_config import UserNeighboursConfig
from cf_engine.user_neighbours import UserNeighbours

KIND = "live-ratings"


class LiveConfig(BaseModel):
    """Which models are kept live. Popularity always is."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    users: UserNeighboursConfig | None = UserNeighboursConfig()
    """Not adjusted cosine, and no tf-idf or bm25 vectors."""
    items: ItemNeighboursConfig | None = None
    """Cosine or Jaccard, over likes or rated."""

    def check(self) -> None:
        """Raises ConfigError for a model that cannot be kept live."""
        if self.users is not None:
            check_users(self.users)
        if self.items is not None:
            check_items(self.items)


@dataclass(frozen=True, eq=False)
class Base:
    """`rows`, (users, capacity), are the ratings; columns from `n_items` on are room for items to come.

    `total` is the sum of the ratings, `likes`, (capacity,), how many liked each item. `pairs` are of the
    item neighbours, None like them.
    """

    config: LiveConfig
    scale: RatingScale
    rows: Matrix
    n_items: int
    total: float
    likes: Single
    users: UserNeighbours | None
    items: ItemNeighbours | None
    pairs: Pairs | None

    @classmethod
    def fit(
        cls,
        matrix: Matrix,
        *,
        capacity: int,
        scale: RatingScale,
        config: LiveConfig,
        progress: Progress | None = None,
    ) -> Self:
        n_items = matrix.shape[1]
        rows = padded(checked(matrix), width=capacity)
        likes = Popularity().fit(rows, scale=scale).scores(FoldIn.of({}))
        users = items = pairs = None
        if config.users is not None:
            users = UserNeighbours(config.users).fit(rows, scale=scale, progress=progress)
        if config.items is not None:
            items = ItemNeighbours(config.items).fit(rows, scale=scale, progress=progress)
            pairs = Pairs.of(rows, config.items.vectors, scale=scale)
        total = float(rows.data.sum(dtype=np.float64))
        return cls(config, scale, rows, n_items, total, likes, users, items, pairs)

    def save(self, folder: Path) -> None:
        arrays = storage.sparse_arrays(self.rows) | {
            "likes": self.likes,
            "total": np.array(self.total),
            "n_items": np.array(self.n_items),
        }
        if self.pairs is not None:
            arrays |= storage.sparse_arrays(self.pairs.rows, prefix="having_")
            arrays |= storage.sparse_arrays(self.pairs.columns, prefix="had_")
        if self.users is not None:
            self.users.save(folder / "users")
        if self.items is not None:
            self.items.save(folder / "items")
        config = self.config.model_dump_json()
        storage.write(folder / "ratings", KIND, config=config, scale=self.scale, arrays=arrays)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """What `save` wrote, mapped into memory. Raises DataError for a missing or damaged folder."""
        text, scale, arrays = storage.read(folder / "ratings", KIND)
        try:
            config = LiveConfig.model_validate_json(text)
            rows, pairs = storage.sparse_matrix(arrays), None
            if config.items is not None:
                having = storage.sparse_matrix(arrays, prefix="having_")
                pairs = Pairs(having, storage.sparse_columns(arrays, prefix="had_"))
            return cls(
                config,
                scale,
                rows,
                int(arrays["n_items"]),
                float(arrays["total"]),
                arrays["likes"],
                None if config.users is None else UserNeighbours.load(folder / "users"),
                None if config.items is None else ItemNeighbours.load(folder / "items"),
                pairs,
            )
        except (KeyError, ValueError, TypeError) as error:
            raise DataError("the saved model is damaged; build it again", file=folder) from error
