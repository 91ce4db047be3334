"""Embarrassingly shallow autoencoders: every item predicted from all others, in closed form."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

import numpy as np
from pydantic import Field, PositiveFloat, PositiveInt
from scipy import linalg, sparse

from catalog import ConfigError, Progress, RatingScale
from cf_engine import storage
from cf_engine.arrays import Double, Indices, Matrix, Single, checked
from cf_engine.evidence import Evidence
from cf_engine.model import Model, fitted
from cf_engine.profile import FoldIn
from cf_engine.weighting import ProfileWeights, weighted


class EASEConfig(ProfileWeights):
    """How strongly the weights are held down, and what the items of a profile weigh."""

    regularisation: PositiveFloat = 500.0
    """Lambda of the paper: added to the diagonal of the co-occurrence matrix."""
    dropout: float = Field(default=0.0, ge=0, lt=1)
    """The share of a user's items that training imagines missing: the larger an item's diagonal entry, the
    more it is held down (Steck, Autoencoders that don't overfit towards the Identity, NeurIPS 2020)."""
    activity: float = Field(default=0.0, ge=0, le=1)
    """A user with n items counts by n to the power of minus twice this; the sum of all stays what it was."""
    vectors: Literal["likes", "rated"] = "likes"
    """Which entries of the matrix count as one."""
    max_items: PositiveInt = 20_000
    """The inverse is a dense matrix (items, items) of 8 bytes each; more items than this are refused."""


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    weight: Single
    scale: RatingScale


class EASE(Model):
    """EASE^R (Steck, Embarrassingly Shallow Autoencoders for Sparse Data, WWW 2019).

    With G the co-occurrence of items and P = (G + lambda I)^-1, the weight of item i for item j is
    -P_ij / P_jj. An item's score is the weighted sum over the profile's items. It needs memory and time of
    the square and cube of the items, so it is a reference for small catalogues.
    """

    def __init__(self, config: EASEConfig | None = None) -> None:
        self.config = config or EASEConfig()
        self._fitted: _Fitted | None = None

    def fit(self, matrix: Matrix, *, scale: RatingScale, progress: Progress | None = None) -> Self:
        """Raises catalog.ConfigError for more than `max_items` items."""
        n_items = matrix.shape[1]
        if n_items > self.config.max_items:
            raise ConfigError(
                f"EASE inverts a dense matrix of {n_items} x {n_items}; use neighbours, or raise max_items "
                f"above {self.config.max_items} when {n_items**2 * 16 >> 20} MB of memory are there"
            )
        if progress is not None:
            progress("EASE", 0, 1)
        gram = self._gram(weighted(checked(matrix), self.config.vectors, scale=scale))
        weight = _weights(gram) if n_items else gram.astype(np.float32)
        if progress is not None:
            progress("EASE", 1, 1)
        self._fitted = _Fitted(weight, scale)
        return self

    @property
    def n_items(self) -> int:
        return len(self._state.weight)

    def scores(self, profile: FoldIn, *, exclude_user: int | None = None) -> Single:  # noqa: ARG002
        """Weighted sum over the profile's items, float32 (n_items,)."""
        known = profile.within(self.n_items).item_index
        score: Single = self.config.of(profile, self._state.scale) @ self._state.weight[known]
        return score

    def explain(
        self,
        profile: FoldIn,
        items: Indices,
        *,
        exclude_user: int | None = None,  # noqa: ARG002
    ) -> tuple[Evidence, ...]:
        """The score of each by item of the profile."""
        wanted, known = self._known(items), profile.within(self.n_items).item_index
        own = self.config.of(profile, self._state.scale).astype(np.float64)
        part = own[:, None] * self._state.weight[np.ix_(known, wanted)]
        return tuple(
            Evidence(item, float(part[:, place].sum()), known, part[:, place])
            for place, item in enumerate(wanted.tolist())
        )

    def save(self, path: Path) -> None:
        state, config = self._state, self.config.model_dump_json()
        storage.write(path, "ease", config=config, scale=state.scale, arrays={"weight": state.weight})

    @classmethod
    def load(cls, path: Path) -> Self:
        config, scale, arrays = storage.read(path, "ease")
        with storage.intact(path):
            model = cls(EASEConfig.model_validate_json(config))
            weight = arrays["weight"]
            model._fitted = _Fitted(weight.reshape(len(weight), len(weight)), scale)
        return model

    def _gram(self, vectors: Matrix) -> Double:
        """The regularised co-occurrence of items, float64 (n_items, n_items)."""
        config, count = self.config, np.diff(vectors.indptr)
        of_user = np.maximum(count, 1).astype(np.float64) ** -config.activity
        total = float((count * of_user**2).sum())
        value = of_user * np.sqrt(vectors.nnz / total) if total else of_user
        scaled = sparse.csr_array(
            (np.repeat(value, count), vectors.indices, vectors.indptr), shape=vectors.shape
        )
        gram: Double = (scaled.T @ scaled).toarray()
        held_down = config.dropout / (1 - config.dropout) * np.diag(gram)
        gram[np.diag_indices_from(gram)] += config.regularisation + held_down
        return gram

    @property
    def _state(self) -> _Fitted:
        return fitted(self._fitted)


def _weights(gram: Double) -> Single:
    """-P_ij / P_jj of the inverse P, zero on the diagonal. By Cholesky: half the time of an inverse by LU."""
    factor, failed = linalg.lapack.dpotrf(gram.T, lower=1, overwrite_a=1, clean=0)
    if not failed:
        factor, failed = linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)
    if failed:
        raise ConfigError("EASE cannot invert the co-occurrence of these items; raise its regularisation")
    diagonal = np.diag(factor).astype(np.float32)
    below: Single = np.tril(factor.astype(np.float32), -1)
    return (below + below.T) / -diagonal
