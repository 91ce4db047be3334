from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent.weighing import Alphas
from catalog import ConfigError, Dataset, load
from evaluation import Example, Report
from evaluation.combining import Combined, Weighed, mean_gain
from evaluation.ranking import NewPersonSettings, run_new_person
from evaluation.ranking.new_person import Judge
from evaluation.ranking.newcomers import newcomers
from evaluation.ranking.record import NewPersonRecord, Pool
from evaluation.report import read_examples

DROP = str.maketrans("", "", "[],")
SMALL = NewPersonSettings(k=2, folds=3, reveal=(1, 2), least_relevant=2)


def of(report: Report, system: str, n: int) -> list[Example]:
    return [one for one in report.examples if (one.system, one.detail["known"]) == (system, n)]


def people(report: Report) -> set[str]:
    return {one.detail["cluster"] for one in report.examples}


def test_one_rating_tells_the_half_and_popularity_serves_one_half(outspoken: Dataset) -> None:
    report = run_new_person(outspoken, settings=SMALL)
    assert [table.title for table in report.tables] == [
        "NDCG@2 by how many ratings are known",
        "bad@2 by how many ratings are known",
        "1 known",
        "2 known",
    ]
    assert report.tables[0].columns == ("system", "1 known", "2 known")
    assert len(people(report)) == 8
    assert report.tables[1].columns == report.tables[0].columns
    for table in report.tables[2:]:
        assert table.columns == ("system", "NDCG@2", "bad@2", "NDCG@2 - CF alone")
        assert [row[0] for row in table.rows] == ["random", "popularity", "CF alone"]
        assert table.rows[2] == ("CF alone", "1.0000 [1.0000, 1.0000]", "0.0000 [0.0000, 0.0000]", "")
    served = [one for one in report.examples if one.system == "popularity"]
    assert {tuple(one.values.values()) for one in served} <= {(1.0, 0.0), (0.0, 1.0)}
    (curve,) = report.plots
    assert [(line.name, line.x) for line in curve.series] == [
        (name, (1.0, 2.0)) for name in ("random", "popularity", "CF alone")
    ]
    assert curve.series[2].y == curve.series[2].low == curve.series[2].high == (1.0, 1.0)


def test_without_ratings_everything_else_that_was_taken_up_is_to_be_found(taken_up: Dataset) -> None:
    report = run_new_person(taken_up, settings=SMALL)
    for table in report.tables[2:]:
        assert table.columns == ("system", "NDCG@2", "bad@2", "NDCG@2 - CF alone")
        assert {row[2] for row in table.rows} == {"-"}
    assert "bad@2 is empty: nobody says here what they dislike." in report.notes
    assert {one.detail["relevant"] for one in of(report, "random", 1)} == {3}
    for one in of(report, "CF alone", 2):
        half = {str(5 * (int(one.detail["cluster"][1:]) % 2) + place) for place in range(5)}
        assert set(one.detail["top"]) < half
        assert one.values["NDCG@2"] > 0  # of three left in the half, two were taken up


def test_lists_hold_everything_but_what_is_revealed(outspoken: Dataset, tmp_path: Path) -> None:
    run_new_person(outspoken, settings=SMALL.model_copy(update={"k": 10}), out=tmp_path)
    lines = (tmp_path / "records.jsonl").read_text("utf-8").splitlines()[1:]
    records = [NewPersonRecord.read(line) for line in lines]
    assert len(records) == 8 * 2
    for one in records:
        assert len(one.revealed) == one.n
        for top in one.top.values():
            assert sorted([*top, *one.revealed]) == sorted(outspoken.items.ids)


def test_folds_part_the_users_and_a_longer_reveal_begins_with_the_shorter(outspoken: Dataset) -> None:
    found = newcomers(outspoken, SMALL)
    assert np.bincount(found.fold).tolist() == [4, 4, 4]
    assert sorted([*found.validation, *found.test]) == list(range(12))
    assert set(found.fold[found.validation]) == {0}
    assert set(found.fold[found.test]) == {1, 2}
    for user, rows in enumerate(found.rows):
        assert sorted(rows) == list(range(10 * user, 10 * user + 10))
    longer = newcomers(outspoken, SMALL.model_copy(update={"reveal": (3,)}))
    assert all((a == b).all() for a, b in zip(found.rows, longer.rows, strict=True))


def test_hidden_ratings_change_nothing_that_is_shown(outspoken: Dataset) -> None:
    """Nobody of a person's fold is learnt from, so turning a fold's hidden ratings over leaves its lists."""
    ratings, people = outspoken.interactions, newcomers(outspoken, SMALL)
    hidden = np.concatenate([people.rows[user][2:] for user in np.flatnonzero(people.fold == 1)])
    rating = ratings.rating.copy()
    rating[hidden] = 6 - rating[hidden]
    turned = replace(outspoken, interactions=replace(ratings, rating=rating))
    of_fold = {ratings.user_ids[user] for user in np.flatnonzero(people.fold == 1)}
    before, after = (
        {
            (one.system, one.example): one.detail["top"]
            for one in run_new_person(data, settings=SMALL).examples
            if one.detail["cluster"] in of_fold
        }
        for data in (outspoken, turned)
    )
    assert before == after
    assert len(before) == 4 * 2 * 3


