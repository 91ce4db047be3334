"""Who is learned from, and who is kept apart."""

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np

from language_model.training.example import Part

VALIDATION, TEST = 0.05, 0.10
PARTS: tuple[Part, ...] = ("train", "validation", "test")


def part_of(key: str) -> Part:
    """The part of a person, a dialogue or an item, by its id: the same in every data set, task and run."""
    place = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) / 2**64
    if place < VALIDATION:
        return "validation"
    return "test" if place < VALIDATION + TEST else "train"


def parted(keys: Iterable[str]) -> dict[Part, list[int]]:
    """The places of the keys, by part."""
    found: dict[Part, list[int]] = {part: [] for part in PARTS}
    for place, key in enumerate(keys):
        found[part_of(key)].append(place)
    return found


def rng_of(*words: str | int) -> np.random.Generator:
    """A generator that depends on these words alone."""
    digest = hashlib.sha256("\n".join(map(str, words)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16]))


def pick(rng: np.random.Generator, among: Sequence[str]) -> str:
    return among[int(rng.integers(len(among)))]
