"""What is scored: the catalogue's own titles and cards.

Reversed: a profile of some 100 tokens, then each title. Direct: an instruction, each item's card of some 15 tokens,
then a profile of some 45. Every round has a profile of its own, so that none finds it read by the one before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np

from catalog import load
from retrieval import card

Direction = Literal["reversed", "direct"]
DIRECTIONS: tuple[Direction, ...] = ("reversed", "direct")
INSTRUCTION = "A film, and what someone who loves it asks for."
MOST, OTHERS = 500, 200
"""Items to score, and further ones to make profiles of."""


@dataclass(frozen=True)
class Texts:
    """One turn: log P(continuation_b | prefix + context_b) is asked for."""

    prefix: str
    contexts: Sequence[str]
    continuations: Sequence[str]


@dataclass(frozen=True)
class Material:
    titles: Sequence[str]
    cards: Sequence[str]

    @classmethod
    def load(cls) -> Self:
        items = load("movielens-small").items
        rows = np.random.default_rng(3).permutation(len(items))[: MOST + OTHERS]
        chosen = [items[int(row)] for row in rows]
        return cls([item.label() for item in chosen], [card(item) for item in chosen])

    def turn(self, direction: Direction, *, n: int, number: int) -> Texts:
        """The same n candidates for another profile."""
        loved = np.random.default_rng(number).permutation(self.titles[MOST:])
        if direction == "reversed":
            prefix = f"Someone loved {', '.join(loved[:9])}. They also love"
            return Texts(prefix, [""] * n, self.titles[:n])
        return Texts(INSTRUCTION, self.cards[:n], [f"They loved {', '.join(loved[:5])}."] * n)
