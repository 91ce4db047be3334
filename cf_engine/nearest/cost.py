"""What the neighbours of all items would cost: arithmetic, memory, and bytes that change machines."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

RATE = 7e8
"""Multiply-adds a core does in a second; measured on MovieLens-25M's shape. `python -m benchmarks cf` gives yours."""
NETWORK = 1.25e9
"""Bytes a second that a worker sends: ten gigabits."""
MAHOUT_INTERACTIONS = 500
"""`maxNumInteractions` of Mahout's SimilarityAnalysis: more of a person's are sampled away."""

INDEX, VALUE, PAIR = 4, 4, 16
"""Bytes of an index and of a value, and of two indices with a double."""


@dataclass(frozen=True, slots=True)
class Cost:
    """`pairs` are multiply-adds, `memory` bytes a worker holds (or spills) for itself, `mapped` bytes of the
    input that the workers of a machine share, and `moved` bytes that are sent between workers.

    `seconds` is the wall time of the arithmetic and of the sending, one after the other; what is not known,
    as the rate of another engine, is taken to be ours.
    """

    way: str
    pairs: float
    memory: float
    mapped: float
    moved: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Work:
    """People with their histories, items, and who works on it: `k` neighbours by so many `workers`.

    `rate` is in multiply-adds a second and core, `network` in bytes a second and worker.
    """

    people: float
    items: float
    ratings: float
    pairs: float
    k: int = 50
    workers: int = 1
    rate: float = RATE
    network: float = NETWORK


def work(
    histories: ArrayLike,
    *,
    items: float,
    people: float | None = None,
    cap: int | None = None,
    k: int = 50,
    workers: int = 1,
    rate: float = RATE,
) -> Work:
    """The work of people whose counts of ratings are `histories`, shape (m,), or of `people` more like them.

    A person with n ratings makes n (n - 1) / 2 pairs of items; `cap` lets no one have more ratings than that.
    """
    count = np.asarray(histories, np.float64)
    if cap is not None:
        count = np.minimum(count, cap)
    times = 1.0 if people is None else people / max(len(count), 1)
    pairs = float((count * (count - 1)).sum() / 2)
    of = len(count) * times, items, float(count.sum()) * times, pairs * times
    return Work(*of, k=k, workers=workers, rate=rate)


def shared_blocks(work: Work) -> Cost:
    """This engine: a worker maps the whole matrix, takes a range of items and sends back one table.

    Two orientations of the matrix are mapped, indices alone where values are all one; a worker has a table of
    neighbours and one number for every item (`nearest_in`). Only the tables are sent.
    """
    table = work.items * work.k * (INDEX + VALUE)
    mapped = 2 * INDEX * work.ratings + 2 * INDEX * (work.people + work.items)
    moved = table * work.workers if work.workers > 1 else 0.0
    memory = table + VALUE * work.items
    return _cost("blocks over a shared matrix", work, memory=memory, mapped=mapped, moved=moved)


def self_join(work: Work) -> Cost:
    """Spark as public code does it: ratings joined with themselves on the person, grouped by pair of items.

    Every pair of a person's items is a record of two indices and a value that goes to where its pair is summed
    (for example makotobot98/Bigdata, MovieRecommandCosineSparkDF); what is combined before sending is not
    counted, since at scale most pairs meet once a partition.
    """
    moved = PAIR * work.pairs + 2 * PAIR * work.ratings
    return _cost("self-join, shuffled", work, memory=moved / work.workers, mapped=0.0, moved=moved)


def sampled_product(work: Work) -> Cost:
    """Mahout's SimilarityAnalysis: at most 500 interactions of a person, then A'A of a distributed matrix.

    Of rows of indices and doubles that are added up where their block is: an index and a double for every pair,
    both halves. Give it work that is capped at `MAHOUT_INTERACTIONS`; it keeps 50 neighbours of an item.
    """
    moved = 2 * work.pairs * (INDEX + 2 * VALUE)
    return _cost("sampled A'A, distributed", work, memory=moved / work.workers, mapped=0.0, moved=moved)


WAYS: tuple[Callable[[Work], Cost], ...] = (shared_blocks, sampled_product, self_join)


def _cost(way: str, work: Work, *, memory: float, mapped: float, moved: float) -> Cost:
    arithmetic, sending = work.pairs / work.rate, moved / work.network
    return Cost(way, work.pairs, memory, mapped, moved, (arithmetic + sending) / work.workers)
