"""Three dialogues whose companions are plain: a with b twice, a with c once, d alone."""

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from catalog import DataError, Dialogue, Feedback, Item, Items, Turn
from cf_engine import FoldIn
from cf_engine.baskets import Baskets, BasketsConfig
from cf_engine.mentions import OPINIONS, mentions
from cf_engine.nearest import NeighbourTable

ITEMS = Items([Item(name, name.upper(), None) for name in "abcd"])
A, B, C, D = range(4)
DIALOGUES = (
    Dialogue("1", (Turn("user", "x", ("a",)), Turn("assistant", "y", ("b", "b", "zzz")))),
    Dialogue(
        "2",
        (Turn("assistant", "x", ("b",)), Turn("user", "y", ("a", "c"))),
        feedback={"a": Feedback(liked=True), "b": Feedback(liked=False), "c": Feedback()},
    ),
    Dialogue("3", (Turn("assistant", "x", ("d",)), Turn("assistant", "y", ("d",)))),
)
PLAIN = BasketsConfig(shrinkage=0, prior=0.5, further=0)


def fitted(config: BasketsConfig = PLAIN, *, kin: NeighbourTable | None = None) -> Baskets:
    found = mentions(DIALOGUES, ITEMS)
    return Baskets(config).fit(found.opinion, scale=OPINIONS, suggested=found.suggested, kin=kin)


def test_a_dialogue_is_a_basket_with_opinions() -> None:
    found = mentions(DIALOGUES, ITEMS)
    assert found.opinion.shape == (3, 4)
    named = sparse.coo_array(found.opinion)
    entries = zip(named.row.tolist(), named.col.tolist(), named.data.tolist(), strict=True)
    assert set(entries) == {(0, A, 0.5), (0, B, 0.5), (1, A, 1), (1, B, 0), (1, C, 0.5), (2, D, 0.5)}
    assert found.suggested.tolist() == [0, 2, 0, 1]


def test_no_dialogues_give_no_baskets() -> None:
    found = mentions((), ITEMS)
    assert found.opinion.nnz == 0
    assert Baskets().fit(found.opinion, scale=OPINIONS).scores(FoldIn.of({A: 1.0})).tolist() == [0] * 4


def test_scores_are_shares_of_baskets_beside_the_prior() -> None:
    prior = 0.5 * np.array([0, 2, 0, 1]) / 3
    assert fitted().scores(FoldIn.of({A: 1.0})) == pytest.approx(prior + np.array([0, 1, 0.5, 0]))
    assert fitted().scores(FoldIn.of({A: 1.0, D: 1.0})) == pytest.approx(prior + np.array([0, 0.5, 0.25, 0]))
    shrunk = fitted(BasketsConfig(shrinkage=2, prior=0.5, further=0))
    assert shrunk.scores(FoldIn.of({A: 1.0})) == pytest.approx(prior + np.array([0, 0.5, 0.25, 0]))


def test_an_empty_profile_has_the_order_of_the_prior() -> None:
    item, score = fitted().recommend(FoldIn.of({}), n=4)
    assert item.tolist() == [B, D, A, C]
    assert score == pytest.approx([1 / 3, 1 / 6, 0, 0])


def test_everything_named_is_suggested_where_nothing_else_is_said() -> None:
    model = Baskets(PLAIN).fit(mentions(DIALOGUES, ITEMS).opinion, scale=OPINIONS)
    assert model.scores(FoldIn.of({})) == pytest.approx(0.5 * np.array([2, 2, 1, 1]) / 6)


def test_what_came_up_counts_and_what_is_disliked_as_configured() -> None:
    said = {A: 0.5, C: 0.0}
    assert fitted().scores(FoldIn.of(said)) == pytest.approx(fitted().scores(FoldIn.of({A: 1.0})))
    pushed = fitted(BasketsConfig(shrinkage=0, prior=0.5, further=0, dislike_weight=-0.5))
    gave = pushed.scores(FoldIn.of(said)) - pushed.scores(FoldIn.of({}))
    assert gave == pytest.approx(np.array([-0.5, 1 - 0.5, 0.5, 0]) / 1.5, abs=1e-6)


def test_kin_speak_for_what_few_baskets_have() -> None:
    kin = NeighbourTable(
        np.array([[-1], [-1], [-1], [C]], np.int32), np.array([[0], [0], [0], [0.3]], np.float32)
    )
    model = fitted(BasketsConfig(shrinkage=1, kin=4, prior=0.5, further=0), kin=kin)
    gave = model.scores(FoldIn.of({D: 1.0})) - model.scores(FoldIn.of({}))
    assert gave == pytest.approx([0, 0, 4 / (1 + 1), 0])


def test_the_evidence_names_who_gave_what_and_the_prior() -> None:
    profile = FoldIn.of({A: 1.0, D: 0.5, C: 0.0})
    evidence = fitted().evidence(profile, B)
    assert evidence.base == pytest.approx(1 / 3)
    (gave,) = evidence.profile_items
    assert gave.item_index == A
    assert gave.amount == pytest.approx(0.5)
    assert evidence.score == pytest.approx(float(fitted().scores(profile)[B]))
    assert evidence.neighbours == ()


def test_companions_of_companions_are_found_though_no_basket_joins_them() -> None:
    """c is with a and b once; both are with each other twice and with c once. Nobody names d with another."""
    chain = mentions((*DIALOGUES, Dialogue("4", (Turn("user", "x", ("c", "d")),))), ITEMS)
    model = Baskets(BasketsConfig(shrinkage=0, prior=0.5, further=3)).fit(
        chain.opinion, scale=OPINIONS, suggested=chain.suggested
    )
    one, profile = np.array([0, 1, 1 / 2, 0]), FoldIn.of({A: 1.0})
    onward = np.array([[0, 2 / 3, 1 / 3, 0], [2 / 3, 0, 1 / 3, 0], [1 / 3, 1 / 3, 0, 1 / 3], [0, 0, 1, 0]])
    prior = 0.5 * chain.suggested / chain.suggested.sum()
    assert model.scores(profile) == pytest.approx(prior + one + 3 * one @ onward, abs=1e-6)
    evidence = model.evidence(profile, D)
    assert evidence.profile_items == ()
    assert evidence.base == pytest.approx(float(model.scores(profile)[D]))


def test_the_most_frequent_companions_are_kept() -> None:
    model = fitted(BasketsConfig(shrinkage=0, prior=0.5, further=0, k=1))
    gave = model.scores(FoldIn.of({A: 1.0})) - model.scores(FoldIn.of({}))
    assert gave == pytest.approx([0, 1, 0, 0])


def test_a_folder_with_a_part_missing_is_refused(tmp_path: Path) -> None:
    fitted().save(tmp_path / "model")
    again = Baskets.load(tmp_path / "model")
    assert again.config == PLAIN
    assert (again.scores(FoldIn.of({A: 1.0})) == fitted().scores(FoldIn.of({A: 1.0}))).all()
    far = fitted(BasketsConfig())
    far.save(tmp_path / "far")
    assert (
        Baskets.load(tmp_path / "far").scores(FoldIn.of({C: 1.0})) == far.scores(FoldIn.of({C: 1.0}))
    ).all()
    next((tmp_path / "model").glob("prior.*.npy")).unlink()
    with pytest.raises(DataError, match="damaged"):
        Baskets.load(tmp_path / "model")
