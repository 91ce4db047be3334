"""How much the voices count as long as a person does not say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np


@dataclass(frozen=True, slots=True)
class Alphas:
    """Alpha at some counts of rated items, which rise.

    Between them alpha goes straight over log(1 + n); before the first and after the last it stays.
    """

    at_counts: tuple[tuple[int, float], ...]

    @classmethod
    def fixed(cls, alpha: float) -> Self:
        return cls(((0, alpha),))

    @classmethod
    def of(cls, alphas: Mapping[int, float]) -> Self:
        return cls(tuple(sorted(alphas.items())))

    def at(self, n_rated: int) -> float:
        counts, alphas = zip(*self.at_counts, strict=True)
        return float(np.interp(np.log1p(n_rated), np.log1p(counts), alphas))

    def __str__(self) -> str:
        if len(self.at_counts) == 1:
            return f"{self.at_counts[0][1]:g}"
        return ", ".join(f"{alpha:g} at {count}" for count, alpha in self.at_counts)


@dataclass(frozen=True, slots=True)
class Weighing:
    """How the voices count as long as a person does not say, chosen on validation.

    `alphas` has alpha by how many items the person rated; `content` is the share of the search by content in the
    second voice.
    """

    alphas: Alphas
    content: float

    def alpha(self, n_rated: int) -> float:
        """The weight of the collaborative voice for a person with `n_rated` rated items."""
        return self.alphas.at(n_rated)


RATED = Weighing(Alphas.of({0: 0.5, 1: 0.9}), content=0.0)
"""For a person of whom there are ratings alone.

On MovieLens-100K validation takes 1 at every count of known ratings (60 people, `duetto evaluate ranking --setting
new-person`); 0.9, the largest of its grid that leaves the language model a voice, costs .007 to .012 NDCG@10 there.
Content gains nothing. Without any rating the collaborative voice is popularity, the same for everyone, and half is a
plain choice.
"""
SPOKEN = Weighing(Alphas.of({0: 0.4, 1: 0.5}), content=0.8)
"""For a person who said something, chosen on held-out train dialogues of ReDial: what is named in one breath is
about the same thing, which content knows, whatever the collaborative voice is made of."""
