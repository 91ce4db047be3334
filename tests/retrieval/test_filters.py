import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import Item, Items
from retrieval import Filter
from retrieval.filters import FilterTable

HEAT = Item("1", "Heat", 1995, attributes={"genre": ("Crime", "Drama")})
UNDATED = Item("2", "Undated", attributes={"genre": ("Horror",)})


@pytest.mark.parametrize(
    ("where", "admitted"),
    [
        (Filter(), [True, True]),
        (Filter(must={"genre": frozenset({"crime", "horror"})}), [True, True]),
        (Filter(must={"genre": frozenset({"CRIME"})}), [True, False]),
        (Filter(must={"director": frozenset({"Mann"})}), [False, False]),
        (Filter(must={"genre": frozenset()}), [False, False]),
        (Filter(must_not={"genre": frozenset({"horror"})}), [True, False]),
        (Filter(must_not={"director": frozenset({"Mann"})}), [True, True]),
        (Filter(year_min=1995), [True, False]),
        (Filter(year_max=1994), [False, False]),
        (Filter(year_max=3000), [True, False]),
        (
            Filter(must={"genre": frozenset({"Drama"})}, must_not={"genre": frozenset({"Crime"})}),
            [False, False],
        ),
    ],
)
def test_admits(where: Filter, admitted: list[bool]) -> None:
    assert [where.admits(HEAT), where.admits(UNDATED)] == admitted
    assert FilterTable(Items([HEAT, UNDATED])).admitted(where).tolist() == admitted


values = st.sampled_from(["a", "A", "ß", "ss", "É", "é"])
attributes = st.dictionaries(st.sampled_from(["g", "h"]), st.lists(values, max_size=3).map(tuple), max_size=2)
wishes = st.dictionaries(st.sampled_from(["g", "h"]), st.frozensets(values, max_size=2), max_size=2)
years = st.none() | st.integers(-800, 2030)


@given(st.lists(st.tuples(years, attributes), max_size=8), wishes, wishes, years, years)
def test_the_table_agrees_with_the_item_by_item_answer(
    rows: list[tuple[int | None, dict[str, tuple[str, ...]]]],
    must: dict[str, frozenset[str]],
    must_not: dict[str, frozenset[str]],
    low: int | None,
    high: int | None,
) -> None:
    items = Items(Item(str(k), "x", year, attributes=named) for k, (year, named) in enumerate(rows))
    where = Filter(must, must_not, low, high)
    np.testing.assert_array_equal(FilterTable(items).admitted(where), [where.admits(item) for item in items])
