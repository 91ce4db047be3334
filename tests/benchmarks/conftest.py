import pytest

from benchmarks.shapes import Shape


@pytest.fixture
def small() -> Shape:
    """400 people who rate about 49 of 300 items, the best-known item rated by half of them."""
    return Shape(400, 300, middle=20, spread=0.8, most=150, top=200, median=55)
