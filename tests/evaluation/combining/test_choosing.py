import numpy as np
import pytest

from agent.weighing import Alphas
from evaluation.combining import FEATURES, Case, Combined, Linear, ReciprocalRanks, Voices, Weighed, mean_gain
from evaluation.combining.cases import parts
from evaluation.combining.choosing import choosers, cross_fitted, rising
from evaluation.combining.linear import fitted
from evaluation.rows import CF, FUSED, LEARNED, LM, RANKS, ChosenAlphaSettings

SETTINGS = ChosenAlphaSettings(k=1, alphas=(0.0, 0.3, 0.7, 1.0))
GRID = np.array([0.0, 0.5, 1.0])


def case(cluster: str, cf: tuple[float, ...], lm: tuple[float, ...], *, known: int = 1) -> Case:
    """The first is sought, and worth 1 in the first place."""
    wanted = np.arange(len(cf)) == 0
    return Case(cluster, Voices.of(known, cf, lm), wanted, lambda score: float(int(score.argmax()) == 0))


def both_right(name: str, known: int = 1) -> Case:
    return case(name, (3, 2, 1), (3, 2, 1), known=known)


def cf_right(name: str, known: int = 1) -> Case:
    return case(name, (3, 0, 0), (1, 3, 0), known=known)


def lm_right(name: str, known: int = 1) -> Case:
    return case(name, (1, 3, 0), (3, 0, 0), known=known)


def alphas(*cases: Case, by_count: bool = True) -> Alphas:
    found = choosers(SETTINGS, by_count=by_count)[FUSED](cases)
    assert isinstance(found, Weighed)
    return found.alphas


def test_alpha_is_the_best_and_the_larger_of_equals() -> None:
    assert alphas(both_right("v")) == Alphas.of({1: 1.0})
    assert alphas(lm_right("v"), lm_right("w"), cf_right("x")) == Alphas.of({1: 0.3})
    assert alphas(lm_right("v", 1), cf_right("v", 5)) == Alphas.of({1: 0.3, 5: 1.0})
    assert alphas(lm_right("v", 1), cf_right("v", 5), by_count=False) == Alphas.fixed(1.0)


@pytest.mark.parametrize(
    ("gains", "path"),
    [
        ([[0.1, 0.3, 0.2], [0.1, 0.2, 0.3]], [1, 2]),
        ([[0.1, 0.4, 0.39], [0.1, 0.3, 0.2]], [1, 1]),
        ([[0.2, 0.3, 0.31], [0.1, 0.4, 0.2]], [2, 2]),  # the first may not fall below alpha 1
        ([[0.2, 0.32, 0.31], [0.2, 0.2, 0.2]], [1, 2]),
        ([[0.3, 0.2, 0.1], [0.2, 0.2, 0.4], [0.4, 0.5, 0.1]], [0, 2, 1]),  # there is no way that rises
        ([[0.3, 0.36, 0.35], [0.2, 0.4, 0.37], [0.1, 0.2, 0.4]], [1, 1, 2]),
    ],
)
def test_no_count_is_worse_than_a_parent_and_alpha_rises_where_it_can(
    gains: list[list[float]], path: list[int]
) -> None:
    assert rising(np.array(gains), GRID) == path
    for row, place in zip(gains, path, strict=True):
        assert row[place] >= max(row[0], row[2])


def test_the_order_of_the_grid_does_not_matter() -> None:
    gains = np.array([[0.1, 0.3, 0.2], [0.1, 0.2, 0.3]])
    assert rising(gains[:, ::-1], GRID[::-1]) == [1, 0]


def test_weights_of_ranks_are_those_that_find_most() -> None:
    rows = choosers(SETTINGS)
    assert rows[RANKS]([cf_right("v")]) == ReciprocalRanks(1, 0, 0)
    assert rows[RANKS]([lm_right("v"), cf_right("x")]) == ReciprocalRanks(
        0.5, 0.5, 0
    )  # the first is right for both


def test_a_learned_combiner_finds_the_voice_that_is_right() -> None:
    """Of 40 people the LM always has the sought item first, CF at random."""
    rng = np.random.default_rng(0)
    cases = [case(f"p{n}", tuple(rng.normal(size=6)), (1.0, *rng.uniform(-1, 0.5, 5))) for n in range(40)]
    learned = fitted(cases[:30], seed=0)
    assert mean_gain(cases[30:], learned) == 1.0
    assert mean_gain(cases[30:], Weighed(Alphas.fixed(1.0))) < 0.5


def test_where_nothing_sought_is_in_a_pool_it_is_cf_alone() -> None:
    nothing = Case("p", Voices.of(1, (3, 2, 1), (1, 2, 3)), np.zeros(3, np.bool_), lambda _: 0.0)
    score = fitted([nothing], seed=0)(nothing.voices)
    assert score.tolist() == sorted(score, reverse=True)


def test_what_a_cluster_holds_has_no_say_in_its_own_combiner() -> None:
    names = [f"d{n}" for n in range(10)]
    part = parts(names, 2, seed=0)
    assert np.bincount(part).tolist() == [5, 5]
    mixed = [cf_right(name) for name in names]
    for chooser in choosers(SETTINGS).values():
        before = cross_fitted(mixed, chooser, part)
        for place, name in enumerate(names):
            turned = [lm_right(name) if n == place else one for n, one in enumerate(mixed)]
            assert cross_fitted(turned, chooser, part)[name] == before[name]


def test_tables_compare_with_both_parents_and_name_what_was_chosen() -> None:
    cases = [lm_right(f"v{n}") for n in range(6)] + [cf_right(f"w{n}") for n in range(4)]
    made = Combined.on(cases, SETTINGS)
    by_title = {table.title: table for table in made.tables({})}
    validation = by_title["Combiners on validation, each chosen on others"]
    assert [row[0] for row in validation.rows] == [CF, LM, FUSED, RANKS, LEARNED]
    assert validation.cell(CF, "NDCG@1").startswith("0.4000 ")
    assert validation.cell(LM, "NDCG@1 - CF alone").startswith("0.2000 ")
    assert validation.cell(FUSED, "chosen on all") == "alpha 0.3"
    grid = by_title["NDCG@1 by alpha on those that chose it"]
    assert grid.rows == (("all", "0.3", "0.6000", "0.6000", "0.4000", "0.4000"),)
    assert len(by_title["What the learned combiner goes by"].rows) == len(FEATURES)
    assert isinstance(made.learned, Linear)
    assert [len(one.y) for one in made.plot("x").series] == [len(FEATURES)]
