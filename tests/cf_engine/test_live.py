"""After any updates every model answers as one that is fitted to the ratings there are then."""

import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from catalog import RatingScale
from cf_engine import (
    Blend,
    BlendConfig,
    FoldIn,
    ItemNeighbours,
    ItemNeighboursConfig,
    Part,
    Popularity,
    UserNeighbours,
    UserNeighboursConfig,
)
from cf_engine.arrays import Matrix
from cf_engine.lines import Lines
from cf_engine.live import Live, Moment
from cf_engine.live.items import LiveItemNeighbours
from cf_engine.live.users import LiveUserNeighbours
from cf_engine.user_similarity import Space

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


def blend(users: UserNeighboursConfig | None, items: ItemNeighboursConfig | None = None) -> BlendConfig:
    """Both, as far as given, and popularity."""
    given = {"user-neighbours": users, "item-neighbours": items}
    parts = {name: Part(settings=config.model_dump()) for name, config in given.items() if config}
    return BlendConfig.model_validate({"parts": parts | {"popularity": Part(weight=0.1)}})


def users_of(now: Moment) -> LiveUserNeighbours:
    found = now.blend.part("user-neighbours")
    assert isinstance(found, LiveUserNeighbours)
    return found


def items_of(now: Moment) -> LiveItemNeighbours:
    found = now.blend.part("item-neighbours")
    assert isinstance(found, LiveItemNeighbours)
    return found


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


def begin(rows: list[list[int]], config: BlendConfig, **settings: Any) -> tuple[Live, Ledger]:
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


def assert_equal_to_a_fit(now: Moment, matrix: Matrix, config: BlendConfig, profile: FoldIn) -> None:
    """Scores to the bit; but the mean of all ratings, which `damped` uses, is added up in another order."""
    found = now.ratings.matrix()
    assert found.nnz == matrix.nnz
    assert found.toarray().tolist() == matrix.toarray().tolist()
    popularity = Popularity().fit(matrix, scale=SCALE)
    assert now.popularity.scores(profile).tolist() == popularity.scores(profile).tolist()
    fitted = Blend(config).fit(matrix, scale=SCALE)
    every = np.arange(matrix.shape[1], dtype=np.int32)
    users, live = fitted.part("user-neighbours"), users_of(now)
    assert isinstance(users, UserNeighbours)
    exact = users.config.ranking != "damped"
    for person in (None, 0, matrix.shape[0] - 1):
        near, similarity = users.neighbours(profile, exclude_user=person)
        user, theirs = live.neighbours(profile, exclude_user=person)
        assert (user.tolist(), theirs.tolist()) == (near.tolist(), similarity.tolist())
        expected = users.scores(profile, exclude_user=person)
        score = live.scores(profile, exclude_user=person)
        assert score.tolist() == (expected.tolist() if exact else pytest.approx(expected.tolist(), abs=1e-6))
        both = [one.scores(profile, exclude_user=person).tolist() for one in (now.blend, fitted)]
        assert both[0] == (both[1] if exact else pytest.approx(both[1], rel=1e-4, abs=1e-4))
    for one, other in zip(live.explain(profile, every), users.explain(profile, every), strict=True):
        assert one.score == pytest.approx(other.score, abs=1e-6)
        assert one.user.tolist() == other.user.tolist()
        assert one.own_amount.tolist() == pytest.approx(other.own_amount.tolist(), abs=1e-6)
    items = fitted.part("item-neighbours")
    if isinstance(items, ItemNeighbours):
        lists = items_of(now)
        assert lists.neighbours(every).item.tolist() == items.table.item.tolist()
        assert lists.neighbours(every).value.tolist() == items.table.value.tolist()
        assert lists.scores(profile).tolist() == items.scores(profile).tolist()
        mine = lists.explain(profile, every).own_amount
        assert mine.tolist() == items.explain(profile, every).own_amount.tolist()
        assert lists.recommend(profile, n=3)[0].tolist() == items.recommend(profile, n=3)[0].tolist()


