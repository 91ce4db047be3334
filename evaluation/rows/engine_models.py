"""The models of this project's own engine: they learn from ratings, and their configuration says what counts."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy.sparse import coo_array

from catalog import ConfigError, Interactions
from cf_engine import BlendConfig, Blended, Model, Recommender, Transitions
from cf_engine.registry import make
from evaluation.rows.registry import Learnt, Scorer
from evaluation.rows.tunable import Config, Tunable

SINGLES: Mapping[str, tuple[str, str, Config, bool]] = {
    "user-neighbours": ("user neighbours", "people who like alike", {}, False),
    "item-neighbours": ("item neighbours", "items that the same people like", {}, False),
    "random-walk": ("random walk", "RP3beta: item, user, item", {}, False),
    "transitions": ("transitions", "what people turned to next", {"recency": 2}, False),
    "ease": ("EASE", "every item predicted from all others", {}, True),
    "ease-recency": (
        "EASE, recency",
        "every item predicted from all others, the recent counting more",
        {"recency": 10},
        True,
    ),
}
"""Row, what it is, the default where it is not the model's own, and whether it is square."""
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
    singles = (
        Tunable(name, row, about, partial(_single, name), default=default, times=bool(default), square=square)
        for name, (row, about, default, square) in SINGLES.items()
    )
    blends = (
        Tunable(
            name,
            row,
            f"the models together, each by its weight{about}",
            _blend,
            default={"parts": _parts(name)},
            times="recency" in name,
            square="ease" in name,
        )
        for name, row, about in BLENDS
    )
    return (*singles, *blends)


def _parts(name: str) -> Config:
    more = {"ease": "ease", "transitions": "recency"}
    return {**PARTS, **{part: {"weight": 0.3} for part, word in more.items() if word in name}}


def _single(name: str, config: Config, learnt: Learnt) -> Scorer:
    return _scorer(_fitted(learnt, name.removesuffix("-recency"), json.dumps(config)))


def _blend(config: Config, learnt: Learnt) -> Scorer:
    with _told("a blend", config):
        chosen = BlendConfig.model_validate(config)
    parts = [_fitted(learnt, name, json.dumps(dict(part.settings))) for name, part in chosen.parts.items()]
    return _scorer(Blended(parts, chosen))


@lru_cache(maxsize=8)
def _fitted(learnt: Learnt, name: str, config: str) -> Model:
    """Kept, as a model of a row may be a part of a blend, and a blend is tried with many weights."""
    settings = json.loads(config)
    with _told(name, settings):
        model = make(name, settings)
    if isinstance(model, Transitions):
        times = _times(learnt.train.interactions)
        return model.fit(learnt.train.matrix, scale=learnt.train.interactions.scale, time=times)
    return model.fit(learnt.train.matrix, scale=learnt.train.interactions.scale)


def _times(rows: Interactions) -> NDArray[np.float64] | None:
    """When each rating was given, in the order of the matrix."""
    if rows.timestamp is None:
        return None
    times = coo_array((rows.timestamp.astype(np.float64), (rows.user_index, rows.item_index))).tocsr()
    times.sort_indices()
    return times.data


def _scorer(model: Recommender) -> Scorer:
    return lambda now: model.scores(now.fold_in, exclude_user=now.exclude_user)


@contextmanager
def _told(name: str, config: Config) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{name} cannot be {dict(config)}: {place}: {first['msg']}") from error
