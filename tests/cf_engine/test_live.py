"""After any updates every model answers as one that is fitted to the ratings there are then."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from catalog import RatingScale
from cf_engine import (
    FoldIn,
    ItemNeighbours,
    ItemNeighboursConfig,
    Popularity,
    UserNeighbours,
    UserNeighboursConfig,
)
from cf_engine.arrays import Matrix
from cf_engine.live import Live, LiveConfig, Moment

SCALE = RatingScale(low=1, high=5)
USERS = (
    UserNeighboursConfig(k=3, shrinkage=2),
    UserNeighboursConfig(similarity="pearson", k=3, min_overlap=2),
    UserNeighboursConfig(similarity="jaccard", vectors="likes", k=2, ranking="rated", dislike=0.5),
    UserNeighboursConfig(vectors="rated", k=4, ranking="damped", power=2, significance=3),
)
ITEMS = (
    ItemNeighboursConfig(k=3, shrinkage=1),
    ItemNeighboursConfig(similarity="jaccard", vectors="rated", k=2, power=2, significance=2),
)


@dataclass
class Ledger:
    """What the ratings must be, kept the plain way."""

    n_items: int
    rows: list[dict[int, float]] = field(default_factory=list)

    def matrix(self) -> Matrix:
        table = sparse.lil_array((len(self.rows), self.n_items), dtype=np.float32)
        for user, row in enumerate(self.rows):
            for item, rating in row.items():
                table[user, item] = rating
        return sparse.csr_array(table)


def begin(rows: list[list[int]], config: LiveConfig, **settings: Any) -> tuple[Live, Ledger]:
    matrix = sparse.csr_array(np.array(rows, np.float32))
    live = Live.fit(matrix, scale=SCALE, config=config, **settings)
    return live, Ledger(len(rows[0]), [{i: float(r) for i, r in enumerate(row) if r} for row in rows])


def step(live: Live, ledger: Ledger, data: st.DataObject) -> None:
    """One update of any kind, in both."""
    what = data.draw(st.sampled_from(["rate", "rate", "rate", "newcomer", "forget", "items", "rebuild"]))
    if what == "rebuild":
        live.rebuild()
    elif what == "items":
        n = data.draw(st.integers(0, 70))
        assert live.grow_items(n) == ledger.n_items
        ledger.n_items += n
    elif what == "forget":
        user = data.draw(st.integers(0, len(ledger.rows) - 1))
        live.remove_user(user)
        ledger.rows[user] = {}
    else:
        users = [len(ledger.rows)] if what == "newcomer" else range(len(ledger.rows))
        rating = st.tuples(
            st.sampled_from(users), st.integers(0, min(ledger.n_items, 12) - 1), st.integers(1, 5)
        )
        batch = data.draw(st.lists(rating, min_size=int(what == "newcomer"), max_size=6))
        if what == "newcomer":
            ledger.rows.append({})
        live.add_ratings(*np.array(batch, int).reshape(-1, 3).T)
        for user, item, value in batch:
            ledger.rows[user][item] = float(value)


def assert_equal_to_a_fit(now: Moment, matrix: Matrix, config: LiveConfig, profile: FoldIn) -> None:
    """Scores to the bit; but the mean of all ratings, which `damped` uses, is added up in another order."""
    assert (now.ratings.matrix() != matrix).nnz == 0
    assert now.ratings.matrix().nnz == matrix.nnz
    popularity = Popularity().fit(matrix, scale=SCALE)
    assert now.popularity.scores(profile).tolist() == popularity.scores(profile).tolist()
    every = np.arange(matrix.shape[1], dtype=np.int32)
    if config.users is not None:
        users = UserNeighbours(config.users).fit(matrix, scale=SCALE)
        exact = config.users.ranking != "damped"
        for person in (None, 0, matrix.shape[0] - 1):
            near, similarity = users.neighbours(profile, exclude_user=person)
            found, theirs = now.users.neighbours(profile, exclude_user=person)
            assert (found.tolist(), theirs.tolist()) == (near.tolist(), similarity.tolist())
            expected = users.scores(profile, exclude_user=person)
            score = now.users.scores(profile, exclude_user=person)
            assert score.tolist() == (
                expected.tolist() if exact else pytest.approx(expected.tolist(), abs=1e-6)
            )
        for one, other in zip(now.users.explain(profile, every), users.explain(profile, every), strict=True):
            assert one.score == pytest.approx(other.score, abs=1e-6)
            assert one.user.tolist() == other.user.tolist()
            assert one.own_amount.tolist() == pytest.approx(other.own_amount.tolist(), abs=1e-6)
    if config.items is not None:
        items = ItemNeighbours(config.items).fit(matrix, scale=SCALE)
        assert now.items.neighbours(every).item.tolist() == items.table.item.tolist()
        assert now.items.neighbours(every).value.tolist() == items.table.value.tolist()
        assert now.items.scores(profile).tolist() == items.scores(profile).tolist()
        mine, theirs = now.items.explain(profile, every), items.explain(profile, every)
        assert mine.own_amount.tolist() == theirs.own_amount.tolist()
        assert now.items.recommend(profile, n=3)[0].tolist() == items.recommend(profile, n=3)[0].tolist()


tables = st.lists(st.lists(st.integers(0, 5), min_size=6, max_size=6), min_size=2, max_size=8)
profiles = st.dictionaries(st.integers(0, 5), st.integers(1, 5).map(float), max_size=6)
kept = st.builds(LiveConfig, users=st.sampled_from(USERS), items=st.sampled_from(ITEMS))


@settings(deadline=None, max_examples=60)
@given(rows=tables, config=kept, ratings=profiles, data=st.data())
def test_after_any_updates_it_answers_as_a_new_fit(
    rows: list[list[int]], config: LiveConfig, ratings: dict[int, float], data: st.DataObject
) -> None:
    live, ledger = begin(rows, config)
    for _ in range(data.draw(st.integers(0, 6))):
        step(live, ledger, data)
    assert_equal_to_a_fit(live.now, ledger.matrix(), config, FoldIn.of(ratings))
