"""The models by name, for presets, blends and whoever chooses one in a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from cf_engine.ease import EASE, EASEConfig
from cf_engine.item_neighbours import ItemNeighbours, ItemNeighboursConfig
from cf_engine.model import Model
from cf_engine.popularity import Popularity
from cf_engine.random_walk import RandomWalk, RandomWalkConfig
from cf_engine.transitions import Transitions, TransitionsConfig
from cf_engine.user_config import UserNeighboursConfig
from cf_engine.user_neighbours import UserNeighbours


class NoConfig(BaseModel):
    """Of a model without settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Kind:
    """`make` gives an unfitted model for its settings."""

    model: type[Model]
    config: type[BaseModel]
    make: Callable[[Any], Model]


KINDS: Mapping[str, Kind] = {
    "user-neighbours": Kind(UserNeighbours, UserNeighboursConfig, UserNeighbours),
    "item-neighbours": Kind(ItemNeighbours, ItemNeighboursConfig, ItemNeighbours),
    "random-walk": Kind(RandomWalk, RandomWalkConfig, RandomWalk),
    "transitions": Kind(Transitions, TransitionsConfig, Transitions),
    "ease": Kind(EASE, EASEConfig, EASE),
    "popularity": Kind(Popularity, NoConfig, lambda _: Popularity()),
}


def make(name: str, settings: Mapping[str, Any] | None = None) -> Model:
    """The model of a name, unfitted, with its defaults but for `settings`.

    Raises ValueError for an unknown name, and pydantic.ValidationError (a ValueError) for a bad setting.
    """
    kind = KINDS.get(name)
    if kind is None:
        raise ValueError(f'there is no model "{name}"; there are {", ".join(KINDS)}')
    return kind.make(kind.config.model_validate(dict(settings or {})))
