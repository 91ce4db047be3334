"""Titles looked up with a typo."""

import numpy as np

from benchmarks.timing import seconds
from retrieval import Titles

NAMES = 100_000
SYLLABLES = ("ka", "lo", "mi", "ren", "sto", "the", "an", "ver", "qu", "o", " ", " of ", "dra", "ghi")


def lookups(*, count: int) -> list[float]:
    """Milliseconds of each of so many lookups among 100,000 made-up titles, a letter of each left out."""
    rng = np.random.default_rng(0)
    made = {"".join(rng.choice(SYLLABLES, rng.integers(4, 12))) for _ in range(NAMES + NAMES // 3)}
    names = sorted(made)[:NAMES]
    titles = Titles(names)
    titles.nearest(names[0], least=60, n=5)
    typed = [names[place][:2] + names[place][3:] for place in rng.choice(len(names), count)]
    return [1000 * seconds(lambda text=text: titles.nearest(text, least=60, n=10)) for text in typed]  # type: ignore[misc]
