from dataclasses import replace

import pytest

from agent.weighing import Alphas
from catalog import ConfigError
from evaluation.combining import Weighed
from evaluation.rows import FUSED
from evaluation.turns import TurnSettings
from evaluation.turns.combined import combined
from evaluation.turns.outcome import outcomes
from evaluation.turns.record import TurnRecord

SETTINGS = TurnSettings(k=1, alphas=(0.0, 0.3, 0.7, 1.0), folds=2)


def record(dialogue_id: str, *, cf: tuple[float, ...], lm: tuple[float, ...], label: str = "a") -> TurnRecord:
    """Three films in the pool, of which `label` is named next; nothing was named before."""
    nowhere = ((None, None),)
    top = {"CF alone": ("a", "b", "c")}
    return TurnRecord(
        "test",
        dialogue_id,
        1,
        (label,),
        (),
        {"CF alone": ((1, 1),)},
        top,
        ("a", "b", "c"),
        cf,
        lm,
        (),
        nowhere,
    )


def both_right(name: str) -> TurnRecord:
    return record(name, cf=(3, 2, 1), lm=(3, 2, 1))


def cf_right(name: str) -> TurnRecord:
    return record(name, cf=(3, 0, 0), lm=(1, 3, 0))


def lm_right(name: str) -> TurnRecord:
    return record(name, cf=(1, 3, 0), lm=(3, 0, 0))


def alphas(validation: list[TurnRecord], test: list[TurnRecord]) -> dict[str, float]:
    """By dialogue."""
    made, _ = combined(validation, test, SETTINGS)
    found = {}
    for one in test:
        weighed = made.choice.for_cluster(one.dialogue_id)[FUSED]
        assert isinstance(weighed, Weighed)
        found[one.dialogue_id] = weighed.alphas.at(0)
    return found


def test_validation_chooses_the_best_alpha_and_the_larger_of_equals() -> None:
    assert alphas([both_right("v")], [both_right("t")]) == {"t": 1.0}
    assert alphas([lm_right("v"), lm_right("w"), cf_right("x")], [cf_right("t")]) == {"t": 0.3}


def test_only_new_items_choose() -> None:
    repeated = replace(lm_right("v"), mentioned=("a",))
    assert alphas([repeated, cf_right("w")], [cf_right("t")]) == {"t": 1.0}
    with pytest.raises(ConfigError, match="alpha cannot be chosen"):
        combined([repeated], [cf_right("t")], SETTINGS)


def test_cross_fitting_never_asks_the_dialogue_itself() -> None:
    """Whatever a dialogue itself holds, its alpha is the same; the others' changes."""
    names = [f"d{n}" for n in range(10)]
    mixed = [cf_right(name) for name in names]
    before = alphas([], mixed)
    assert set(before.values()) == {1.0}
    for place, name in enumerate(names):
        turned = [lm_right(name) if n == place else one for n, one in enumerate(mixed)]
        assert alphas([], turned)[name] == before[name]
    halves = alphas([], [lm_right(name) for name in names])
    assert set(halves.values()) == {0.3}


def test_a_dialogue_without_a_new_item_is_ranked_as_all_others_choose() -> None:
    repeated = replace(cf_right("r"), mentioned=("a",))
    lm = [lm_right(f"d{n}") for n in range(4)]
    assert alphas([], [repeated, *lm])["r"] == 0.3


def test_a_single_dialogue_has_no_others() -> None:
    with pytest.raises(ConfigError, match="more dialogues"):
        combined([], [cf_right("d")], SETTINGS)


def test_the_combined_rows_stand_behind_cf_alone_with_their_ranks() -> None:
    one = lm_right("t")
    assert one.by(Weighed(Alphas.fixed(1.0))) == ("b", "a", "c")
    assert one.by(Weighed(Alphas.fixed(0.0)))[0] == "a"
    made, how = combined([cf_right("v")], [one], SETTINGS)
    assert how == "chosen on 1 validation dialogues"
    found = outcomes([one], made.choice, SETTINGS)
    assert [(outcome.system, outcome.rank) for outcome in found] == [
        ("CF alone", (1, 1)), ("LM alone", (1, 1)), ("fused", (2, 2)), ("reciprocal ranks", (2, 2)), ("learned", (2, 2))
    ]  # fmt: skip
    assert found[2].top == ("b",)


def test_an_empty_pool_leaves_what_follows_it() -> None:
    nothing = replace(lm_right("t"), pool=(), cf=(), lm=(), rest=("c", "a"), behind=((2, 2),))
    assert nothing.by(Weighed(Alphas.fixed(0.5))) == ()
    assert nothing.reranked(()) == ((2, 2),)
    made, _ = combined([nothing, lm_right("v")], [nothing], SETTINGS)
    ranks = {one.system: one.rank for one in outcomes([nothing], made.choice, SETTINGS)}
    assert {ranks[row] for row in ("fused", "learned")} == {(2, 2)}
    assert made.tables({})