tables = st.lists(st.lists(st.integers(0, 5), min_size=6, max_size=6), min_size=2, max_size=8)
profiles = st.dictionaries(st.integers(0, 5), st.integers(1, 5).map(float), max_size=6)
kept = st.builds(blend, users=st.sampled_from(USERS), items=st.sampled_from(ITEMS))
weighed = st.sampled_from(
    (
        UserNeighboursConfig(vectors="bm25", k=3, enthusiasm=0.5),
        UserNeighboursConfig(vectors="tf-idf", k=2),
        UserNeighboursConfig(similarity="adjusted", k=4),
    )
)


@settings(deadline=None, max_examples=40)
@given(rows=tables, config=kept, ratings=profiles, data=st.data())
def test_after_any_updates_it_answers_as_a_new_fit(
    rows: list[list[int]], config: BlendConfig, ratings: dict[int, float], data: st.DataObject
) -> None:
    live, ledger = begin(rows, config)
    for _ in range(data.draw(st.integers(0, 6))):
        step(live, ledger, data)
    assert_equal_to_a_fit(live.now, ledger.matrix(), config, FoldIn.of(ratings))


@settings(deadline=None, max_examples=30)
@given(rows=tables, config=weighed, ratings=profiles, data=st.data())
def test_with_the_item_weights_of_the_last_rebuild_it_answers_as_a_new_fit(
    rows: list[list[int]], config: UserNeighboursConfig, ratings: dict[int, float], data: st.DataObject
) -> None:
    live, ledger = begin(rows, blend(config))
    for _ in range(data.draw(st.integers(1, 6))):
        step(live, ledger, data)
    fitted = live.now.base.blend.part("user-neighbours")
    assert isinstance(fitted, UserNeighbours)
    by_item = Lines.by_item(ledger.matrix(), like_at=SCALE.like_at)
    by_user = by_item.across(len(ledger.rows))
    space = Space.fit(config, by_item, by_user, scale=SCALE, entries=fitted.entries)
    profile = FoldIn.of(ratings)
    similarity = space.similarity(space.person(profile), exclude_user=None)
    user, theirs = users_of(live.now).neighbours(profile, k=len(ledger.rows))
    assert sorted(user.tolist()) == np.flatnonzero(similarity).tolist()
    assert theirs.tolist() == similarity[user].tolist()
    live.rebuild()
    assert_equal_to_a_fit(live.now, ledger.matrix(), blend(config), profile)


def test_a_newcomer_is_a_neighbour_in_the_next_answer(checkerboard: Matrix, scale: RatingScale) -> None:
    live = Live.fit(checkerboard, scale=scale, config=blend(UserNeighboursConfig()))
    before, profile = live.now, FoldIn.of({1: 5.0, 3: 5.0})
    live.add_ratings([6, 6, 6], [1, 3, 0], [5, 5, 5])
    user, _ = users_of(live.now).neighbours(profile)
    assert user.tolist() == [5, 6, 1, 3]
    assert users_of(live.now).recommend(profile, n=2)[0].tolist() == [0, 5]
    assert users_of(before).neighbours(profile)[0].tolist() == [5, 1, 3]
    live.remove_user(6)
    assert (
        users_of(live.now).recommend(profile, n=1)[1].tolist()
        == users_of(before).recommend(profile, n=1)[1].tolist()
    )


def test_a_new_item_is_recommended_once_someone_likes_it(checkerboard: Matrix, scale: RatingScale) -> None:
    live = Live.fit(checkerboard, scale=scale, config=blend(UserNeighboursConfig(), ItemNeighboursConfig()))
    new = live.grow_items(1)
    assert new == 6
    assert users_of(live.now).n_items == items_of(live.now).n_items == live.now.popularity.n_items == 7
    live.add_ratings([0, 2], [new, new], [5, 5])
    profile = FoldIn.of({2: 5.0, 4: 5.0, 0: 5.0})
    assert users_of(live.now).recommend(profile, n=1)[0].tolist() == [new]
    assert items_of(live.now).recommend(profile, n=1)[0].tolist() == [new]
    assert live.now.popularity.scores(profile)[new] == 2


