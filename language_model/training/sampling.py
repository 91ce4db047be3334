"""Which example comes next: a stream that can be stopped anywhere and goes on as if it had not been."""

import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from language_model.training.example import Example, Lessons, Part, Task


class Course:
    """Every unit of some lessons once an epoch, in an order that depends on seed and epoch alone."""

    def __init__(self, lessons: Lessons, *, seed: int) -> None:
        self._lessons, self._seed = lessons, seed
        self.epoch = self.place = 0
        self._waiting: deque[Example] = deque()
        self._order = self._shuffled()
        self._idle = 0

    def next(self) -> Example | None:
        """The next example; None when two whole epochs gave none."""
        while not self._waiting:
            if self._idle > 2 * len(self._order):
                return None
            self._fill()
        self._idle = 0
        return self._waiting.popleft()

    def _fill(self) -> None:
        if self.place == len(self._order):
            self.epoch, self.place = self.epoch + 1, 0
            self._order = self._shuffled()
        self._waiting.extend(self._lessons.examples("train", int(self._order[self.place]), epoch=self.epoch))
        self.place += 1
        self._idle += 1

    def _shuffled(self) -> "np.ndarray[Any, np.dtype[np.int64]]":
        rng = np.random.default_rng([self._seed, self.epoch])
        return rng.permutation(self._lessons.count("train"))

    def state(self) -> dict[str, int]:
        return {"epoch": self.epoch, "place": self.place, "waiting": len(self._waiting)}

    def restore(self, state: Mapping[str, int]) -> None:
        """Go to where `state` was taken. The waiting examples are those of the last unit."""
        self.epoch, self.place = state["epoch"], state["place"]
        self._order = self._shuffled()
        self._waiting.clear()
        if state["waiting"]:
            self.place -= 1
            self._fill()
            while len(self._waiting) > state["waiting"]:
                self._waiting.popleft()


class Sampler:
    """Draws a task, evenly, then one of its lessons by the root of its size, then that one's next example.

    Lessons that turn out to have no example are left out; a task without any ends the stream with ValueError.
    """

    def __init__(self, lessons: Mapping[Task, Sequence[Lessons]], *, seed: int) -> None:
        self._rng = np.random.default_rng([seed, 1])
        self._tasks = tuple(lessons)
        self._share = {
            task: [math.sqrt(one.count("train")) for one in those] for task, those in lessons.items()
        }
        self._courses = {
            task: [Course(one, seed=seed * 1000 + place) for place, one in enumerate(those)]
            for task, those in lessons.items()
        }

    def next(self) -> Example:
        task = self._tasks[int(self._rng.integers(len(self._tasks)))]
        share = self._share[task]
        while (whole := sum(share)) > 0:
            place = int(self._rng.choice(len(share), p=[one / whole for one in share]))
            example = self._courses[task][place].next()
            if example is not None:
                return example
            share[place] = 0.0
        raise ValueError(f"there is no example of {task}")

    def state(self) -> dict[str, Any]:
        courses = {task: [one.state() for one in those] for task, those in self._courses.items()}
        return {"rng": self._rng.bit_generator.state, "share": self._share, "courses": courses}

    def restore(self, state: Mapping[str, Any]) -> None:
        self._rng.bit_generator.state = state["rng"]
        for task, those in self._courses.items():
            self._share[task] = list(state["share"][task])
            for course, own in zip(those, state["courses"][task], strict=True):
                course.restore(own)


def fixed(lessons: Sequence[Lessons], part: Part, *, seed: int, most: int) -> list[Example]:
    """At most so many examples of one task's lessons, evenly over them: the same for every run of this seed."""
    streams = [_once(one, part, seed=seed + place) for place, one in enumerate(lessons)]
    found: list[Example] = []
    while streams and len(found) < most:
        for stream in list(streams):
            example = next(stream, None)
            if example is None:
                streams.remove(stream)
            elif len(found) < most:
                found.append(example)
    return found


def _once(lessons: Lessons, part: Part, *, seed: int) -> Iterator[Example]:
    for unit in np.random.default_rng([seed, 2]).permutation(lessons.count(part)).tolist():
        yield from lessons.examples(part, unit, epoch=0)
