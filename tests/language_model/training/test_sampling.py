"""The stream of examples: evenly over tasks, every unit once an epoch, and the same after a stop."""

import json
from collections import Counter

import pytest

from language_model.training import Example, Lessons, Task
from language_model.training.budget import Budget
from language_model.training.sampling import Course, Sampler, fixed
from language_model.training.settings import TrainSettings
from tests.language_model.training.conftest import Letters


class Silent(Letters):
    def examples(self, part: object, unit: int, *, epoch: int) -> tuple[Example, ...]:
        return ()


def test_an_epoch_has_every_unit_once() -> None:
    course = Course(Letters("reply", "x"), seed=3)
    drawn = []
    while course.epoch == 0:
        drawn.append(course.next())
    whole = [one for unit in range(40) for one in Letters("reply", "x").examples("train", unit, epoch=0)]
    assert Counter(one.target for one in drawn[:-1] if one) == Counter(one.target for one in whole)


@pytest.mark.parametrize("drawn", [0, 1, 2, 37, 95, 400])
def test_a_restored_stream_goes_on_as_if_it_had_not_been_stopped(
    lessons: dict[Task, list[Lessons]], drawn: int
) -> None:
    first = Sampler(lessons, seed=5)
    for _ in range(drawn):
        first.next()
    second = Sampler(lessons, seed=5)
    second.restore(json.loads(json.dumps(first.state())))
    assert [second.next() for _ in range(150)] == [first.next() for _ in range(150)]


def test_tasks_are_drawn_evenly(lessons: dict[Task, list[Lessons]]) -> None:
    sampler = Sampler(lessons, seed=0)
    count = Counter(sampler.next().task for _ in range(1000))
    assert abs(count["reply"] - 333) < 60


def test_lessons_that_turn_out_empty_are_passed_over() -> None:
    sampler = Sampler({"reply": [Silent("reply", "none"), Letters("reply", "some")]}, seed=0)
    assert {sampler.next().source for _ in range(30)} == {"some"}
    with pytest.raises(ValueError, match="no example of reply"):
        Sampler({"reply": [Silent("reply", "none")]}, seed=0).next()


def test_held_out_examples_are_the_same_each_time_and_of_their_part(
    lessons: dict[Task, list[Lessons]],
) -> None:
    found = fixed(lessons["behaviour"], "validation", seed=1, most=9)
    assert found == fixed(lessons["behaviour"], "validation", seed=1, most=9)
    assert len(found) == 9
    assert {one.source for one in found} == {"first", "second"}
    assert all("validation" in str(one.prompt) for one in found)
    assert len(fixed(lessons["behaviour"], "test", seed=1, most=500)) == 14


def test_the_rate_rises_then_falls_with_the_budget() -> None:
    budget = Budget(TrainSettings(tokens=1000, hours=1.0, warm_up=0.1))
    assert budget.factor() == pytest.approx(0.02)
    budget.tokens = 50
    assert budget.factor() == pytest.approx(0.5)
    budget.tokens = 100
    assert budget.factor() == pytest.approx(1.0)
    budget.tokens = 550
    assert budget.factor() == pytest.approx(0.505)
    assert budget.left == 0
    budget.seconds = 3600.0
    assert budget.spent and budget.factor() == pytest.approx(0.01)