def test_updates_that_cannot_be_are_refused_whole(checkerboard: Matrix, scale: RatingScale) -> None:
    live = Live.fit(checkerboard, scale=scale)
    before = live.now
    for users, items, ratings, problem in (
        ([0, 0], [0, 6], [5, 5], "items are numbered 0 to 5"),
        ([0], [-1], [5], "items are numbered"),
        ([7], [0], [5], "new ones on from 6"),
        ([-1], [0], [5], "numbered from 0"),
        ([0], [0], [6], "from 1 to 5"),
        ([0], [0], [np.nan], "from 1 to 5"),
        ([0], [0, 1], [5, 5], "three arrays of one length"),
    ):
        with pytest.raises(ValueError, match=problem):
            live.add_ratings(users, items, ratings)
    for user in (-1, 6):
        with pytest.raises(ValueError, match="no user"):
            live.remove_user(user)
    with pytest.raises(ValueError, match="-1 items"):
        live.grow_items(-1)
    assert live.now is before


def test_a_part_that_cannot_be_kept_live_waits_for_the_rebuild(
    checkerboard: Matrix, scale: RatingScale
) -> None:
    centred = Part(settings={"similarity": "adjusted"})
    config = BlendConfig(parts={"item-neighbours": centred, "random-walk": Part(weight=0.5)})
    live = Live.fit(checkerboard, scale=scale, config=config)
    profile, every = FoldIn.of({2: 5.0, 4: 5.0}), np.arange(7, dtype=np.int32)
    before = live.now.blend.scores(profile)
    live.grow_items(1)
    live.add_ratings([0, 2, 6], [6, 6, 1], [5, 5, 5])
    now = live.now
    assert now.blend.scores(profile, exclude_user=6).tolist() == pytest.approx([*before, 0], rel=0.1)
    assert [one.score for one in now.blend.explain(profile, every)] == pytest.approx(
        now.blend.scores(profile).tolist(), abs=1e-5
    )
    assert now.popularity.scores(profile)[6] == 2
    live.rebuild()
    whole = Blend(config).fit(now.ratings.matrix(), scale=scale)
    assert live.now.blend.scores(profile).tolist() == whole.scores(profile).tolist()
    assert live.now.blend.scores(profile)[6] > 0


def test_readers_meet_one_state_or_the_other_while_it_is_rebuilt() -> None:
    rng = np.random.default_rng([4, 1])
    table = (rng.integers(1, 6, (40, 20)) * (rng.random((40, 20)) < 0.4)).astype(np.float32)
    table[:, :2] = 0
    profile = FoldIn.of({0: 5.0, 1: 5.0, 3: 2.0, 7: 4.0})
    config = blend(USERS[0], ITEMS[0])
    live = Live.fit(sparse.csr_array(table), scale=SCALE, config=config)

    def answer() -> tuple[bytes, ...]:
        now = live.now
        models = *now.blend.parts, now.blend
        return tuple(model.scores(profile).tobytes() for model in models)

    def rate(liked: int) -> None:
        live.add_ratings([3, 3, 8, 8], [0, 1, 0, 1], [liked] * 4)

    rate(5)
    one = answer()
    rate(1)
    valid, done = {one, answer()}, threading.Event()
    assert len(valid) == 2
    seen: set[tuple[bytes, ...]] = set()
    failed: list[BaseException] = []

    def repeat(work: Any) -> None:
        try:
            while not done.is_set():
                work()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test must see it
            failed.append(error)

    works = (lambda: seen.add(answer()), lambda: seen.add(answer()), live.rebuild)
    threads = [threading.Thread(target=repeat, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for turn in range(30):
        rate(5 if turn % 2 else 1)
    live.rebuild()
    done.set()
    for thread in threads:
        thread.join()
    assert not failed
    assert seen <= valid
    assert answer() == one
