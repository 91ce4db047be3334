"""Clocks that stand up to a busy machine: pairs measured in turn, and the middle of several."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np


@dataclass(frozen=True)
class Paired:
    """Seconds of two ways of doing one thing, round by round."""

    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def ratios(self) -> list[float]:
        """How many times slower theirs was, for each round."""
        return [other / own for own, other in zip(self.ours, self.theirs, strict=True)]

    def spread(self, what: str) -> str:
        ratios = self.ratios
        low, middle, high = min(ratios), float(np.median(ratios)), max(ratios)
        return f"{what}: {middle:.2f} times (from {low:.2f} to {high:.2f} in {len(ratios)} paired rounds)"


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def paired(ours: Callable[[int], object], theirs: Callable[[int], object], *, rounds: int) -> Paired:
    """Both ways in every round, each going first in every other one; each is given the round's number."""
    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for which in (0, 1) if number % 2 == 0 else (1, 0):
            work = (ours, theirs)[which]
            start = time.perf_counter()
            work(number)
            times[which].append(time.perf_counter() - start)
    return Paired(tuple(times[0]), tuple(times[1]))


def in_turn(ways: Mapping[str, Callable[[int], object]], *, rounds: int) -> dict[str, tuple[float, ...]]:
    """Seconds of each way by round. All go in every round, each round another first; each is given its number."""
    names = list(ways)
    times: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            times[name].append(seconds(partial(ways[name], number)))
    return {name: tuple(measured) for name, measured in times.items()}


def percentile(values: Sequence[float], percent: float) -> float:
    return float(np.percentile(values, percent))
