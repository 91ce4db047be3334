import numpy as np
import pytest

from evaluation.rows.pool import pool, pooled


def test_both_voices_order_their_pool_and_cf_orders_the_rest() -> None:
    cf = np.arange(100.0)[::-1].copy()  # item 0 first
    content = np.zeros(100)
    content[[90, 50]] = 5.0, 1.0
    may = np.ones(100, np.bool_)
    may[0] = False
    order = np.argsort(-pooled(cf, content, may, alpha=0.0), kind="stable")
    assert order[:2].tolist() == [90, 50]
    inside = set(pool(np.arange(1, 100, dtype=np.int32), content, sizes=(40, 20)).tolist())
    assert set(order[: len(inside)].tolist()) == inside
    behind = order[len(inside) :].tolist()
    assert behind == sorted(behind)


def test_alpha_one_is_cf() -> None:
    rng = np.random.default_rng(3)
    cf, content = rng.normal(size=200), rng.normal(size=200)
    order = np.argsort(-pooled(cf, content, np.ones(200, np.bool_), alpha=1.0), kind="stable")
    assert order[:40].tolist() == np.argsort(-cf, kind="stable")[:40].tolist()


def test_where_nothing_may_be_shown_cf_stays() -> None:
    cf = np.array([1.0, 3.0, 2.0])
    score = pooled(cf, np.zeros(3), np.zeros(3, np.bool_), alpha=0.5)
    assert np.argsort(-score).tolist() == [1, 2, 0]
    assert score == pytest.approx(cf - 3)
