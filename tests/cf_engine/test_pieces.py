import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cf_engine import best, weighted_average


def test_the_worked_example_of_the_design() -> None:
    assert weighted_average([0.8, 0.7, 0.6], [4, 5, 3]) == pytest.approx(4.0476, abs=5e-5)


def test_dissimilar_neighbours_count_against_and_nobody_is_nan() -> None:
    assert weighted_average([1.0, -1.0], [2.0, 1.0]) == pytest.approx(0.5)
    assert math.isnan(weighted_average([], []))
    assert math.isnan(weighted_average([0.0], [5.0]))


@settings(deadline=None)
@given(
    pairs=st.lists(st.tuples(st.floats(0.01, 1), st.floats(1, 5)), min_size=1, max_size=9),
    factor=st.floats(0.1, 10),
)
def test_an_average_lies_between_and_ignores_the_unit(
    pairs: list[tuple[float, float]], factor: float
) -> None:
    similarity, rating = np.array(pairs).T
    average = weighted_average(similarity, rating)
    assert rating.min() - 1e-9 <= average <= rating.max() + 1e-9
    assert weighted_average(similarity * factor, rating) == pytest.approx(average)


@settings(deadline=None)
@given(score=st.lists(st.integers(-3, 3), max_size=20), n=st.integers(0, 25))
def test_best_is_a_stable_sort_cut_short(score: list[int], n: int) -> None:
    expected = sorted(range(len(score)), key=lambda i: (-score[i], i))[:n]
    assert best(np.array(score, np.float32), n).tolist() == expected


def test_the_room_is_light() -> None:
    code = "import sys, cf_engine; print([m for m in ('torch', 'pandas', 'chromadb') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
