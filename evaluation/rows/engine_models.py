"""The models of this project's own engine: they learn from ratings, and their configuration says what counts."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from catalog import ConfigError
from cf_engine import (
    EASE,
    Blend,
    BlendConfig,
    EASEConfig,
    ItemNeighbours,
    ItemNeighboursConfig,
    Model,
    RandomWalk,
    RandomWalkConfig,
    UserNeighbours,
    UserNeighboursConfig,
)
from evaluation.rows.registry import Learnt, Scorer
from evaluation.rows.tunable import Config, Tunable

C = TypeVar("C", bound=BaseModel)

PARTS = {
    "user-neighbours": {"weight": 1.0},
    "item-neighbours": {"weight": 0.3},
    "random-walk": {"weight": 0.1},
    "popularity": {"weight": 0.05},
}
BLENDS = (
    ("blend", "blend", ""),
    ("blend-recency", "blend, recency", ", the recent counting more"),
    ("blend-ease", "blend with EASE", ", EASE among them"),
    ("blend-ease-recency", "blend with EASE, recency", ", EASE among them, the recent counting more"),
)


def engine_models() -> tuple[Tunable, ...]:
    return (
        Tunable(
            "user-neighbours",
            "user neighbours",
            "people who like alike",
            partial(_fit, UserNeighbours, UserNeighboursConfig),
        ),
        Tunable(
            "item-neighbours",
            "item neighbours",
            "items that the same people like",
            partial(_fit, ItemNeighbours, ItemNeighboursConfig),
        ),
        Tunable(
            "random-walk",
            "random walk",
            "RP3beta: item, user, item",
            partial(_fit, RandomWalk, RandomWalkConfig),
        ),
        Tunable(
            "ease",
            "EASE",
            "every item predicted from all others",
            partial(_fit, EASE, EASEConfig),
            square=True,
        ),
        Tunable(
            "ease-recency",
            "EASE, recency",
            "every item predicted from all others, the recent counting more",
            partial(_fit, EASE, EASEConfig),
            default={"recency": 10},
            times=True,
            square=True,
        ),
        *(
            Tunable(
                name,
                row,
                f"the models together, each by its weight{about}",
                partial(_fit, Blend, BlendConfig),
                default={"parts": {**PARTS, **({"ease": {"weight": 0.3}} if "ease" in name else {})}},
                times="recency" in name,
                square="ease" in name,
            )
            for name, row, about in BLENDS
        ),
    )


def _fit(kind: Callable[[C], Model], config_kind: type[C], config: Config, learnt: Learnt) -> Scorer:
    try:
        chosen = config_kind.model_validate(config)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(
            f"{config_kind.__name__} cannot be {dict(config)}: {place}: {first['msg']}"
        ) from error
    model = kind(chosen).fit(learnt.train.matrix, scale=learnt.train.interactions.scale)
    return lambda now: model.scores(now.fold_in, exclude_user=now.exclude_user)
