from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from catalog import ConfigError, Dataset, Items, load
from cf_engine import ItemNeighbours
from evaluation import Example, Report, metrics
from evaluation.ranking.record import NewPersonRecord
from evaluation.tail import TailSettings, run_tail
from evaluation.tail.methods import AS_SCORED, methods
from evaluation.tail.preset import presets

SMALL = TailSettings(
    k=3,
    known=3,
    pool=8,
    folds=3,
    least_relevant=2,
    discounts=(0.1, 3.0),
    diversities=(0.1, 0.9),
    weights=(0.1, 0.9),
)
SYSTEMS = [
    AS_SCORED,
    "popularity discount 0.1",
    "popularity discount 3",
    "diversity (MMR) 0.1",
    "diversity (MMR) 0.9",
    "calibration 0.1",
    "calibration 0.9",
]


@pytest.fixture(scope="module")
def report(hits_and_niches: Dataset) -> Report:
    return run_tail(hits_and_niches, settings=SMALL)


def of(report: Report, system: str) -> list[Example]:
    return [one for one in report.examples if one.system == system]


def mean(report: Report, system: str, metric: str) -> float:
    return float(np.mean([one.values[metric] for one in of(report, system)]))


def test_the_tables_name_every_strength(report: Report) -> None:
    found, seen = report.table("Finding what a person likes"), report.table("What is shown")
    assert [row[0] for row in found.rows] == [row[0] for row in seen.rows] == SYSTEMS
    assert found.columns == ("system", "NDCG@3", "bad@3", "KL@3", "NDCG@3 - as scored")
    assert seen.columns == ("system", "diversity@3", "coverage@3", "popularity", "Gini", "novelty")
    preset = report.tables[0]
    assert preset.title == "The most that costs no more than 2% of NDCG@3"
    assert [row[0] for row in preset.rows] == [
        AS_SCORED,
        "popularity discount",
        "diversity (MMR)",
        "calibration",
    ]


def test_a_discount_trades_the_hits_for_the_niche(report: Report) -> None:
    hits = {str(i) for i in range(4)}
    shown, deep = (
        [item_id for one in of(report, system) for item_id in one.detail["top"]]
        for system in (AS_SCORED, "popularity discount 3")
    )
    left = [4 - len(hits.intersection(one.detail["revealed"])) for one in of(report, AS_SCORED)]
    assert sum(item_id in hits for item_id in shown) == sum(min(3, one) for one in left)
    assert not hits.intersection(deep)
    table = report.table("What is shown")
    assert float(table.cell("popularity discount 3", "coverage@3")) > float(
        table.cell(AS_SCORED, "coverage@3")
    )
    assert float(table.cell("popularity discount 3", "popularity")) < float(
        table.cell(AS_SCORED, "popularity")
    )


def test_each_way_improves_what_it_is_for(report: Report) -> None:
    assert mean(report, "diversity (MMR) 0.9", "diversity@3") > mean(report, AS_SCORED, "diversity@3")
    assert mean(report, "calibration 0.9", "KL@3") < mean(report, AS_SCORED, "KL@3")


def test_lists_are_whole_and_hold_nothing_that_is_known(report: Report) -> None:
    for one in report.examples:
        assert len(set(one.detail["top"])) == 3
        assert not set(one.detail["top"]) & set(one.detail["revealed"])


def test_the_figures_of_a_list_by_hand(report: Report, hits_and_niches: Dataset) -> None:
    """Of a genre each, three items divide the list; who likes an item is known of all thirty."""
    ratings = hits_and_niches.interactions
    liked = ratings.matrix(16).toarray().T > 0
    for one in of(report, "diversity (MMR) 0.9"):
        shown = [int(item_id) for item_id in one.detail["top"]]
        vectors = liked[shown].astype(float)
        assert one.values["diversity@3"] == pytest.approx(metrics.intra_list_diversity(vectors), abs=1e-6)
        genres = [
            [
                hits_and_niches.items[int(item_id)].attributes["genre"]
                for item_id in one.detail["revealed" if of_history else "top"]
            ]
            for of_history in (True, False)
        ]
        assert one.values["KL@3"] == pytest.approx(metrics.calibration(*genres), abs=1e-6)


