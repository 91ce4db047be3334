"""What makes two items similar."""

import math
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np

from catalog import ConfigError

Kind: TypeAlias = Literal["cosine-counts", "jaccard-counts", "dot", "pearson"]

COSINE, JACCARD, GIVEN = 0, 1, 2
"""The plain forms that `value` knows: two of counts alone, and a total that is the similarity already."""


@dataclass(frozen=True, slots=True)
class Damping:
    """Less trust in a similarity that few users speak for: c of them have both items.

    The similarity is multiplied by c / (c + shrinkage) and, where `significance` is above zero, by
    min(c, significance) / significance (Herlocker et al. 1999). Below `min_overlap` users it is none.
    Raises ConfigError for a number out of its range.
    """

    shrinkage: float = 0.0
    significance: int = 0
    min_overlap: int = 1

    def __post_init__(self) -> None:
        if not (math.isfinite(self.shrinkage) and self.shrinkage >= 0):
            raise ConfigError(f"shrinkage must be a number of at least 0, not {self.shrinkage!r}")
        if self.significance < 0:
            raise ConfigError(f"significance must be at least 0, not {self.significance!r}")
        if self.min_overlap < 1:
            raise ConfigError(f"min_overlap must be at least 1, not {self.min_overlap!r}")

    @property
    def off(self) -> bool:
        return self == Damping()


@dataclass(frozen=True, slots=True)
class Similarity:
    """A kind of similarity between the columns of a matrix (users, items), and how it is damped.

    cosine-counts and jaccard-counts see who has an item, not what is stored: over c shared users,
    c / sqrt(n_i n_j) and c / (n_i + n_j - c). dot is the inner product of the stored values, a cosine
    where the caller divided every column by its length. pearson is the correlation over the shared users,
    each side centred on its mean over them; two shared users at least must differ on either side.
    """

    kind: Kind = "cosine-counts"
    damping: Damping = Damping()

    @property
    def of_counts(self) -> bool:
        return self.kind in {"cosine-counts", "jaccard-counts"}

    @property
    def rule(self) -> tuple[int, float, float, float]:
        """The last four arguments of `value`."""
        form = {"cosine-counts": COSINE, "jaccard-counts": JACCARD}.get(self.kind, GIVEN)
        damping = self.damping
        return form, float(damping.shrinkage), float(max(damping.significance, 1)), float(damping.min_overlap)


def value(
    total: Any, count: Any, left: Any, right: Any, form: int, shrinkage: Any, significance: Any, least: Any
) -> Any:  # one formula for numbers and for arrays, as it is and compiled
    """The similarity of a pair: `count` users have both, `left` and `right` users have either item.

    Every step is one that IEEE 754 rounds exactly, so arrays and compiled loops agree to the last bit.
    """
    if form == COSINE:
        plain = count / np.sqrt(left * right)
    elif form == JACCARD:
        plain = count / (left + right - count)
    else:
        plain = total
    return (
        plain
        * (count / (count + shrinkage))
        * (np.minimum(count, significance) / significance)
        * (count >= least)
    )
