"""What a search may vary: a choice for every name of a configuration.

A dot in a name is a step into a part of the configuration: "user.k" is the k of its "user".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from optuna import Trial

Value: TypeAlias = str | int | float | bool | None


class Choice(Protocol):
    """`start` is where the search begins: what the model has by default, or near it."""

    @property
    def start(self) -> Value: ...

    def drawn(self, trial: Trial, name: str) -> Value: ...


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from low to high, both included; `log` where ratios count and not steps."""

    low: int
    high: int
    start: int
    log: bool = True

    def drawn(self, trial: Trial, name: str) -> int:
        return trial.suggest_int(name, self.low, self.high, log=self.log)


@dataclass(frozen=True, slots=True)
class Real:
    """A number from low to high, to three digits."""

    low: float
    high: float
    start: float
    log: bool = False

    def drawn(self, trial: Trial, name: str) -> float:
        return float(f"{trial.suggest_float(name, self.low, self.high, log=self.log):.3g}")


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these values, the first to start with."""

    values: tuple[Value, ...]

    @property
    def start(self) -> Value:
        return self.values[0]

    def drawn(self, trial: Trial, name: str) -> Value:
        value: Value = trial.suggest_categorical(name, self.values)
        return value


@dataclass(frozen=True, slots=True)
class Fixed:
    """Always this value."""

    start: Value

    def drawn(self, trial: Trial, name: str) -> Value:  # noqa: ARG002
        return self.start


Space: TypeAlias = Mapping[str, Choice]


def start_of(space: Space) -> dict[str, Value]:
    """Where the search begins, by the names of what varies."""
    return {name: one.start for name, one in space.items() if not isinstance(one, Fixed)}


def configuration(values: Mapping[str, Value]) -> dict[str, Any]:
    """The values as a JSON object, with an object for every part that a dotted name steps into."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        *parts, last = name.split(".")
        inner = found
        for part in parts:
            inner = inner.setdefault(part, {})
        inner[last] = value
    return found
