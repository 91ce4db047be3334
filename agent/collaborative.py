"""The collaborative voice: what people's ratings say, and what dialogues name together."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from catalog import Dataset, Dialogue, Interactions, Items
from cf_engine import Baskets, BlendConfig, Blended, Evidence, FoldIn, Popularity, mentions, preset
from cf_engine.arrays import Indices, Single
from cf_engine.live import Base, Moment, Row, padded, roomy
from cf_engine.mentions import OPINIONS
from cf_engine.model import Recommender
from cf_engine.nearest import NeighbourTable

ENGINE, BASKETS = "engine", "baskets"
DRIFT = 0.05
"""With this share of the ratings in rows that changed, the engine is to be fitted anew."""


@dataclass(frozen=True, eq=False)
class Collaborative:
    """`baskets` are there where dialogues named items; they know best what comes up in a dialogue."""

    now: Moment
    baskets: Baskets | None = None

    @classmethod
    def fit(cls, rows: Interactions, n_items: int, *, engine: BlendConfig, baskets: Baskets | None) -> Self:
        base = Base.fit(rows.matrix(n_items), scale=rows.scale, config=engine)
        return cls(Moment.of(base), baskets)

    @classmethod
    def of(cls, dataset: Dataset) -> Self:
        """With the engine as preset for the data set, and baskets where its dialogues say about as much as its
        ratings do: a few of them say nothing of most items."""
        items, rows, dialogues = dataset.items, dataset.interactions, dataset.dialogues
        named = sum(len(turn.items) for dialogue in dialogues for turn in dialogue.turns)
        baskets = baskets_of(dialogues, items) if 2 * named >= len(rows) else None
        return cls.fit(rows, len(items), engine=preset(dataset.name), baskets=baskets)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What `save` wrote. Raises catalog.DataError when a part is missing or damaged."""
        baskets = Baskets.load(folder / BASKETS) if (folder / BASKETS).exists() else None
        return cls(Moment.of(Base.open(folder / ENGINE)), baskets)

    def save(self, folder: Path) -> None:
        """What was fitted, without what came since."""
        folder.mkdir(exist_ok=True)
        self.now.base.save(folder / ENGINE)
        if self.baskets is None:
            shutil.rmtree(folder / BASKETS, ignore_errors=True)
        else:
            self.baskets.save(folder / BASKETS)

    def after(self, dataset: Dataset, users: Iterable[str]) -> Self:
        """With the items of the data set and the ratings that these users have there now.

        All is fitted anew only when there is no room left for the items.
        """
        ratings, rows, n_items = self.now.ratings, dataset.interactions, len(dataset.items)
        if n_items > ratings.capacity:
            return self.of(dataset)
        changed = {
            index: _row(rows, user) for user in users if (index := rows.user_index_of(user)) is not None
        }
        moment = Moment(self.now.base, ratings.with_items(n_items).with_rows(changed))
        return replace(self, now=moment)

    @property
    def drifted(self) -> bool:
        """Whether so much changed that the engine should be fitted anew."""
        ratings = self.now.ratings
        return ratings.after.nnz + ratings.before.nnz > DRIFT * ratings.base.nnz

    @property
    def engine(self) -> Blended:
        return self.now.blend

    @property
    def popularity(self) -> Popularity:
        return self.now.popularity

    @cached_property
    def fans(self) -> Single:
        """People who liked each item, (n_items,)."""
        return self.popularity.scores(FoldIn.of({}))

    def scores(self, fold_in: FoldIn, came_up: FoldIn, *, exclude_user: int | None = None) -> Single:
        """Shape (n_items,): by baskets over what came up, on the scale OPINIONS, where there are some; else by
        the engine over what is liked and disliked."""
        if self.baskets is not None:
            return self.baskets.scores(came_up)[: self.now.ratings.n_items]
        return self.engine_scores(fold_in, exclude_user=exclude_user)

    def explain(
        self, fold_in: FoldIn, came_up: FoldIn, items: Indices, *, exclude_user: int | None = None
    ) -> Sequence[Evidence]:
        """What `scores` of the items is made of."""
        if self.baskets is not None:
            return self.baskets.explain(came_up, items)
        voice, _ = self._speaking(fold_in, exclude_user=exclude_user)
        return voice.explain(fold_in, items, exclude_user=exclude_user)

    def engine_scores(self, fold_in: FoldIn, *, exclude_user: int | None = None) -> Single:
        """Shape (n_items,), or popularity where the engine says nothing."""
        return self._speaking(fold_in, exclude_user=exclude_user)[1]

    def _speaking(self, fold_in: FoldIn, *, exclude_user: int | None) -> tuple[Recommender, Single]:
        """The engine, or popularity where the engine says nothing, with its scores."""
        score = self.engine.scores(fold_in, exclude_user=exclude_user)
        if (score > 0).any():
            return self.engine, score
        return self.popularity, self.popularity.scores(fold_in)


def baskets_of(
    dialogues: Sequence[Dialogue], items: Items, *, kin: NeighbourTable | None = None
) -> Baskets | None:
    """Fitted on what the dialogues name, with `kin` as in `Baskets.fit`; None where they name nothing.

    There is room for items to come.
    """
    found, width = mentions(dialogues, items), roomy(len(items))
    if not found.opinion.nnz:
        return None
    suggested = np.pad(found.suggested, (0, width - len(items)))
    return Baskets().fit(padded(found.opinion, width=width), scale=OPINIONS, suggested=suggested, kin=kin)


def _row(rows: Interactions, user: str) -> Row:
    item, rating, _ = rows.of_user(user)
    order = np.argsort(item)
    return Row(item[order], rating[order])
