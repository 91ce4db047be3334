"""Ways to make one score of several voices."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from agent.fusion import Normalisation, Scores, fuse
from agent.weighing import Alphas
from evaluation.combining.voices import Voices, places

K = 60
"""Of reciprocal rank fusion, as Cormack, Clarke and Büttcher have it (SIGIR 2009)."""


class Combiner(Hashable, Protocol):
    """Plain settings, and a score of every candidate, (candidates,)."""

    def __call__(self, voices: Voices) -> Scores: ...

    def __str__(self) -> str:
        """The settings in a few words."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The product's fusion: alpha by what is known, and the share of content in the second voice."""

    alphas: Alphas
    share: float = 0.0
    normalisation: Normalisation = "z-score"

    def __call__(self, voices: Voices) -> Scores:
        score, _, _ = fuse(
            voices.cf,
            voices.lm,
            alpha=self.alphas.at(voices.known),
            content=voices.content if voices.content.any() else None,
            share=self.share,
            normalisation=self.normalisation,
        )
        return score

    def __str__(self) -> str:
        return f"alpha {self.alphas}"


@dataclass(frozen=True, slots=True)
class ReciprocalRanks:
    """`sum of weight / (60 + rank)` over CF, LM and content; what says nothing ranks all alike."""

    cf: float
    lm: float
    content: float

    def __call__(self, voices: Voices) -> Scores:
        total = np.zeros(len(voices.cf))
        for weight, score in ((self.cf, voices.cf), (self.lm, voices.lm), (self.content, voices.content)):
            total += weight / (K + 1 / places(score))
        return total

    def __str__(self) -> str:
        return f"CF {self.cf:g}, LM {self.lm:g}, content {self.content:g}"


@dataclass(frozen=True, slots=True)
class Linear:
    """A weighted sum of FEATURES; `ridge` says how far it was held back towards CF alone."""

    coefficients: tuple[float, ...]
    ridge: float

    def __call__(self, voices: Voices) -> Scores:
        return np.asarray(voices.features() @ np.array(self.coefficients), np.float64)

    def __str__(self) -> str:
        return "CF alone" if np.isinf(self.ridge) else f"ridge {self.ridge:g}"


def only_lm(normalisation: Normalisation = "z-score") -> Weighed:
    """LM alone."""
    return Weighed(Alphas.fixed(0.0), normalisation=normalisation)
