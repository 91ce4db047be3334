from dataclasses import replace

import pytest

from catalog import ConfigError, Dataset, Dialogue, Feedback, Interactions, Item, Items, RatingScale, Turn
from cf_engine import FoldIn
from cf_engine.mentions import told
from evaluation.turns import TurnSettings, run_turns
from evaluation.turns.learning import learning
from evaluation.turns.partner import joined

OWN = Items(
    [
        Item("a", "The Heat", 1995, attributes={"other_id": ("2",)}),
        Item("b", "Fargo", 1996, attributes={"other_id": ("gone",)}),
        Item("c", "King Kong", 1933),
        Item("d", "King Kong", 2005),
        Item("e", "Nobody Knows", 2000),
        Item("f", "Twice", 2001),
    ]
)
OTHERS = Items(
    [
        Item("1", "Heat", 1995),
        Item("2", "Heat, another edition", 1995),
        Item("3", "fargo", 1996),
        Item("4", "Kong the King", 2005, aliases=("King Kong",)),
        Item("5", "Twice", 2001),
        Item("6", "Twice", 2001),
    ]
)
STARS = RatingScale(0.5, 5)


def stars(rows: list[tuple[str, str, float]]) -> Dataset:
    users, ids, rating = zip(*rows, strict=True)
    index = [OTHERS.index_of(item_id) for item_id in ids]
    return Dataset("stars", OTHERS, Interactions.of(users, index, rating=rating, scale=STARS))


RATED = stars([("u", "1", 5), ("u", "2", 1), ("v", "3", 3), ("v", "4", 4.5), ("v", "5", 5), ("w", "6", 5)])


def rows(found: Interactions, items: Items) -> set[tuple[str, str, float]]:
    who, what = found.user_index, found.item_index
    return {
        (found.user_ids[u], items[int(i)].item_id, float(r))
        for u, i, r in zip(who, what, found.rating, strict=True)
    }


def test_feedback_speaks_for_a_dialogue_and_mentions_where_there_is_none() -> None:
    turns = (Turn("user", "x", ("a", "b")), Turn("assistant", "y", ("c", "zzz")))
    rated = Dialogue(
        "1", turns, feedback={"a": Feedback(liked=False), "b": Feedback(liked=True), "c": Feedback()}
    )
    found = told([rated, Dialogue("2", turns)], OWN)
    assert rows(found, OWN) == {("1", "a", 0), ("1", "b", 1), ("2", "a", 1), ("2", "b", 1), ("2", "c", 1)}
    assert not found.scale.implicit
    assert told([Dialogue("2", turns)], OWN).scale.implicit
    assert len(told([], OWN)) == 0


def test_ratings_are_preferred_to_dialogues() -> None:
    ratings = Interactions.of(["u"], [0], rating=[5.0], scale=RatingScale(1, 5))
    dataset = Dataset("x", OWN, ratings, (Dialogue("1", (Turn("user", "x", ("b",)),)),))
    learnt = learning(dataset, held_out=(), ratings=None, ratings_id=None)
    assert learnt.interactions is ratings
    assert "1 ratings by 1 people" in learnt.said[0]


def test_joins_by_title_and_year_and_leaves_what_is_not_plain() -> None:
    """`Twice` is two items there, King Kong of 1933 and Nobody Knows are none; an alias is a title."""
    both = joined(Interactions.of([], []), RATED, items=OWN)
    assert rows(both.interactions, OWN) == {
        ("stars: u", "a", 5), ("stars: v", "b", 3), ("stars: v", "d", 4.5)
    }  # fmt: skip
    assert both.interactions.scale == STARS
    assert (both.by_id, both.by_title) == (0, 3)
    assert rows(both.theirs, OWN) == rows(both.interactions, OWN)


def test_an_id_comes_before_a_title() -> None:
    both = joined(Interactions.of([], []), RATED, items=OWN, attribute="other_id")
    assert ("stars: u", "a", 1.0) in rows(both.interactions, OWN)
    assert (both.by_id, both.by_title) == (1, 2)


def test_different_scales_meet_in_likes_and_dislikes() -> None:
    own = Interactions.of(["p", "p"], [0, 1], rating=[1.0, 0.0], scale=RatingScale(0, 1))
    both = joined(own, RATED, items=OWN, attribute="other_id")
    assert rows(both.interactions, OWN) == {
        ("p", "a", 1), ("p", "b", 0), ("stars: u", "a", 0), ("stars: v", "b", 0.5), ("stars: v", "d", 1)
    }  # fmt: skip
    assert both.interactions.scale == RatingScale(0, 1)
    same = joined(Interactions.of(["p"], [0], rating=[2.5], scale=STARS), RATED, items=OWN)
    assert ("p", "a", 2.5) in rows(same.interactions, OWN)


