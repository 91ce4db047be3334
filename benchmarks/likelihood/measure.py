"""What one number format gives: sizes, a second turn, the share of the peak, and ratios to other ways."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.likelihood.llama import LlamaCpp
from benchmarks.likelihood.peak import body_flops, peak_flops
from benchmarks.likelihood.plain import Plain
from benchmarks.likelihood.texts import DIRECTIONS, Direction, Material, Texts
from benchmarks.memory import forget_peak, give_back, peak_mb, resident_mb
from benchmarks.timing import Paired, in_turn, seconds
from language_model import LanguageModel
from language_model.products import DTYPES
from language_model.text import Joint

SIZES = (10, 50, 100, 200, 500)
CANDIDATES = 100
Way = Callable[[Sequence[Joint]], NDArray[np.float64]]


@dataclass(frozen=True)
class Effort:
    """How much is measured: `turns` of each size, then `rounds` beside other ways.

    Of a round's texts the slow ways read `looped` and `padded`, and in the direct way all read `direct` at most.
    `people` are those whose ranking is compared.
    """

    turns: int
    direct_sizes: Sequence[int]
    rounds: int
    looped: int
    padded: int
    direct: int
    people: int


@dataclass
class Measurement:
    """`sizes` and `others` are rows of the report's tables."""

    model: LanguageModel
    material: Material
    effort: Effort
    name: str
    figures: dict[str, float] = field(default_factory=dict)
    sizes: list[tuple[str, ...]] = field(default_factory=list)
    others: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def run(self) -> None:
        peak = peak_flops(DTYPES[self.name])
        self.figures |= {"peak_share": body_flops(self.model) / peak, "peak_gflops": peak / 1e9}
        ways = self._other_ways()
        for direction in DIRECTIONS:
            for n in SIZES if direction == "reversed" else self.effort.direct_sizes:
                self._size(direction, n)
            self._against(direction, ways)

    def _other_ways(self) -> dict[str, tuple[Way, int]]:
        """Each with how many texts of a round it reads."""
        plain = Plain(DTYPES[self.name])
        ways: dict[str, tuple[Way, int]] = {
            "one by one": (plain.one_by_one, self.effort.looped),
            "padded": (plain.padded, self.effort.padded),
        }
        try:
            own, wide = LlamaCpp.both(threads=torch.get_num_threads())
        except ImportError:
            self.notes.append("llama.cpp left out: llama-cpp-python is not installed (duetto[llama])")
        else:
            ways |= {"llama.cpp": (own.total, CANDIDATES), "llama.cpp bfloat16": (wide.total, CANDIDATES)}
        return ways

    def _size(self, direction: Direction, n: int) -> None:
        """Seconds and memory of a turn, the items never met before, and in the direct way of one more turn."""
        turns = [self.material.turn(direction, n=n, number=number) for number in range(self.effort.turns + 1)]
        tokens = sum(len(joint.ids) for joint in self._joints(turns[0]))
        times = []
        self.model.forget()
        give_back()
        before = resident_mb()
        forget_peak()
        for turn in turns[1:]:
            self.model.forget()
            times.append(seconds(partial(self._score, turn)))
        took, memory = float(np.median(times)), peak_mb() - before
        self._note(direction, n, took, tokens, f"{memory:.0f}")
        if n == CANDIDATES:
            self.figures |= {
                f"rescore100_{direction}_s": took,
                f"tokens_per_s_{direction}": tokens / took,
                f"memory_mb_{direction}": memory,
            }
        if direction == "direct":
            again = seconds(partial(self._score, turns[0]))
            self._note("direct_again", n, again, tokens, "")

    def _note(self, direction: str, n: int, took: float, tokens: int, memory: str) -> None:
        self.figures |= {
            f"{direction}_{n}_s": took,
            f"{direction}_{n}_candidates_per_s": n / took,
            f"{direction}_{n}_tokens_per_s": tokens / took,
        }
        rates = (f"{took:.3f}", f"{n / took:.0f}", f"{tokens / took:.0f}")
        self.sizes.append((direction.replace("_", ", "), self.name, str(n), *rates, memory))

    def _against(self, direction: Direction, ways: dict[str, tuple[Way, int]]) -> None:
        """Paired ratios, and the largest difference of each way to ours."""
        most = CANDIDATES if direction == "reversed" else self.effort.direct
        turns = [
            self.material.turn(direction, n=most, number=100 + number) for number in range(self.effort.rounds)
        ]
        joints = [self._joints(turn) for turn in turns]
        found: dict[tuple[str, int], NDArray[np.float64]] = {}

        def ours(number: int) -> None:
            self.model.forget()
            found["ours", number] = self._score(turns[number])

        def theirs(name: str, number: int) -> None:
            way, n = ways[name]
            found[name, number] = way(joints[number][:n])

        times = in_turn({"ours": ours} | {name: partial(theirs, name) for name in ways}, rounds=len(turns))
        for name, (_, n) in ways.items():
            scaled = tuple(time * most / min(n, most) for time in times[name])
            ratios = Paired(times["ours"], scaled).ratios
            worst = max(
                float(np.abs(found["ours", number][:n] - found[name, number]).max())
                for number in range(len(turns))
            )
            self._compared(name, direction, float(np.median(scaled)) * CANDIDATES / most, ratios, worst)

    def _compared(
        self, name: str, direction: Direction, took: float, ratios: Sequence[float], worst: float
    ) -> None:
        middle, low, high = float(np.median(ratios)), min(ratios), max(ratios)
        key = f"speedup_{name.replace(' ', '_').replace('.', '_')}" + (
            "" if direction == "reversed" else "_direct"
        )
        self.figures[key] = middle
        if name == "one by one":
            self.figures["max_abs_diff_nats"] = max(self.figures.get("max_abs_diff_nats", 0.0), worst)
        spread = (f"{took:.2f}", f"{middle:.1f}", f"{low:.1f}", f"{high:.1f}", f"{worst:.2g}")
        self.others.append((name, direction, self.name, *spread))

    def _score(self, texts: Texts) -> NDArray[np.float64]:
        return self.model.log_likelihood(
            texts.continuations, prefix=texts.prefix, contexts=texts.contexts
        ).total

    def _joints(self, texts: Texts) -> list[Joint]:
        return self.model._text.joint(texts.prefix, texts.contexts, texts.continuations)
