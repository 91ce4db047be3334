"""The models of this project's own engine: they learn from ratings, and their configuration says what counts."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from catalog import ConfigError
from cf_engine import ItemNeighbours, ItemNeighboursConfig, Model, UserNeighbours, UserNeighboursConfig
from cf_engine.ease import EASE, EASEConfig
from evaluation.rows.registry import Learnt, Scorer
from evaluation.rows.tunable import Config, Tunable

C = TypeVar("C", bound=BaseModel)


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
