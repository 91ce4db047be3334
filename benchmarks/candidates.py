"""Whether the language model's own candidates add to those of the neighbours and of the content.

Some people are held out of the ratings; five of their likes are told, the others are to be found. A source's
recall is the share of these among what it proposes. Beside the model stands what the same number of further
neighbour candidates would add, which is what its place in the union competes with.
"""

import tempfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agent.gather import Source, allowed, tools
from agent.library import build
from agent.models import Models
from agent.profile import Opinion, Profile
from agent.world import World, opening
from benchmarks.report import Report
from benchmarks.timing import percentile, seconds
from catalog import Dataset, load
from language_model import Beams

TOLD = 5
N = 20
FIRST: dict[Source, int] = {"neighbours": 40, "content": 20}
WEIGHTS = (0.0, 0.5, 1.0)


def run(*, quick: bool) -> Report:
    """Recall and time of each source on validation people of MovieLens-100K; quick: fewer of them."""
    dataset, people = _split(load("movielens-100k"), n=10 if quick else 60)
    recall: defaultdict[str, list[float]] = defaultdict(list)
    times: defaultdict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as scratch:
        world = build(dataset, Path(scratch, "built"), Models.open())
        for liked in people:
            _measure(world, liked, recall, times)
        world.index.close()
    figures = {f"recall_{name}": float(np.mean(values)) for name, values in recall.items()}
    figures |= {f"{name}_p50_s": percentile(values, 50) for name, values in times.items()}
    gain = np.array(recall["union_model_0.5"]) - recall["union_more_neighbours"]
    spread = 1.96 * gain.std(ddof=1) / len(gain) ** 0.5
    notes = (
        f"{len(people)} people, {TOLD} likes told; {FIRST} candidates, and {N} of the model or more neighbours",
        f"union with the model (0.5) less union with more neighbours: {gain.mean():+.4f} ± {spread:.4f}",
    )
    return Report("candidates", figures, notes=notes)


def _split(dataset: Dataset, *, n: int) -> tuple[Dataset, list[list[str]]]:
    """The data without n people, and what these like, in a drawn order."""
    rows, rng = dataset.interactions, np.random.default_rng(11)
    likes = rows.rating >= rows.scale.like_at
    enough = np.flatnonzero(np.bincount(rows.user_index[likes], minlength=len(rows.user_ids)) >= 4 * TOLD)
    held = rng.permutation(enough)[:n]
    people = [
        [
            dataset.items[int(i)].item_id
            for i in rng.permutation(rows.item_index[likes & (rows.user_index == u)])
        ]
        for u in held
    ]
    return replace(dataset, interactions=rows.subset(np.flatnonzero(~np.isin(rows.user_index, held)))), people


def _measure(
    world: World,
    liked: list[str],
    recall: defaultdict[str, list[float]],
    times: defaultdict[str, list[float]],
) -> None:
    opinions = {item_id: Opinion(weight=1.0, time=0.0, said="told") for item_id in liked[:TOLD]}
    profile = Profile(opinions=opinions)
    wanted = {world.dataset.items.index_of(item_id) for item_id in liked[TOLD:]}
    found: dict[str, set[int]] = {}

    def ask(name: Source, n: int) -> set[int]:
        args = {"profile": profile.model_dump(mode="json"), "n": n}
        call = {"type": "tool_call", "id": name, "name": name, "args": args}
        return set(tools(world)[name].invoke(call).artifact)

    def note(name: str, rows: set[int]) -> None:
        found[name] = rows
        recall[name].append(len(rows & wanted) / len(wanted))

    def timed(name: str, propose: Callable[[], set[int]]) -> None:
        times[name].append(seconds(lambda: note(name, propose())))

    for name, n in FIRST.items():
        timed(name, partial(ask, name, n))
    union = found["neighbours"] | found["content"]
    note("union", union)
    note("union_more_neighbours", union | ask("neighbours", FIRST["neighbours"] + N))
    mask = allowed(world.eligibility, profile)
    for weight in WEIGHTS:
        key = f"model_{weight}"
        timed(key, partial(_titles, world, profile, mask, weight))
        note(f"union_{key}", union | found[key])


def _titles(world: World, profile: Profile, mask: NDArray[np.bool_], weight: float) -> set[int]:
    noun = world.dataset.noun
    titles = world.titles().best(
        N,
        prefix=opening(profile.describe(world.dataset.items), noun),
        bare=opening("", noun) if weight else None,
        weight=weight,
        allowed=mask,
        beams=Beams(),
    )
    return {item for title in titles for item in title.items}
