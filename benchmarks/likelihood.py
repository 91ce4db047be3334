"""Rescoring 100 candidates both ways, against the loop that scores one text at a time.

Reversed: a profile of some 100 tokens, then each title. Direct: an instruction, each item's card of some
30 tokens, then a profile of some 50 tokens. Every round has a profile of its own, so that no round finds
the one before in the prefix cache. The loop runs over the first texts only and is compared per text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.report import Report
from benchmarks.timing import Paired, paired, seconds
from catalog import load
from language_model import LanguageModel
from language_model.packing import Past
from language_model.reader import PACK_TOKENS
from retrieval import card

CANDIDATES = 100
INSTRUCTION = "A film, and what someone who loves it asks for."


@dataclass(frozen=True)
class Task:
    """Texts to score in one direction; `prefixes` and `continuations` have one entry for each round.

    `looped` is how many of the texts the loop reads.
    """

    prefixes: Sequence[str]
    contexts: Sequence[str]
    continuations: Sequence[Sequence[str]]
    looped: int


@dataclass(frozen=True)
class Outcome:
    """Seconds of both ways as for 100 texts, tokens of 100 texts, and the largest difference in nats."""

    times: Paired
    tokens: float
    difference: float

    @property
    def ours(self) -> float:
        return float(np.median(self.times.ours))

    @property
    def theirs(self) -> float:
        return float(np.median(self.times.theirs))

    @property
    def speedup(self) -> float:
        return float(np.median(self.times.ratios))


def run(*, quick: bool) -> Report:
    model = LanguageModel.open()
    rounds, looped, direct_texts = (2, 4, 16) if quick else (5, 25, CANDIDATES)
    titles, cards = _texts()
    rng = np.random.default_rng(7)
    profiles = [", ".join(rng.permutation(titles[CANDIDATES:])[:9]) for _ in range(rounds)]
    wishes = [", ".join(rng.permutation(titles[CANDIDATES:])[:5]) for _ in range(rounds)]
    starts = [f"Someone loved {profile}. They also love" for profile in profiles]
    ends = [[f"They loved {wish}."] * direct_texts for wish in wishes]
    outcomes = {
        "reversed": _measure(model, Task(starts, [""] * CANDIDATES, [titles[:CANDIDATES]] * rounds, looped)),
        "direct": _measure(model, Task([INSTRUCTION] * rounds, cards[:direct_texts], ends, looped)),
    }
    figures = {
        "speedup_one_by_one": outcomes["reversed"].speedup,
        "speedup_one_by_one_direct": outcomes["direct"].speedup,
        "max_abs_diff_nats": max(outcome.difference for outcome in outcomes.values()),
        "peak_share": _body_flops(model) / _peak_flops(),
    }
    loop: dict[str, float] = {}
    for name, outcome in outcomes.items():
        figures |= {
            f"rescore100_{name}_s": outcome.ours,
            f"tokens_per_s_{name}": outcome.tokens / outcome.ours,
        }
        loop |= {
            f"rescore100_{name}_s": outcome.theirs,
            f"tokens_per_s_{name}": outcome.tokens / outcome.theirs,
        }
    notes = (
        *(outcome.times.spread(f"{name}, loop against ours") for name, outcome in outcomes.items()),
        f"{torch.get_num_threads()} threads; a token counts as often as the loop reads it",
        f"the loop read {looped} texts a round, the direct way {direct_texts}; times are for {CANDIDATES}",
    )
    return Report("likelihood", figures, {"one by one loop": loop}, notes)


def _texts() -> tuple[list[str], list[str]]:
    """Labels and cards of 100 items to rank, then of 200 more to make profiles of."""
    items = load("movielens-small").items
    chosen = [items[index] for index in np.random.default_rng(3).permutation(len(items))[: CANDIDATES + 200]]
    return [item.label() for item in chosen], [card(item) for item in chosen]


def _measure(model: LanguageModel, task: Task) -> Outcome:
    packed: dict[int, NDArray[np.float64]] = {}
    plain: dict[int, NDArray[np.float64]] = {}

    def ours(number: int) -> None:
        texts = task.continuations[number]
        scores = model.log_likelihood(texts, prefix=task.prefixes[number], contexts=task.contexts)
        packed[number] = scores.total

    def theirs(number: int) -> None:
        texts, contexts = task.continuations[number][: task.looped], task.contexts[: task.looped]
        scores = model.plain_log_likelihood(texts, prefix=task.prefixes[number], contexts=contexts)
        plain[number] = scores.total

    times = paired(ours, theirs, rounds=len(task.prefixes))
    scaled = Paired(
        tuple(time * CANDIDATES / len(task.contexts) for time in times.ours),
        tuple(time * CANDIDATES / task.looped for time in times.theirs),
    )
    worst = max(float(np.abs(packed[number][: task.looped] - plain[number]).max()) for number in plain)
    return Outcome(scaled, _tokens(model, task) * CANDIDATES / len(task.contexts), worst)


def _tokens(model: LanguageModel, task: Task) -> int:
    joints = model._text.joint(task.prefixes[0], task.contexts, task.continuations[0])
    return sum(len(joint.ids) for joint in joints)


def _body_flops(model: LanguageModel) -> float:
    """Floating-point operations per second of the layers' products, on packs of 8-token sequences."""
    reader = model._reader
    past = reader.follow(range(100, 200), Past())[1]
    sequences = [range(8 * b + 100, 8 * b + 108) for b in range(PACK_TOKENS // 8)]
    layers = cast(torch.nn.Module, reader._body.layers)
    weights = sum(weight.numel() for weight in layers.parameters())
    best = min(seconds(lambda: reader.pack(sequences, past)) for _ in range(5))
    return 2 * weights * PACK_TOKENS / best


def _peak_flops(size: int = 2048) -> float:
    """Floating-point operations per second of a square float32 product: what this machine can do."""
    left, right = torch.randn(size, size), torch.randn(size, size)
    return 2 * size**3 / min(seconds(lambda: left @ right) for _ in range(8))
