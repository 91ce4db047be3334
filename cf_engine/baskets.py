"""Items that are named together."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self, cast

import numpy as np
from pydantic import Field, NonNegativeFloat, PositiveFloat, PositiveInt
from scipy import sparse

from catalog import Progress, RatingScale
from cf_engine import storage
from cf_engine.arrays import Double, Indices, Matrix, Single, checked, compressed
from cf_engine.evidence import Evidence
from cf_engine.item_lists import ItemLists
from cf_engine.model import Model, fitted
from cf_engine.nearest import NeighbourTable
from cf_engine.profile import FoldIn
from cf_engine.weighting import ProfileWeights


class BasketsConfig(ProfileWeights):
    """How much baskets and what they share count.

    The defaults were chosen on held-out parts of ReDial's train dialogues, where they lie in a flat region. What
    the users of those liked, disliked or did not judge says equally well what else comes up, and so does who
    named it, and in which order; so in a basket every mention counts 1. That a disliked item of the profile
    counts 0 is by intent: 0.5 finds as much.
    """

    shrinkage: NonNegativeFloat = 10.0
    """With an item in n baskets its companions count n / (n + shrinkage)."""
    k: PositiveInt = 100
    """Companions kept per item: the most frequent, ties by item index."""
    kin: NonNegativeFloat = 16.0
    """So many baskets are the kin of an item worth, where they are given."""
    further: NonNegativeFloat = 1.0
    """What the companions of companions count, as far as those were reached."""
    prior: PositiveFloat = 0.2
    """What the share of an item in all suggestions counts."""
    neutral_weight: float = Field(default=1.0, ge=0, le=1)
    """What an item of the profile weighs that was neither liked (1) nor disliked: it came up."""
    dislike_weight: float = Field(default=0.0, ge=-1, le=1)
    """What a disliked item of the profile weighs."""


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """`onward`, (n_items, n_items), has for each item the shares of its companions in all mentions beside it."""

    lists: ItemLists
    onward: Matrix
    prior: Single
    scale: RatingScale


class Baskets(Model):
    """What comes up in a dialogue, given what came up in it before.

    The matrix holds baskets instead of users, and a rating stands for a mention, whatever it is. For an
    item in n baskets, what is in c of these counts c / (n + shrinkage). A score is the mean of that over the
    profile, by what its items weigh; what is reached in this way passes its share on to its own companions, so
    that what no basket joins to the profile is found, too; and the prior counts besides: how often the item is
    suggested at all. So an empty profile has the order of the prior.
    """

    def __init__(self, config: BasketsConfig | None = None) -> None:
        self.config = config or BasketsConfig()
        self._fitted: _Fitted | None = None

    def fit(
        self,
        matrix: Matrix,
        *,
        scale: RatingScale,
        progress: Progress | None = None,  # noqa: ARG002
        suggested: Single | None = None,
        kin: NeighbourTable | None = None,
    ) -> Self:
        """`suggested`, (n_items,), says how often each item was suggested; None: as often as it was named.

        `kin` are neighbours found elsewhere, from ratings of the first of the items, for those that few baskets
        have.
        """
        rows = checked(matrix)
        count = (
            np.bincount(rows.indices, minlength=rows.shape[1]) if suggested is None else np.asarray(suggested)
        )
        prior = (self.config.prior * count / max(float(count.sum()), 1.0)).astype(np.float32)
        together = _together(rows)
        lists = ItemLists(self._companions(rows, together, kin))
        self._fitted = _Fitted(lists, _shares(together), prior, scale)
        return self

    @property
    def n_items(self) -> int:
        return len(self._state.prior)

    def scores(self, profile: FoldIn, *, exclude_user: int | None = None) -> Single:  # noqa: ARG002
        """Shape (n_items,), float32; everyone's baskets count, those of a known person included."""
        item, score = self._state.lists.reached(*self._own(profile))
        found = self._state.prior + self._onward(item, score)
        found[item] += score
        return found

    def explain(
        self,
        profile: FoldIn,
        items: Indices,
        *,
        exclude_user: int | None = None,  # noqa: ARG002
    ) -> tuple[Evidence, ...]:
        """What each item of the profile gave as a companion; the base is the prior and what came from further."""
        known, own = self._known(items), self._own(profile)
        shares = self._state.lists.shares(*own, known)
        base = (self._state.prior + self._onward(*self._state.lists.reached(*own)))[known].astype(np.float64)
        total: Double = shares.own_amount.sum(axis=1) + base
        rows = zip(known.tolist(), total.tolist(), shares.own_amount, base.tolist(), strict=True)
        return tuple(Evidence(item, sum_, shares.own_item, own, part) for item, sum_, own, part in rows)

    def save(self, path: Path) -> None:
        state, table = self._state, self._state.lists.table
        onward = {"onward": state.onward.data, "to": state.onward.indices, "start": state.onward.indptr}
        arrays = {"item": table.item, "value": table.value, "prior": state.prior, **onward}
        storage.write(path, "baskets", config=self.config.model_dump_json(), scale=state.scale, arrays=arrays)

    @classmethod
    def load(cls, path: Path) -> Self:
        config, scale, arrays = storage.read(path, "baskets")
        with storage.intact(path):
            model = cls(BasketsConfig.model_validate_json(config))
            lists = ItemLists(NeighbourTable(arrays["item"], arrays["value"]))
            n_items = len(lists.table)
            onward = compressed(arrays["onward"], arrays["to"], arrays["start"], shape=(n_items, n_items))
            model._fitted = _Fitted(lists, onward, arrays["prior"].reshape(n_items), scale)
        return model

    def _onward(self, item: Indices, score: Single) -> Single:
        """What the items that were reached pass on, (n_items,)."""
        onward = self._state.onward
        if not self.config.further or not len(item):
            return np.zeros(onward.shape[0], np.float32)
        passed = self.config.further * (score @ onward[item])
        return np.asarray(passed, np.float32)

    def _companions(self, rows: Matrix, together: Matrix, kin: NeighbourTable | None) -> NeighbourTable:
        config, n_items = self.config, rows.shape[1]
        if kin is not None:
            together = together + config.kin * _even(kin, n_items=n_items)
        pairs = sparse.coo_array(together)
        held = np.bincount(rows.indices, minlength=n_items)[pairs.row] + config.shrinkage
        away = pairs.row != pairs.col
        table = NeighbourTable.empty(n_items, config.k)
        found = pairs.row.astype(np.int32), pairs.col.astype(np.int32), (pairs.data / held).astype(np.float32)
        table.offer(*(column[away] for column in found))
        return table

    def _own(self, profile: FoldIn) -> tuple[Indices, Single]:
        """The profile's items and the share of each."""
        weight = self.config.of(profile, self._state.scale)
        total = float(np.abs(weight).sum(dtype=np.float64))
        return profile.within(self.n_items).item_index, (weight / (total or 1.0)).astype(np.float32)

    @property
    def _state(self) -> _Fitted:
        return fitted(self._fitted)


def _together(rows: Matrix) -> Matrix:
    """How many baskets hold both items, (n_items, n_items)."""
    named = compressed(np.ones(rows.nnz), rows.indices, rows.indptr, shape=rows.shape)
    return cast(Matrix, sparse.csr_array(named.T @ named))


def _shares(together: Matrix) -> Matrix:
    """Each row without its diagonal, adding up to 1, or empty."""
    pairs = sparse.coo_array(together)
    away = pairs.row != pairs.col
    row, column, count = pairs.row[away], pairs.col[away], pairs.data[away]
    total = np.bincount(row, weights=count, minlength=together.shape[0])
    shares = sparse.csr_array((count / total[row], (row, column)), shape=together.shape)
    return compressed(shares.data, shares.indices, shares.indptr, shape=shares.shape)


def _even(table: NeighbourTable, *, n_items: int) -> Matrix:
    """The neighbours as a matrix (n_items, n_items) whose rows add up to 1."""
    row, place = np.nonzero(table.value)
    total = table.value.sum(axis=1, dtype=np.float64)[row]
    parts = (table.value[row, place] / total, (row, table.item[row, place]))
    return cast(Matrix, sparse.csr_array(parts, shape=(n_items, n_items)))
