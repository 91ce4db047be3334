"""What each feature adds to a learned score: Shapley values, which are exact for a linear model.

Against a background, a value is `coefficient * (x - mean of x over the background)`; those of one candidate add up to
its score less the mean score of the background.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from catalog import MissingDependency
from evaluation.combining.combiners import Linear
from evaluation.combining.voices import FEATURES, Voices
from evaluation.report import Plot, Series

if TYPE_CHECKING:
    from shap import Explanation


def background_of(pools: Sequence[Voices]) -> NDArray[np.float64]:
    """The features of all candidates of these pools, shape (candidates of all, FEATURES)."""
    return np.vstack([one.features() for one in pools])


def shapley_values(combiner: Linear, voices: Voices, background: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shape (candidates, FEATURES)."""
    return np.asarray(
        np.array(combiner.coefficients) * (voices.features() - background.mean(axis=0)), np.float64
    )


def as_explanation(combiner: Linear, voices: Voices, background: NDArray[np.float64]) -> "Explanation":
    """The same for the plots of the shap package. Raises catalog.MissingDependency without it."""
    try:
        import shap
    except ImportError as error:
        raise MissingDependency("Shapley explanations", extra="explain") from error
    return shap.Explanation(
        shapley_values(combiner, voices, background),
        base_values=np.full(len(voices.cf), background.mean(axis=0) @ np.array(combiner.coefficients)),
        data=voices.features(),
        feature_names=list(FEATURES),
    )


def chart(
    combiner: Linear, voices: Voices, background: NDArray[np.float64], *, labels: Sequence[str]
) -> Plot:
    """The values of the first candidates as bars, a colour for each; `labels` are their names."""
    values = shapley_values(combiner, voices, background)
    series = tuple(
        Series(label, FEATURES, tuple(row.tolist())) for label, row in zip(labels, values, strict=False)
    )
    return Plot("shapley", "What each feature adds to the score", "", "Shapley value", series, kind="bars")
