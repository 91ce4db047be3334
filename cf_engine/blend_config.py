"""Which models speak in a blend."""

from collections.abc import Mapping
from typing import Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, model_validator

from cf_engine import registry

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
            "item-neighbours": Part(weight=0.3, settings={"k": 200, "shrinkage": 50, "dislike_weight": -1.0}),
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
