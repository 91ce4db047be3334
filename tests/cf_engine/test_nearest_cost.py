import pytest

from cf_engine.nearest.cost import sampled_product, self_join, shared_blocks, work


def test_pairs_are_of_a_person_s_items_each_once() -> None:
    own = work([3, 1, 5], items=10)
    assert (own.people, own.ratings, own.pairs) == (3, 9, 3 + 0 + 10)


def test_more_people_like_these_and_a_cap() -> None:
    more = work([4, 2], items=10, people=200, cap=3)
    assert (more.people, more.ratings, more.pairs) == (200, 500, 400)


def test_blocks_send_nothing_but_tables() -> None:
    own = work([4] * 5, items=10, k=2, workers=3, rate=30)
    cost = shared_blocks(own)
    table = 10 * 2 * 8
    assert cost.pairs == 30
    assert cost.memory == table + 40
    assert cost.mapped == 2 * 4 * 20 + 8 * (5 + 10)
    assert cost.moved == 3 * table
    assert cost.seconds == pytest.approx((1 + cost.moved / own.network) / 3)
    assert shared_blocks(work([4], items=10)).moved == 0


def test_joins_send_every_pair() -> None:
    own = work([4] * 5, items=10, workers=2)
    assert self_join(own).moved == 16 * 30 + 2 * 16 * 20
    assert sampled_product(own).moved == 2 * 30 * 12
    assert self_join(own).memory == self_join(own).moved / 2