def test_a_partner_of_other_things_is_refused() -> None:
    with pytest.raises(ConfigError, match="none of these items"):
        joined(Interactions.of([], []), RATED, items=Items([Item("x", "Unheard")]))
    with pytest.raises(ConfigError, match="other_id"):
        joined(Interactions.of([], []), RATED, items=OWN, attribute="imdb_id")


def test_a_run_with_a_partner_says_so_and_is_another_run() -> None:
    dataset = Dataset("own", OWN, Interactions.of([], []))
    dialogue = Dialogue("d", (Turn("user", "I love Fargo", ("b",)), Turn("assistant", "King Kong?", ("d",))))
    report = run_turns(dataset, [dialogue], ratings=RATED, settings=TurnSettings(ratings_id="other_id"))
    plain = run_turns(dataset, [dialogue])
    assert (plain.name, report.name) == ("turns-own", "turns-own-with-stars")
    assert any(
        "over 3 of the 6 items: 1 found there by id, 2 by title and year" in one for one in report.notes
    )
    rank = {run.name: run.examples[-1].detail["rank"] for run in (plain, report)}
    assert report.examples[-1].system == "CF alone"
    assert rank == {"turns-own": 3, "turns-own-with-stars": 1}
    assert replace(report.run, data={}).settings["ratings_id"] == "other_id"


LIKED_WITH_KONG = tuple(
    Dialogue(str(number), (Turn("user", "x", ("b",)), Turn("assistant", "y", ("d",)))) for number in range(2)
)


def test_baskets_are_of_the_train_dialogues_alone() -> None:
    dataset = Dataset("own", OWN, Interactions.of([], []), LIKED_WITH_KONG)
    both = learning(dataset, held_out=(), ratings=None, ratings_id=None)
    one = learning(dataset, held_out={"0"}, ratings=None, ratings_id=None)
    fargo = FoldIn.of({OWN.index_of("b"): 1.0})
    assert both.baskets is not None
    assert one.baskets is not None
    kong = OWN.index_of("d")
    gave = [model.evidence(fargo, kong).profile_items[0].amount for model in (one.baskets, both.baskets)]
    assert gave == pytest.approx([1 / 11, 2 / 12])
    assert "2 train dialogues" in both.said[-1]
    assert learning(dataset, held_out={"0", "1"}, ratings=None, ratings_id=None).baskets is None


def test_what_a_partner_s_people_like_together_is_kin_of_the_baskets() -> None:
    """u and v like Fargo and Heat there; nobody here named both."""
    others = Items([Item("1", "Fargo", 1996), Item("2", "The Heat", 1995)])
    liked = Interactions.of(["u", "u", "v", "v"], [0, 1, 0, 1], rating=[5.0] * 4, scale=STARS)
    dataset = Dataset("own", OWN, Interactions.of([], []), LIKED_WITH_KONG)
    fargo, heat = FoldIn.of({OWN.index_of("b"): 1.0}), OWN.index_of("a")
    plain = learning(dataset, held_out=(), ratings=None, ratings_id=None)
    joint = learning(dataset, held_out=(), ratings=Dataset("stars", others, liked), ratings_id=None)
    assert plain.baskets is not None
    assert joint.baskets is not None
    assert plain.baskets.scores(fargo)[heat] == 0
    assert joint.baskets.scores(fargo)[heat] > 0
    assert "those people like together" in joint.said[-1]


def test_cf_alone_takes_what_is_named_together() -> None:
    """Fargo is merely asked about here: nobody's like, and yet King Kong follows it in the train dialogues."""
    dataset = Dataset("own", OWN, Interactions.of([], []), LIKED_WITH_KONG)
    test = Dialogue("t", (Turn("assistant", "Fargo?", ("b",)), Turn("assistant", "King Kong?", ("d",))))
    report = run_turns(dataset, [test])
    found = {
        one.system: one.detail["rank without mentioned"]
        for one in report.examples
        if one.detail["target"] == "d"
    }
    assert found["CF alone"] == 1
    assert found["CF alone, without baskets"] is not None
    alone = run_turns(replace(dataset, dialogues=()), [test])
    assert "CF alone, without baskets" not in {one.system for one in alone.examples}
