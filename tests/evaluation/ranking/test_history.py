import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from catalog import ConfigError, Dataset, load
from evaluation import Example, Report
from evaluation.ranking import RankingSettings, run_ranking
from evaluation.report import metric_table, read_examples
from evaluation.rows import Row, peers, tuned_cf

FOUND, SHOWN = "Finding the item that was held out", "What is shown"


def of(report: Report, system: str) -> list[Example]:
    return [one for one in report.examples if one.system == system]


def mean(report: Report, system: str, metric: str) -> float:
    return float(np.mean([one.values[metric] for one in of(report, system)]))


def test_neighbours_find_the_half_that_a_person_likes(two_tastes: Dataset) -> None:
    report = run_ranking(two_tastes, settings=RankingSettings(k=2))
    table = report.table(FOUND)
    assert [row[0] for row in table.rows] == ["random", "popularity", "CF alone"]
    assert table.columns == ("system", "HR@2", "NDCG@2", "MRR", "NDCG@2 - CF alone")
    # two items of the own half are unseen, the true one among them
    assert table.cell("CF alone", "HR@2") == "1.0000 [1.0000, 1.0000]"
    assert table.cell("CF alone", "NDCG@2 - CF alone") == ""
    assert mean(report, "random", "HR@2") < 1
    assert len(report.examples) == 3 * 12
    assert [one.example for one in of(report, "random")] == [one.example for one in of(report, "CF alone")]


def test_another_model_can_be_the_collaborative_voice(two_tastes: Dataset) -> None:
    by_number = Row("by number", "the last items first", lambda _: lambda _: np.arange(10.0))
    for one in of(run_ranking(two_tastes, cf=by_number), "CF alone"):
        assert list(one.detail["top"]) == sorted(one.detail["top"], reverse=True)


def test_a_tuned_model_is_told_by_its_name(two_tastes: Dataset) -> None:
    """EASE is not tuned on these data; as CF alone it ranks as in a row of its own."""
    row, said = tuned_cf(two_tastes, "ease", setting="random")
    report = run_ranking(two_tastes, setting="random", cf=row, peers=(row,), remarks=said)
    own, other = of(report, "CF alone"), of(report, "EASE")
    assert [one.detail["top"] for one in own] == [one.detail["top"] for one in other]
    assert any("is EASE in place of the agent's engine" in note for note in report.notes)
    with pytest.raises(ConfigError, match='no model "magic"'):
        tuned_cf(two_tastes, "magic", setting="random")


@pytest.mark.parametrize("setting", ["leave-last-out", "random"])
def test_ranks_are_over_all_unseen_items_and_none_seen(two_tastes: Dataset, setting: str) -> None:
    for one in run_ranking(two_tastes, setting=setting).examples:  # type: ignore[arg-type]
        known = two_tastes.interactions.of_user(one.example)[0]
        seen = {str(item) for item in known} - {one.detail["target"]}
        assert len(one.detail["top"]) == 10 - len(seen)
        assert not seen & set(one.detail["top"])
        assert one.detail["top"][one.detail["rank"] - 1] == one.detail["target"]


def test_the_last_rating_is_by_time_and_a_random_one_needs_no_times(
    two_tastes: Dataset, taken_up: Dataset
) -> None:
    """Person p rates title p % 5 of their half last."""
    last = run_ranking(two_tastes)
    for one in last.examples:
        person = int(one.example[1:])
        assert one.detail["target"] == str(5 * (person % 2) + (person + 5) % 5)
    random = run_ranking(taken_up, setting="random")
    assert {one.detail["target"] for one in random.examples} != {
        one.detail["target"] for one in last.examples
    }
    assert any("a median of 1 after" in note for note in last.notes)
    assert not any("Caution" in note for note in random.notes)
    with pytest.raises(ConfigError, match="no timestamps"):
        run_ranking(taken_up)


def test_neighbours_work_without_ratings(taken_up: Dataset) -> None:
    report = run_ranking(taken_up, setting="random", settings=RankingSettings(k=2))
    assert mean(report, "CF alone", "HR@2") == 1
    assert mean(report, "random", "HR@2") < 1


