"""A conversation on the default data set: building it, and the time of a turn by step."""

import resource
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from agent import Agent, Reply
from agent.library import build
from agent.models import Models
from agent.world import opening
from benchmarks.report import Report
from benchmarks.sample import best_known
from benchmarks.timing import paired, percentile
from catalog import load
from language_model import LanguageModel

QUICK_ITEMS = 200
MESSAGES = (
    "I loved Heat and Fargo, something like that but no horror",
    "why the second one?",
    "seen it",
    "a slow crime film from the 90s",
    "not the third one",
    "something funny for tonight",
    "more please",
    "I enjoyed Toy Story but hated Independence Day",
    "actually, a drama or a thriller instead",
    "thanks",
)


@dataclass
class Stages:
    """Seconds by stage, from the reports of progress."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    current: str = ""
    since: float = field(default_factory=time.perf_counter)

    def __call__(self, stage: str, done: int, total: int | None) -> None:  # noqa: ARG002
        now = time.perf_counter()
        if self.current:
            self.seconds[self.current] += now - self.since
        self.current, self.since = stage, now

    def end(self) -> None:
        self(self.current, 0, None)


def run(*, quick: bool) -> Report:
    """Figures of a build and of 50 turns; quick: the 200 best-known films and 10 turns."""
    dataset = load("movielens-small")
    if quick:
        dataset = best_known(dataset, QUICK_ITEMS)
    models = Models.open()
    models.load()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "built")
        stages = Stages()
        began = time.perf_counter()
        world = build(dataset, folder, models, progress=stages)
        build_s = time.perf_counter() - began
        stages.end()
        with Agent(world, folder) as agent:
            turns = 10 if quick else 50
            timed = [_turn(agent, number) for number in range(turns)]
            ratio, difference, rates, spread = _likelihood(
                agent, models.language(), titles=20 if quick else 60
            )
    figures = {
        "first_word_p50_s": percentile([first for first, _, _ in timed], 50),
        "first_word_p95_s": percentile([first for first, _, _ in timed], 95),
        "end_p50_s": percentile([end for _, end, _ in timed], 50),
        "end_p95_s": percentile([end for _, end, _ in timed], 95),
        "build_s": build_s,
        **{f"build_{stage.replace(' ', '_')}_s": seconds for stage, seconds in stages.seconds.items()},
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        **_steps([reply for _, _, reply in timed]),
        "likelihood_tokens_per_s": rates[0],
        "one_by_one_tokens_per_s": rates[1],
        "likelihood_speedup": ratio,
        "likelihood_max_abs_diff_nats": difference,
    }
    notes = (
        f"{len(dataset.items)} items, {len(dataset.interactions)} ratings, {turns} turns of one conversation in tens",
        spread,
    )
    return Report("turn", figures, notes=notes)


def _turn(agent: Agent, number: int) -> tuple[float, float, Reply]:
    """Seconds to the first word and to the end of a turn, and its reply."""
    session = agent.session(f"visitor {number // len(MESSAGES)}")
    began = time.perf_counter()
    first = None
    for piece in session.stream(MESSAGES[number % len(MESSAGES)]):
        first = first or time.perf_counter() - began
        if isinstance(piece, Reply):
            return first, time.perf_counter() - began, piece
    raise RuntimeError("a turn ended without a reply")


def _steps(replies: list[Reply]) -> dict[str, float]:
    by_step: defaultdict[str, list[float]] = defaultdict(list)
    for reply in replies:
        for step, seconds in reply.timings.items():
            by_step[step].append(seconds)
    return {
        f"{step}_p{percent}_s": percentile(seconds, percent)
        for step, seconds in by_step.items()
        for percent in (50, 95)
    }


def _likelihood(
    agent: Agent, model: LanguageModel, *, titles: int
) -> tuple[float, float, tuple[float, float], str]:
    """The reranker's own work, as the product does it and one by one without a cache."""
    world = agent.world
    names = [item.title for item in world.dataset.items][:titles]
    prefixes = [
        opening(f"I like {name}. I said: number {place}.", "film") for place, name in enumerate(names)
    ]
    tokens = int(model.log_likelihood(names, prefix=prefixes[0]).tokens.sum())
    pair = paired(
        lambda number: model.log_likelihood(names, prefix=prefixes[2 * number + 1]),
        lambda number: model.plain_log_likelihood(names, prefix=prefixes[2 * number + 1]),
        rounds=3,
    )
    fast = model.log_likelihood(names, prefix=prefixes[0]).total
    plain = model.plain_log_likelihood(names, prefix=prefixes[0]).total
    rates = (tokens / float(np.median(pair.ours)), tokens / float(np.median(pair.theirs)))
    return (
        float(np.median(pair.ratios)),
        float(np.abs(fast - plain).max()),
        rates,
        pair.spread(f"likelihood of {titles} titles, one by one against the product's way"),
    )
