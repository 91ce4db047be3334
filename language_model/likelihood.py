"""What scoring gives, and the one protocol for whatever scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from catalog.progress import Progress
from language_model.errors import ModelInputError

PRIOR_WEIGHT = 0.5
"""How much of a text's own log-probability is taken off where items are ranked by what a person says, between what is
likely anyway (0) and what is rare (1): chosen on held-out train dialogues of ReDial."""


@dataclass(frozen=True)
class Likelihood:
    """Sums of token log-probabilities: `total` float64 (B,) in nats, `tokens` int64 (B,) how many."""

    total: NDArray[np.float64]
    tokens: NDArray[np.int64]

    @property
    def mean(self) -> NDArray[np.float64]:
        """Nats per token, float64 (B,)."""
        return self.total / self.tokens

    def corrected(self, prior: NDArray[np.float64], *, weight: float = 1.0) -> NDArray[np.float64]:
        """`total - weight * prior`, float64 (B,), the prior being each text's total where nothing is known.

        With weight 1 it is, by Bayes' rule, how likely the prefix is given the text, up to a constant; with 0 the
        sum. Between them what is likely anyway keeps a part of its lead.
        """
        return self.total - weight * prior


class Scorer(Protocol):
    """A language model that scores, in this process or behind an address."""

    @property
    def name(self) -> str:
        """What its scores are kept under; two models never share it."""

    def log_likelihood(
        self,
        continuations: Sequence[str],
        *,
        prefix: str,
        contexts: Sequence[str] | None = None,
        progress: Progress | None = None,
    ) -> Likelihood:
        """log P(continuation_b | prefix + context_b) for each b, in nats; contexts are read and not scored.

        The three texts are joined as they are where whitespace stands at the seam, else with one space. A
        token that spans a seam counts with the text on its right. Raises ModelInputError for what is blank.
        """


def join(left: str, right: str) -> str:
    """`left` and `right` with a space between, unless one is empty or whitespace stands there already."""
    if not left or not right or left[-1].isspace() or right[0].isspace():
        return left + right
    return f"{left} {right}"


def contexts_of(continuations: Sequence[str], prefix: str, contexts: Sequence[str] | None) -> Sequence[str]:
    """One context for each continuation. Raises ModelInputError for what is blank or does not fit together."""
    if not prefix.strip():
        raise ModelInputError("The prefix is empty: a likelihood needs a text to follow.")
    contexts = [""] * len(continuations) if contexts is None else contexts
    if len(contexts) != len(continuations):
        raise ModelInputError(
            f"There are {len(contexts)} contexts for {len(continuations)} continuations; give one for each."
        )
    for number, text in enumerate(continuations):
        if not text.strip():
            raise ModelInputError(f"Continuation {number} is empty: there is nothing to score.")
    return contexts
