from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from catalog import ConfigError, Dataset, Interactions, Item, Items, RatingScale
from evaluation.ranking import NewPersonSettings
from evaluation.ranking.newcomers import newcomers
from evaluation.ranking.splits import leave_last_out
from evaluation.rows import Situation
from evaluation.tuning import Setting, Validation


@pytest.fixture(scope="module")
def crowd() -> Dataset:
    """Forty people who rate all forty titles: one half with 5, the other with 1, one after the other."""
    people, items = np.repeat(np.arange(40), 40), np.tile(np.arange(40), 40)
    rating = np.where(people % 2 == items // 20, 5.0, 1.0)
    rows = Interactions.of(
        [f"p{person}" for person in people],
        items,
        rating=rating,
        timestamp=np.arange(1600),
        scale=RatingScale(1, 5),
    )
    return Dataset("crowd", Items([Item(item_id=str(i), title=f"T{i}") for i in range(40)]), rows)


def own_half(now: Situation) -> NDArray[np.float64]:
    return np.where(np.arange(40) // 20 == now.key % 2, 1.0, 0.0)


@pytest.mark.parametrize("setting", ["new-person", "leave-last-out", "random"])
def test_nothing_that_is_sought_is_learnt_from_or_known(crowd: Dataset, setting: Setting) -> None:
    found = Validation.of(crowd, setting=setting, seed=0, max_users=None)
    known = found.learnt.train.matrix.toarray() > 0
    for case in found.cases:
        user = case.situation.key
        assert not known[user][case.wanted].any()
        assert not np.isin(case.wanted, case.situation.fold_in.item_index).any()
        assert np.isin(case.wanted, case.situation.candidates).all()


def test_test_ratings_are_never_sought(crowd: Dataset) -> None:
    split = leave_last_out(crowd)
    found = Validation.of(crowd, setting="leave-last-out", seed=0, max_users=None)
    assert {int(case.wanted[0]) for case in found.cases} == {38}
    assert set(crowd.interactions.item_index[split.test]) == {39}
    assert found.learnt.train.matrix.toarray()[:, 38:].sum() == 0


def test_new_people_are_the_first_fold_at_every_count(crowd: Dataset) -> None:
    found = Validation.of(crowd, setting="new-person", seed=0, max_users=None)
    people = newcomers(crowd, NewPersonSettings())
    assert {case.situation.key for case in found.cases} == set(people.validation.tolist())
    assert found.people == 8
    assert [len(case.situation.fold_in) for case in found.cases[:5]] == [1, 3, 5, 10, 20]
    assert found.learnt.relevant == "liked"


def test_quality_by_hand(crowd: Dataset) -> None:
    found = Validation.of(crowd, setting="new-person", seed=0, max_users=None)
    good = found.quality(own_half)
    assert good.bad < 0.05  # with 20 known, too few of the half are left for ten
    assert good.by_kind["1 known"] == 1
    wrong = found.quality(lambda now: -own_half(now))
    assert wrong.by_kind["1 known"] == 0
    assert wrong.bad > 0.99
    assert list(good.by_kind) == ["1 known", "3 known", "5 known", "10 known", "20 known"]
    assert good.ndcg == pytest.approx(np.mean(list(good.by_kind.values())))


def test_where_nobody_dislikes_nothing_is_bad(crowd: Dataset) -> None:
    rows = crowd.interactions
    liked = np.flatnonzero(rows.rating > 4)
    taken = Interactions.of([rows.user_ids[u] for u in rows.user_index[liked]], rows.item_index[liked])
    found = Validation.of(replace(crowd, interactions=taken), setting="random", seed=0, max_users=None)
    assert np.isnan(found.quality(own_half).bad)
    with pytest.raises(ConfigError, match="no timestamps"):
        Validation.of(replace(crowd, interactions=taken), setting="leave-last-out", seed=0, max_users=None)


def test_a_sample_grows_into_the_whole(crowd: Dataset) -> None:
    few, all_ = (
        {case.situation.key for case in Validation.of(crowd, setting="random", seed=0, max_users=n).cases}
        for n in (5, None)
    )
    assert len(few) == 5
    assert few < all_
    with pytest.raises(ConfigError, match="at least 1"):
        Validation.of(crowd, setting="random", seed=0, max_users=0)
