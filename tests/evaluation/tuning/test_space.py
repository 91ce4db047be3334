from collections.abc import Mapping
from typing import Any

from evaluation.rows import models
from evaluation.tuning import SPACES
from evaluation.tuning.space import OneOf, Real, Whole, configuration, start_of


def flat(config: Mapping[str, Any], *, before: str = "") -> dict[str, Any]:
    """The values of a configuration by dotted names."""
    found: dict[str, Any] = {}
    for name, value in config.items():
        inner = (
            flat(value, before=f"{before}{name}.")
            if isinstance(value, Mapping)
            else {f"{before}{name}": value}
        )
        found |= inner
    return found


def test_every_model_has_a_space_that_begins_at_its_default() -> None:
    assert SPACES.keys() == {model.name for model in models()}
    for model in models():
        starts = start_of(SPACES[model.name])
        default = flat(model.default)
        assert {name: starts[name] for name in default} == default


def test_a_dot_steps_into_a_part() -> None:
    values = {"user.k": 5, "user.shrinkage": 1.0, "weight": 0.5, "item.similar.k": 3}
    assert configuration(values) == {
        "user": {"k": 5, "shrinkage": 1.0},
        "weight": 0.5,
        "item": {"similar": {"k": 3}},
    }


def test_the_start_lies_within() -> None:
    for space in SPACES.values():
        for choice in space.values():
            if isinstance(choice, Whole | Real):
                assert choice.low <= choice.start <= choice.high
            elif isinstance(choice, OneOf):
                assert choice.start in choice.values