def test_people_of_whom_too_little_remains_are_left_out(two_tastes: Dataset) -> None:
    assert (
        len(people(run_new_person(two_tastes, settings=SMALL))) == 8
    )  # four ratings, all likes: two revealed, two to find
    with pytest.raises(ConfigError, match="reveal fewer"):
        run_new_person(two_tastes, settings=SMALL.model_copy(update={"reveal": (1, 3)}))
    with pytest.raises(ConfigError, match="at least 1"):
        run_new_person(two_tastes, settings=SMALL, max_users=0)


def test_a_stopped_run_goes_on_and_a_sample_grows_into_the_whole(
    outspoken: Dataset, tmp_path: Path, content: Callable[[Report], object]
) -> None:
    log = tmp_path / "records.jsonl"
    few = run_new_person(outspoken, settings=SMALL, out=tmp_path, max_users=3)
    assert len(people(few)) == 3
    log.write_text(log.read_text("utf-8")[:-20], "utf-8")
    whole = run_new_person(outspoken, settings=SMALL, out=tmp_path)
    assert content(whole) == content(run_new_person(outspoken, settings=SMALL))
    assert all(one in whole.examples for one in few.examples)
    assert len(log.read_text("utf-8").splitlines()) == 1 + 8 * 2
    with pytest.raises(ConfigError, match="another run"):
        run_new_person(outspoken, out=tmp_path, settings=SMALL.model_copy(update={"folds": 4}))


def test_the_predictions_recompute_the_table(outspoken: Dataset, tmp_path: Path) -> None:
    report = run_new_person(outspoken, settings=SMALL)
    report.write(tmp_path)
    read = [one for one in read_examples(tmp_path) if (one.system, one.detail["known"]) == ("random", 1)]
    gains, bad = [], []
    for one in read:
        top, liked = one.detail["top"], one.detail["liked"]
        places = [1 / np.log2(place + 2) for place in range(2) if top[place] in liked]
        gains.append(sum(places) / (1 + 1 / np.log2(3)))
        bad.append(len(one.detail["disliked"]) / 2)
    assert len(read) == 8
    assert report.table("1 known").cell("random", "NDCG@2").startswith(f"{np.mean(gains):.4f} [")
    assert report.table("1 known").cell("random", "bad@2").startswith(f"{np.mean(bad):.4f} [")
    assert report.table("1 known").cell("random", "NDCG@2") == report.tables[0].cell("random", "1 known")


def record(user_id: str, *, cf: tuple[float, ...], lm: tuple[float, ...]) -> NewPersonRecord:
    return NewPersonRecord(
        "validation",
        user_id,
        1,
        revealed=("0",),
        top={"CF alone": ("1",)},
        pool=Pool(("1", "7", "8"), (1, 2, 3), cf, lm),
    )


def test_alpha_is_the_best_for_ndcg(outspoken: Dataset) -> None:
    settings = SMALL.model_copy(update={"k": 1, "alphas": (0.0, 0.3, 0.7, 1.0)})
    judge = Judge(outspoken, settings)
    both = record("p0", cf=(3.0, 2.0, 1.0), lm=(3.0, 2.0, 1.0))
    cf_errs = record("p0", cf=(2.0, 2.5, 0.0), lm=(3.0, 1.0, 0.0))  # at .7 the LM still outweighs
    lm_errs = record("p0", cf=(3.0, 1.0, 0.0), lm=(2.0, 2.5, 0.0))
    assert Combined.on([judge.case(both)], settings, by_count=True).alpha == "alpha 1"
    cases = [judge.case(one) for one in (cf_errs, lm_errs)]
    assert Combined.on(cases, settings, by_count=True).alpha == "alpha 0.7"
    gains = [mean_gain(cases, Weighed(Alphas.fixed(alpha))) for alpha in settings.alphas]
    assert gains == [0.5, 1.0, 1.0, 0.5]
    assert cases[0].wanted.tolist() == [True, False, False]


def test_a_list_by_hand(outspoken: Dataset) -> None:
    shown = Judge(outspoken, SMALL).example(record("p0", cf=(), lm=()), "x", ("7", "1"))
    assert (shown.detail["liked"], shown.detail["disliked"], shown.detail["relevant"]) == (("1",), ("7",), 4)
    assert shown.values == {
        "NDCG@2": pytest.approx((1 / np.log2(3)) / (1 + 1 / np.log2(3)), abs=1e-6),
        "bad@2": 0.5,
    }


@pytest.mark.slow
def test_on_movielens_the_lead_over_popularity_grows_with_what_is_known() -> None:
    """The level may fall: what is revealed, often the best known, is no longer there to be found."""
    report = run_new_person(load("movielens-100k"), settings=NewPersonSettings(reveal=(1, 20)), max_users=200)
    behind = [table.cell("popularity", "NDCG@10 - CF alone") for table in report.tables[2:4]]
    first, last = ([float(number) for number in one.translate(DROP).split()] for one in behind)
    assert last[0] < first[0] < 0
    assert last[2] < 0  # the whole interval
