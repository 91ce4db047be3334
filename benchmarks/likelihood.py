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
    """Texts to score in one direction; `prefixes` and `profiles` have one for each round."""

    prefixes: Sequence[str]
    contexts: Sequence[str] | None
    continuations: Sequence[Sequence[str]]


def run(*, quick: bool) -> Report:
    model = LanguageModel.open()
    rounds, looped = (2, 6) if quick else (5, 25)
    titles, cards = _texts()
    rng = np.random.default_rng(7)
    profiles = [", ".join(rng.permutation(titles[CANDIDATES:])[:14]) for _ in range(rounds)]
    wishes = [", ".join(rng.permutation(titles[CANDIDATES:])[:7]) for _ in range(rounds)]
    starts = [f"Someone loved {profile}. They also love" for profile in profiles]
    reverse = Task(starts, None, [titles[:CANDIDATES]] * rounds)
    ends = [[f"They loved {wish}."] * CANDIDATES for wish in wishes]
    direct = Task([INSTRUCTION] * rounds, cards[:CANDIDATES], ends)

    _score(model, reverse, CANDIDATES, 0)
    reversed_times = _compare(model, reverse, rounds=rounds, looped=looped)
    direct_times = _compare(model, direct, rounds=rounds, looped=looped)
    figures = {
        "speedup_one_by_one": _speedup(reversed_times, looped),
        "speedup_one_by_one_direct": _speedup(direct_times, looped),
        "max_abs_diff_nats": max(_difference(model, task, looped) for task in (reverse, direct)),
        "peak_share": _body_flops(model) / _peak_flops(),
        "rescore100_reversed_s": float(np.median(reversed_times.ours)),
        "rescore100_direct_s": float(np.median(direct_times.ours)),
    }
    loop = {}
    for name, task, times in (("reversed", reverse, reversed_times), ("direct", direct, direct_times)):
        tokens = _tokens(model, task)
        figures[f"tokens_{name}"] = tokens
        figures[f"tokens_per_s_{name}"] = tokens / float(np.median(times.ours))
        loop[f"rescore100_{name}_s"] = float(np.median(times.theirs)) * CANDIDATES / looped
        loop[f"tokens_per_s_{name}"] = tokens / loop[f"rescore100_{name}_s"]
    notes = (
        _scaled(reversed_times, looped).spread("reversed, one by one"),
        _scaled(direct_times, looped).spread("direct, one by one"),
        f"{torch.get_num_threads()} threads; tokens are those of all texts, as the loop reads them",
    )
    return Report("likelihood", figures, {"one by one loop": loop}, notes)


def _texts() -> tuple[list[str], list[str]]:
    """Labels and cards of 100 items to rank and 200 more to make profiles of."""
    items = load("movielens-small").items
    chosen = [items[index] for index in np.random.default_rng(3).permutation(len(items))[: CANDIDATES + 200]]
    return [item.label() for item in chosen], [card(item) for item in chosen]


def _score(model: LanguageModel, task: Task, count: int, number: int) -> NDArray[np.float64]:
    contexts = None if task.contexts is None else task.contexts[:count]
    texts = task.continuations[number][:count]
    return model.log_likelihood(texts, prefix=task.prefixes[number], contexts=contexts).total


def _score_plainly(model: LanguageModel, task: Task, count: int, number: int) -> NDArray[np.float64]:
    contexts = None if task.contexts is None else task.contexts[:count]
    texts = task.continuations[number][:count]
    return model.plain_log_likelihood(texts, prefix=task.prefixes[number], contexts=contexts).total


def _compare(model: LanguageModel, task: Task, *, rounds: int, looped: int) -> Paired:
    return paired(
        lambda number: _score(model, task, CANDIDATES, number),
        lambda number: _score_plainly(model, task, looped, number),
        rounds=rounds,
    )


def _scaled(times: Paired, looped: int) -> Paired:
    """The loop's seconds as if it had gone through all candidates."""
    return Paired(times.ours, tuple(time * CANDIDATES / looped for time in times.theirs))


def _speedup(times: Paired, looped: int) -> float:
    return float(np.median(_scaled(times, looped).ratios))


def _difference(model: LanguageModel, task: Task, count: int) -> float:
    return float(
        np.abs(_score(model, task, CANDIDATES, 0)[:count] - _score_plainly(model, task, count, 0)).max()
    )


def _tokens(model: LanguageModel, task: Task) -> int:
    contexts = [""] * CANDIDATES if task.contexts is None else task.contexts
    joints = model._text.joint(task.prefixes[0], contexts, task.continuations[0])
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
