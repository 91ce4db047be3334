"""The accuracy-coverage curve."""

from collections.abc import Mapping, Sequence

import numpy as np

from catalog import Items
from evaluation import metrics
from evaluation.report import Example, Plot, Series
from evaluation.report.summary import difference, grouped
from evaluation.tail.methods import AS_SCORED, Method


def covered(examples: Sequence[Example], items: Items) -> dict[str, float]:
    """The share of the catalogue that each system showed to anyone."""
    found = {}
    for system, made in grouped(examples).items():
        shown = [items.index_of(item_id) for one in made for item_id in one.detail["top"]]
        found[system] = metrics.coverage(np.array(shown, np.intp), n_items=len(items))
    return found


def curve(
    name: str,
    title: str,
    *,
    ways: Sequence[Method],
    examples: Sequence[Example],
    coverage: Mapping[str, float],
    k: int,
    seed: int,
) -> Plot:
    """A line for each method from the order by score on, by strength; `coverage` is by system.

    The bars are intervals of the paired difference to the order by score: people differ from each other far
    more than what they are shown.
    """
    by_system, metric = grouped(examples), f"NDCG@{k}"
    start = float(np.mean([one.values[metric] for one in by_system[AS_SCORED]]))
    lines = []
    for way in ways:
        systems = [way.system(strength) for strength in (0.0, *way.strengths)]
        lost = [difference(by_system[one], by_system[AS_SCORED], metric, seed=seed) for one in systems]
        moved = [start + np.array([one.mean, one.low, one.high]) for one in lost if one is not None]
        mean, low, high = (tuple(column) for column in np.transpose(moved).tolist())
        lines.append(Series(way.name, tuple(coverage[one] for one in systems), mean, low, high))
    return Plot(name, title, f"coverage@{k}", metric, tuple(lines))
