"""Several models as one voice."""

import secrets
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, model_validator

from catalog import DataError, Progress, RatingScale
from catalog.interactions import IMPLICIT
from cf_engine import registry, storage
from cf_engine.arrays import Double, Indices, Matrix, Single, checked
from cf_engine.evidence import Evidence
from cf_engine.model import Model
from cf_engine.profile import FoldIn
from cf_engine.transitions import Transitions

Name: TypeAlias = Literal[
    "user-neighbours", "item-neighbours", "random-walk", "transitions", "ease", "popularity"
]


class Part(BaseModel):
    """A model's share of the blend."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    weight: NonNegativeFloat = 1.0
    """What one standard deviation of the model's scores counts."""
    trusted_from: NonNegativeFloat = 0.0
    """With m items in the profile the weight is multiplied by m / (m + trusted_from)."""
    settings: Mapping[str, Any] = Field(default_factory=dict)
    """Of the model, by the names of its config."""


class BlendConfig(BaseModel):
    """Which models speak, and how loud."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    parts: Mapping[Name, Part] = Field(
        default={
            "user-neighbours": Part(
                settings={
                    "vectors": "bm25",
                    "k": 45,
                    "shrinkage": 1.7,
                    "power": 1.35,
                    "enthusiasm": 0.7,
                    "dislike": 1.0,
                }
            ),
            "item-neighbours": Part(weight=0.3, settings={"k": 200, "shrinkage": 50, "dislike_weight": -0.5}),
            "popularity": Part(weight=0.02),
        },
        min_length=1,
    )
    """By the name of the model. The default was chosen for people newly met, on validation people of
    MovieLens-100K."""

    @model_validator(mode="after")
    def _are_models(self) -> Self:
        for name, part in self.parts.items():
            registry.make(name, part.settings)
        return self


class Blend(Model):
    """A weighted sum of models, each brought to one scale.

    A part's scores are divided by their standard deviation over all items, so that an item's score is
    the sum over parts of `weight * score / deviation`; a part that scores all items alike says nothing. As
    nothing is subtracted, what the parts give as evidence adds up to the score.
    """

    def __init__(self, config: BlendConfig | None = None) -> None:
        self.config = config or BlendConfig()
        self.parts: tuple[Model, ...] = ()
        """The fitted models, in the order of the config."""
        self._scale = IMPLICIT

    def fit(
        self,
        matrix: Matrix,
        *,
        scale: RatingScale,
        time: Double | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """`time` is for transitions, as in `Transitions.fit`."""
        rows, self._scale = checked(matrix), scale
        models = [registry.make(name, part.settings) for name, part in self.config.parts.items()]
        self.parts = tuple(
            model.fit(rows, scale=scale, time=time, progress=progress)
            if isinstance(model, Transitions)
            else model.fit(rows, scale=scale, progress=progress)
            for model in models
        )
        return self

    @classmethod
    def of(cls, parts: Sequence[Model], config: BlendConfig, *, scale: RatingScale) -> Self:
        """Models that are fitted already, in the order of the config's parts."""
        model = cls(config)
        model.parts, model._scale = tuple(parts), scale
        return model

    @property
    def n_items(self) -> int:
        return self._fitted[0].n_items

    def scores(self, profile: FoldIn, *, exclude_user: int | None = None) -> Single:
        """Shape (n_items,), float32."""
        scores = [part.scores(profile, exclude_user=exclude_user) for part in self._fitted]
        total = np.zeros(self.n_items)
        for score, factor in zip(scores, self._factors(scores, len(profile)), strict=True):
            total += score * factor
        return total.astype(np.float32)

    def explain(
        self, profile: FoldIn, items: Indices, *, exclude_user: int | None = None
    ) -> Sequence[Evidence]:
        """The evidence of the parts together, each in its share of the score."""
        scores = [part.scores(profile, exclude_user=exclude_user) for part in self._fitted]
        shares = [
            [one.scaled(factor) for one in part.explain(profile, items, exclude_user=exclude_user)]
            for part, factor in zip(self._fitted, self._factors(scores, len(profile)), strict=True)
        ]
        return tuple(_together(profile, share) for share in zip(*shares, strict=True))

    def part(self, name: Name) -> Model | None:
        """The fitted model of that name, None when it has no part in the blend."""
        return dict(zip(self.config.parts, self._fitted, strict=True)).get(name)

    def save(self, path: Path) -> None:
        """The parts are folders of one token, which the header names: they change hands together."""
        token = secrets.token_hex(6)
        for name, model in zip(self.config.parts, self._fitted, strict=True):
            model.save(path / f"{name}.{token}")
        named = np.frombuffer(token.encode(), np.uint8)
        config = self.config.model_dump_json()
        storage.write(path, "blend", config=config, scale=self._scale, arrays={"token": named})
        for folder in path.glob("*.*/"):
            if not folder.name.endswith(f".{token}"):
                shutil.rmtree(folder, ignore_errors=True)

    @classmethod
    def load(cls, path: Path) -> Self:
        config, scale, arrays = storage.read(path, "blend")
        token = arrays["token"].tobytes().decode()
        with storage.intact(path):
            model = cls(BlendConfig.model_validate_json(config))
        try:
            model.parts = tuple(
                registry.KINDS[name].model.load(path / f"{name}.{token}") for name in model.config.parts
            )
        except DataError:
            if storage.read(path, "blend")[2]["token"].tobytes().decode() == token:
                raise
            return cls.load(path)
        model._scale = scale
        return model

    def _factors(self, scores: list[Single], n_known: int) -> list[float]:
        """What a point of each part's score counts."""
        found = []
        for score, part in zip(scores, self.config.parts.values(), strict=True):
            spread = float(score.std(dtype=np.float64))
            trust = n_known / (n_known + part.trusted_from) if part.trusted_from else 1.0
            found.append(part.weight * trust / spread if spread > 0 else 0.0)
        return found

    @property
    def _fitted(self) -> tuple[Model, ...]:
        if not self.parts:
            raise RuntimeError("fit or load the model before using it")
        return self.parts


def _together(profile: FoldIn, shares: tuple[Evidence, ...]) -> Evidence:
    """Amounts of the same item of the profile added up, neighbours of all parts one after another."""
    own: Double = np.zeros(len(profile))
    for one in shares:
        own[np.searchsorted(profile.item_index, one.own_item)] += one.own_amount
    return Evidence(
        shares[0].item_index,
        sum(one.score for one in shares),
        profile.item_index,
        own,
        sum(one.base for one in shares),
        np.concatenate([one.user for one in shares]),
        np.concatenate([one.similarity for one in shares]),
        np.concatenate([one.rating for one in shares]),
        np.concatenate([one.user_amount for one in shares]),
    )