def test_every_line_starts_at_the_order_by_score(report: Report) -> None:
    (plot,) = report.plots
    assert (plot.x, plot.y) == ("coverage@3", "NDCG@3")
    table = report.table("What is shown")
    for line, systems in zip(plot.series, (SYSTEMS[1:3], SYSTEMS[3:5], SYSTEMS[5:]), strict=True):
        for place, system in enumerate((AS_SCORED, *systems)):
            assert f"{line.x[place]:.3f}" == table.cell(system, "coverage@3")
            assert line.y[place] == pytest.approx(mean(report, system, "NDCG@3"))
            assert line.low[place] <= line.y[place] <= line.high[place]
        assert line.low[0] == line.y[0] == line.high[0]


def test_the_largest_strength_within_the_tolerance_is_chosen() -> None:
    ways = methods(SMALL, calibration=True)
    ndcg = dict(zip(SYSTEMS, (0.5, 0.48, 0.495, 0.491, 0.48, 0.3, 0.2), strict=True))
    found = presets(ways, ndcg, tolerance=0.02)
    assert [(one.method.name, one.strength) for one in found] == [
        ("popularity discount", 3.0),
        ("diversity (MMR)", 0.1),
        ("calibration", 0.0),
    ]


def test_without_genres_and_dislikes_two_ways_are_left(hits_and_niches: Dataset) -> None:
    bare = replace(
        hits_and_niches,
        items=Items([replace(item, attributes={}) for item in hits_and_niches.items]),
        interactions=replace(
            hits_and_niches.interactions,
            scale=replace(hits_and_niches.interactions.scale, implicit=True),
        ),
    )
    report = run_tail(bare, settings=SMALL, model=ItemNeighbours)
    assert report.table("Finding what a person likes").columns == (
        "system",
        "NDCG@3",
        "NDCG@3 - as scored",
    )
    assert list(dict.fromkeys(one.system for one in report.examples)) == SYSTEMS[:5]
    assert any("ItemNeighbours" in note for note in report.notes)


def test_a_stopped_run_goes_on_and_a_sample_grows_into_the_whole(
    hits_and_niches: Dataset, report: Report, tmp_path: Path
) -> None:
    log = tmp_path / "records.jsonl"
    few = run_tail(hits_and_niches, settings=SMALL, out=tmp_path, max_users=4)
    assert len(of(few, AS_SCORED)) == 4
    log.write_text(log.read_text("utf-8")[:-20], "utf-8")
    whole = run_tail(hits_and_niches, settings=SMALL, out=tmp_path)
    assert (whole.tables, whole.examples, whole.plots) == (report.tables, report.examples, report.plots)
    assert all(one in whole.examples for one in few.examples)
    lines = log.read_text("utf-8").splitlines()[1:]
    assert len({NewPersonRecord.read(line).key for line in lines}) == len(lines) == 30
    with pytest.raises(ConfigError, match="another run"):
        run_tail(hits_and_niches, settings=SMALL, model=ItemNeighbours, out=tmp_path)
    with pytest.raises(ConfigError, match="at least 1"):
        run_tail(hits_and_niches, settings=SMALL, max_users=0)


@pytest.mark.slow
def test_on_movielens_reach_has_its_price() -> None:
    settings = TailSettings(discounts=(0.5,), diversities=(0.7,), weights=(0.7,))
    report = run_tail(load("movielens-100k"), settings=settings, max_users=60)
    shown = report.table("What is shown")
    for system in ("popularity discount 0.5", "diversity (MMR) 0.7", "calibration 0.7"):
        assert mean(report, system, "NDCG@10") < mean(report, AS_SCORED, "NDCG@10")
        assert float(shown.cell(system, "coverage@10")) > float(shown.cell(AS_SCORED, "coverage@10"))
    assert mean(report, "calibration 0.7", "KL@10") < mean(report, AS_SCORED, "KL@10") / 2
