"""Vectors shaped like MiniLM's of item cards, and a catalogue to go with them.

A vector is a common direction, two topics, a cluster within the first and a part of its own, each drawn with a
falling spectrum and brought to length 1. The shares were set by the cosines of 6,920 real cards of films: between
two at random .20 in the middle and .45 at the 99th percentile, .59 to the nearest other, .38 to the 100th, which
here are .18, .39, .62 and .36. Nearest neighbours are thus neither obvious nor arbitrary, as in a real catalogue.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from catalog import Item, Items, Progress

SEED = 7
DIMENSION = 384
TOPICS = 200
CLUSTERS = 60
"""In each topic."""
SPECTRUM = -0.3
"""Exponent by which the deviation falls from one axis to the next."""
COMMON, TOPIC, SECOND, CLUSTER, OWN = 0.42, 0.43, 0.26, 0.5, 0.55
CHUNK = 50_000
GENRES = 4
"""Beside the one that half of the items have."""
SHELVES = 200


def vectors(count: int, *, seed: int = SEED) -> NDArray[np.float32]:
    """(count, 384) of length 1; the first rows do not depend on the count up to whole chunks of 50,000."""
    rng = np.random.default_rng(seed)
    axes = np.linalg.qr(rng.standard_normal((DIMENSION, DIMENSION)))[0].astype(np.float32)
    axes *= (_spectrum()[:, None]).astype(np.float32)
    common = _drawn(1, axes, rng)[0]
    common /= np.linalg.norm(common)
    topics, clusters = _drawn(TOPICS, axes, rng), _drawn(TOPICS * CLUSTERS, axes, rng)
    weight = 1 / (np.arange(TOPICS) + 5)
    made = np.empty((count, DIMENSION), dtype=np.float32)
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        first, second = rng.choice(TOPICS, (2, CHUNK), p=weight / weight.sum())[:, :size]
        cluster = first * CLUSTERS + (CLUSTERS * rng.random(CHUNK) ** 2).astype(np.intp)[:size]
        part = COMMON * common + TOPIC * topics[first] + SECOND * topics[second]
        part += CLUSTER * clusters[cluster] + OWN * _drawn(CHUNK, axes, rng)[:size]
        made[start : start + size] = part / np.linalg.norm(part, axis=1, keepdims=True)
    return made


def catalogue(count: int) -> Items:
    """Items 0 to count - 1: half of them of one genre, each on one of 200 shelves."""
    return Items(
        Item(
            f"{k:07d}",
            f"Number {k}",
            1950 + k % 75,
            attributes={
                "genre": (f"genre {k % 2 * (1 + k // 2 % GENRES)}",),
                "shelf": (f"shelf {k % SHELVES}",),
            },
        )
        for k in range(count)
    )


class Given:
    """An `Embedder` of the cards of `catalogue` as the vectors that it was given; no text model is read."""

    def __init__(self, given: NDArray[np.float32]) -> None:
        self.name = self.source = "given vectors"
        self.dimension = given.shape[1]
        self._given = given

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_cards(texts)

    def encode_cards(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:  # noqa: ARG002
        rows = [int(text.removeprefix("Number ").partition(" ")[0]) for text in texts]
        return np.asarray(self._given[rows], dtype=np.float32)


def _spectrum() -> NDArray[np.float64]:
    falling = np.arange(1, DIMENSION + 1) ** SPECTRUM
    return np.asarray(falling / np.linalg.norm(falling))


def _drawn(count: int, axes: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    return rng.standard_normal((count, DIMENSION), dtype=np.float32) @ axes
