import itertools
import math

import numpy as np
import pytest

from evaluation.combining import (
    FEATURES,
    Linear,
    Voices,
    as_explanation,
    background_of,
    chart,
    shapley_values,
)

rng = np.random.default_rng(0)


def drawn(known: int) -> Voices:
    cf, lm, content = rng.normal(size=(3, 8)).tolist()
    return Voices.of(known, cf, lm, content=content, popularity=range(8))


POOLS = [drawn(known) for known in (1, 5)]
LEARNED = Linear(tuple(rng.normal(size=len(FEATURES))), ridge=0.1)
BACKGROUND = background_of(POOLS)


def test_values_add_up_to_the_score() -> None:
    values = shapley_values(LEARNED, POOLS[0], BACKGROUND)
    base = (BACKGROUND @ np.array(LEARNED.coefficients)).mean()
    assert values.shape == (8, len(FEATURES))
    assert values.sum(axis=1) + base == pytest.approx(LEARNED(POOLS[0]))


def test_values_are_what_the_definition_says() -> None:
    """The mean over all orders in which the features can come, those that have not come yet as in the background."""
    three = 3
    w, x = np.array(LEARNED.coefficients)[:three], POOLS[0].features()[0, :three]
    mean = BACKGROUND[:, :three].mean(axis=0)
    total = np.zeros(three)
    for order in itertools.permutations(range(three)):
        now = mean.copy()
        for place in order:
            before = w @ now
            now[place] = x[place]
            total[place] += w @ now - before
    found = shapley_values(LEARNED, POOLS[0], BACKGROUND)[0, :three]
    assert found == pytest.approx(total / math.factorial(three))


def test_the_shap_package_agrees() -> None:
    shap = pytest.importorskip("shap")
    model = (np.array(LEARNED.coefficients), 0.0)
    masker = shap.maskers.Independent(BACKGROUND, max_samples=len(BACKGROUND))
    theirs = shap.LinearExplainer(model, masker)(POOLS[1].features())
    ours = as_explanation(LEARNED, POOLS[1], BACKGROUND)
    assert theirs.values == pytest.approx(ours.values)
    assert np.broadcast_to(theirs.base_values, 8) == pytest.approx(ours.base_values)
    assert ours.feature_names == list(FEATURES)


def test_a_chart_has_a_colour_for_each_named_candidate() -> None:
    plot = chart(LEARNED, POOLS[0], BACKGROUND, labels=["Heat", "Fargo"])
    assert [one.name for one in plot.series] == ["Heat", "Fargo"]
    assert plot.series[0].y == pytest.approx(shapley_values(LEARNED, POOLS[0], BACKGROUND)[0])
    assert plot.png().startswith(b"\x89PNG")
