import pytest

from agent.periods import read_period


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("from the 90s", 1990, 1999),
        ("1990s films", 1990, 1999),
        ("late 90s", 1997, 1999),
        ("early 2000s", 2000, 2003),
        ("from the 20s", 2020, 2029),
        ("the eighties", 1980, 1989),
        ("after 1990", 1991, None),
        ("since 1990", 1990, None),
        ("before 1980", None, 1979),
        ("older than the 80s", None, 1979),
        ("between 1940 and 1959", 1940, 1959),
        ("from 1959 to 1940", 1940, 1959),
        ("1970-1975", 1970, 1975),
        ("from 1994", 1994, 1994),
        ("up to 2000", None, 2000),
    ],
)
def test_periods(text: str, low: int | None, high: int | None) -> None:
    period = read_period(text)
    assert period is not None
    assert (period.year_min, period.year_max) == (low, high)


@pytest.mark.parametrize(
    "text", ["something good", "48 hours", "2001: A Space Odyssey", "I loved Heat (1995)"]
)
def test_no_period(text: str) -> None:
    assert read_period(text) is None
