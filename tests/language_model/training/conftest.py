"""Lessons whose answers are plain: a letter's number, and a number's letter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from language_model.training import Example, Lessons, Part, Task, Trainer, TrainSettings
from language_model.training.card import Origin
from language_model.training.example import Rivals

LETTERS = "abcdefghij"
PARTS: dict[Part, int] = {"train": 40, "validation": 6, "test": 6}


@dataclass(frozen=True)
class Letters:
    """Each unit is a letter; every fourth one gives two examples, and every seventh none."""

    task: Task
    name: str

    def count(self, part: Part) -> int:
        return PARTS[part]

    def examples(self, part: Part, unit: int, *, epoch: int) -> Sequence[Example]:
        letter = LETTERS[(unit + epoch) % 10]
        told = f"{letter} is {LETTERS.index(letter)}"
        prompt: str | tuple[tuple[str, str], ...] = f"The place of {part} {letter}:"
        if self.task == "reply":
            prompt = (("system", "Say the place."), ("user", letter))
        one = Example(self.task, "letter", prompt, told, self.name, "own")
        return () if unit % 7 == 3 else (one,) * (2 if unit % 4 == 0 else 1)


@dataclass(frozen=True)
class Choices(Letters):
    """Which of two words goes with a letter; the other voices say nothing."""

    def examples(self, part: Part, unit: int, *, epoch: int) -> Sequence[Example]:
        words = ("left", "right")
        target, other = words if unit % 2 else words[::-1]
        prompt, among = f"{'ab'[unit % 2]}. The side:", Rivals((other,), (0.0, 0.0), "The side:")
        return (Example(self.task, "choice", prompt, target, self.name, "own", among),)


@pytest.fixture
def lessons() -> dict[Task, list[Lessons]]:
    return {
        "behaviour": [Letters("behaviour", "first"), Letters("behaviour", "second")],
        "reply": [Letters("reply", "third")],
        "fused": [Choices("fused", "fourth")],
    }


@pytest.fixture
def settings() -> TrainSettings:
    return TrainSettings(
        rank=2,
        dropout=0.1,
        rate=5e-3,
        tokens=2500,
        pack_tokens=96,
        packs=2,
        save_every=3,
        validate_every=4,
        validation_examples=8,
        longest=64,
    )


@pytest.fixture
def trainer(
    lessons: dict[Task, list[Lessons]], settings: TrainSettings, tiny: Path
) -> Callable[..., Trainer]:
    def make(
        out: Path,
        *,
        resume: bool = False,
        start: Path | None = None,
        shippable: bool = False,
        **changes: object,
    ) -> Trainer:
        return Trainer(
            lessons,
            out,
            settings=TrainSettings(**{**settings.model_dump(), **changes}),
            origin=Origin("duetto train letters", {"letters": "own"}, {"letters": "0" * 64}, shippable),
            model=tiny,
            start=start,
            resume=resume,
        )

    return make
