"""The collaborative voice: what people's ratings say, and what dialogues name together."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from catalog import Dialogue, Interactions, Items
from cf_engine import Baskets, Blend, BlendConfig, FoldIn, Popularity, mentions
from cf_engine.arrays import Single
from cf_engine.mentions import OPINIONS
from cf_engine.nearest import NeighbourTable

ENGINE, POPULARITY, BASKETS = "engine", "popularity", "baskets"


@dataclass(frozen=True, slots=True, eq=False)
class Collaborative:
    """`baskets` are there where dialogues named items; they know best what comes up in a dialogue."""

    engine: Blend
    popularity: Popularity
    baskets: Baskets | None = None

    @classmethod
    def fit(cls, rows: Interactions, n_items: int, *, engine: BlendConfig, baskets: Baskets | None) -> Self:
        matrix, scale = rows.matrix(n_items), rows.scale
        return cls(Blend(engine).fit(matrix, scale=scale), Popularity().fit(matrix, scale=scale), baskets)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """What `save` wrote. Raises catalog.DataError when a part is missing or damaged."""
        baskets = Baskets.load(folder / BASKETS) if (folder / BASKETS).exists() else None
        return cls(Blend.load(folder / ENGINE), Popularity.load(folder / POPULARITY), baskets)

    def save(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.engine.save(folder / ENGINE)
        self.popularity.save(folder / POPULARITY)
        if self.baskets is not None:
            self.baskets.save(folder / BASKETS)

    def scores(self, fold_in: FoldIn, came_up: FoldIn, *, exclude_user: int | None = None) -> Single:
        """Shape (n_items,): by baskets over what came up, on the scale OPINIONS, where there are some; else by
        the engine over what is liked and disliked."""
        if self.baskets is not None:
            return self.baskets.scores(came_up)
        return self.engine_scores(fold_in, exclude_user=exclude_user)

    def engine_scores(self, fold_in: FoldIn, *, exclude_user: int | None = None) -> Single:
        """Shape (n_items,), or popularity where the engine says nothing."""
        score = self.engine.scores(fold_in, exclude_user=exclude_user)
        return score if (score > 0).any() else self.popularity.scores(fold_in)


def baskets_of(
    dialogues: Sequence[Dialogue], items: Items, *, kin: NeighbourTable | None = None
) -> Baskets | None:
    """Fitted on what the dialogues name, with `kin` as in `Baskets.fit`; None where they name nothing."""
    found = mentions(dialogues, items)
    if not found.opinion.nnz:
        return None
    return Baskets().fit(found.opinion, scale=OPINIONS, suggested=found.suggested, kin=kin)
