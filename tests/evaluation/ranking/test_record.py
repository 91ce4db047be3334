import json
from dataclasses import asdict
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.weighing import Alphas
from evaluation.combining import Weighed
from evaluation.ranking.record import NewPersonRecord, PersonRecord, Pool
from evaluation.rows import CF, Judgement
from evaluation.rows.order import Order

Normalisation = Literal["z-score", "min-max", "rank"]
NORMALISATIONS: tuple[Normalisation, ...] = ("z-score", "min-max", "rank")

# CF orders a to g; the pool is a, b, c and, from further down, f
POOL = Pool(("a", "b", "c", "f"), (1, 2, 3, 6), cf=(3.0, 2.0, 2.0, 0.5), lm=(-5.0, -1.0, -2.0, -0.5))


def weighed(alpha: float, normalisation: Normalisation) -> Weighed:
    return Weighed(Alphas.fixed(alpha), normalisation=normalisation)


def person(target: str, rank: int) -> PersonRecord:
    return PersonRecord("test", "ana", target, {CF: rank}, {CF: ("a", "b", "c", "d")}, POOL)


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
def test_the_ends_of_alpha_are_the_two_parents(normalisation: Normalisation) -> None:
    assert POOL.by(weighed(1.0, normalisation), 0) == {"a": 1, "b": 2, "c": 3, "f": 6}
    assert POOL.by(weighed(0.0, normalisation), 0) == {"f": 1, "b": 2, "c": 3, "a": 6}


def test_the_pool_changes_places_and_nothing_else_moves() -> None:
    assert person("a", 1).by(weighed(0.0, "rank")) == (6, ("f", "b", "c", "d"))
    assert person("f", 6).by(weighed(0.0, "rank")) == (1, ("f", "b", "c", "d"))
    assert person("d", 4).by(weighed(0.0, "rank")) == (4, ("f", "b", "c", "d"))
    assert person("a", 1).by(weighed(1.0, "rank")) == (1, ("a", "b", "c", "d"))


def test_without_a_language_model_there_is_no_pool() -> None:
    assert Pool().by(weighed(0.5, "z-score"), 0) == {}


def test_a_pool_knows_its_places_in_cf_order() -> None:
    order = {CF: Order(np.array([4, 2, 0, 3], np.int32), np.array([4.0, 3.0, 2.0, 1.0]))}
    said = Judgement(order, np.array([4, 0], np.int32), (2.0, 1.0), (-1.0, -2.0), (0.3, 0.4), (7.0, 8.0))
    assert Pool.of(said, "vwxyz") == Pool(
        ("z", "v"), (1, 3), (2.0, 1.0), (-1.0, -2.0), (0.3, 0.4), (7.0, 8.0)
    )


def test_what_is_written_is_read_again() -> None:
    for record in (
        person("a", 1),
        NewPersonRecord("validation", "bob", 2, ("x", "y"), {CF: ("a",)}, POOL),
        NewPersonRecord("test", "eve", 1, ("x",), {CF: ()}),
    ):
        assert type(record).read(json.dumps(asdict(record))) == record


@settings(deadline=None)
@given(
    cf=st.lists(st.floats(-3, 3, allow_subnormal=False), min_size=4, max_size=4),
    lm=st.lists(st.integers(-2, 2), min_size=4, max_size=4),
    alpha=st.sampled_from([0.0, 0.25, 0.5, 1.0]),
    normalisation=st.sampled_from(NORMALISATIONS),
)
def test_the_rank_is_the_place_in_the_list(
    cf: list[float], lm: list[int], alpha: float, normalisation: Normalisation
) -> None:
    falling = tuple(sorted(cf, reverse=True))
    pool = Pool(POOL.ids, POOL.rank, falling, tuple(map(float, lm)))
    ids = ("a", "b", "c", "d", "e", "f", "g")
    lists = set()
    for rank, target in enumerate(ids, start=1):
        record = PersonRecord("test", "ana", target, {CF: rank}, {CF: ids}, pool)
        found, top = record.by(weighed(alpha, normalisation))
        assert top[found - 1] == target
        assert sorted(top) == list(ids)
        assert (top[3], top[4], top[6]) == ("d", "e", "g")
        lists.add(top)
    assert len(lists) == 1
    if alpha == 1:
        assert lists == {ids}