def test_what_is_shown_by_hand(two_tastes: Dataset) -> None:
    report = run_ranking(two_tastes, settings=RankingSettings(k=7))
    table = report.table(SHOWN)
    assert table.columns == ("system", "coverage@7", "popularity", "Gini", "novelty")
    # With 7 unseen items of ten everyone is shown all that they have not rated: 7 each of 10, 84 in all,
    # whoever orders them, and a title that 12 * 3 / 10 people rated on average.
    learnt = np.bincount(two_tastes.interactions.item_index) - np.bincount(
        [int(one.detail["target"]) for one in of(report, "random")]
    )
    shown = np.array([int(item) for one in of(report, "random") for item in one.detail["top"]])
    assert len(shown) == 84
    for system in ("random", "popularity", "CF alone"):
        assert table.cell(system, "coverage@7") == "1.000"
        assert table.cell(system, "popularity") == f"{learnt[shown].mean():.1f}"
        assert table.cell(system, "novelty") == f"{np.log2(12 / learnt[shown]).mean():.2f}"


def test_the_predictions_recompute_the_table(two_tastes: Dataset, tmp_path: Path) -> None:
    steps: list[tuple[str, int, int | None]] = []
    report = run_ranking(
        two_tastes, out=tmp_path / "new", progress=lambda *step: steps.append(step), peers=peers()
    )
    assert steps[-1] == ("test people", 12, 12)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["records.jsonl"]
    report.write(tmp_path / "new")
    read = tuple(read_examples(tmp_path / "new"))
    again = metric_table(
        FOUND,
        read,
        metrics=["HR@10", "NDCG@10", "MRR"],
        seed=0,
        compared_with="CF alone",
        difference_of="NDCG@10",
    )
    assert again == report.table(FOUND)
    gain = [1 / np.log2(one.detail["rank"] + 1) for one in read if one.system == "popularity"]
    assert mean(report, "popularity", "NDCG@10") == pytest.approx(sum(gain) / 12, abs=1e-6)
    assert json.loads((tmp_path / "new" / "report.json").read_text("utf-8"))["run"]["seed"] == 0


def test_a_sample_grows_into_the_whole_and_a_stopped_run_goes_on(
    two_tastes: Dataset, tmp_path: Path, content: Callable[[Report], object]
) -> None:
    log = tmp_path / "records.jsonl"
    few = run_ranking(two_tastes, out=tmp_path, max_users=4)
    assert len(of(few, "random")) == 4
    assert len(log.read_text("utf-8").splitlines()) == 5
    log.write_text(log.read_text("utf-8")[:-20], "utf-8")
    whole = run_ranking(two_tastes, out=tmp_path)
    assert len(log.read_text("utf-8").splitlines()) == 13
    assert content(whole) == content(run_ranking(two_tastes))
    assert content(whole) == content(run_ranking(two_tastes, out=tmp_path))
    assert all(one in whole.examples for one in few.examples)


def test_another_run_in_the_folder_is_refused(two_tastes: Dataset, tmp_path: Path) -> None:
    run_ranking(two_tastes, out=tmp_path)
    with pytest.raises(ConfigError, match="another run"):
        run_ranking(two_tastes, out=tmp_path, settings=RankingSettings(seed=1))
    with pytest.raises(ConfigError, match="another run"):
        run_ranking(two_tastes, out=tmp_path, setting="random")


def test_a_sample_of_nobody_is_refused(two_tastes: Dataset) -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        run_ranking(two_tastes, max_users=0)


@pytest.mark.slow
def test_on_movielens_neighbours_beat_popularity_beats_chance() -> None:
    report = run_ranking(load("movielens-100k"), setting="random", max_users=400)
    gain = [mean(report, system, "NDCG@10") for system in ("random", "popularity", "CF alone")]
    assert len(of(report, "CF alone")) == 400
    assert gain[0] < 0.01 < gain[1] < 0.1 < gain[2]
