import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.rows.order import Order

SCORED = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=12)


@given(scored=SCORED, tiers=st.booleans(), n=st.integers(0, 14))
def test_first_and_rank_say_what_all_says(*, scored: list[tuple[int, int]], tiers: bool, n: int) -> None:
    score, tier = np.array(scored).T
    items = np.arange(len(scored), dtype=np.int32)[::-1] + 100
    order = Order(items, score.astype(np.float64), tier.astype(np.int8) if tiers else None)
    expected = sorted(range(len(scored)), key=lambda place: (tier[place] * tiers, -score[place]))
    assert order.all().tolist() == items[expected].tolist()
    assert order.first(n).tolist() == items[expected][:n].tolist()
    assert [order.rank(item) for item in order.all().tolist()] == list(range(1, len(scored) + 1))


def test_what_is_not_ranked_has_no_rank() -> None:
    with pytest.raises(ValueError, match="item 7"):
        Order(np.array([1, 2], np.int32), np.zeros(2)).rank(7)
