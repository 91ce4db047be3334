"""Multi-task training of low-rank adapters."""

from importlib import import_module
from typing import TYPE_CHECKING

from catalog.errors import MissingDependency
from language_model.training.example import TASKS, Example, Lessons, Part, Task
from language_model.training.settings import TrainSettings

if TYPE_CHECKING:
    from language_model.training.card import Origin
    from language_model.training.trainer import Trainer

__all__ = ["TASKS", "Example", "Lessons", "Origin", "Part", "Task", "TrainSettings", "Trainer"]

_HOMES = {"Origin": "card", "Trainer": "trainer"}


def __getattr__(name: str) -> object:
    """Torch and transformers are imported when what needs them is first named."""
    if name not in _HOMES:
        raise AttributeError(f"module 'language_model.training' has no attribute {name!r}")
    try:
        return getattr(import_module(f"language_model.training.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        raise MissingDependency("Training", extra="train") from error
