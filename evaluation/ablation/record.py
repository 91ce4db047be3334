"""What one system made of one task's held-out examples."""

import json
from dataclasses import dataclass
from typing import Self

from evaluation.records import Key

METRICS = ("loss", "accuracy", "exact")


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """A value for each example, in the examples' fixed order."""

    system: str
    task: str
    loss: tuple[float, ...]
    accuracy: tuple[float, ...]
    exact: tuple[float, ...]

    @property
    def key(self) -> Key:
        return self.system, self.task

    @classmethod
    def read(cls, line: str) -> Self:
        found = json.loads(line)
        return cls(found["system"], found["task"], *(tuple(map(float, found[name])) for name in METRICS))

    def values(self, metric: str) -> tuple[float, ...]:
        return {"loss": self.loss, "accuracy": self.accuracy, "exact": self.exact}[metric]
