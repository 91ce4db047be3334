import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from catalog import ConfigError, Dataset, Interactions, RatingScale, load
from evaluation import Report
from evaluation.metrics import mae, rmse
from evaluation.ranking import RatingSettings, rating_peers, run_ratings
from evaluation.ranking.predictors import BIAS, OURS, PREDICTORS, Predictor, RatingRow, RatingTrain

FIT = {row.name: next(iter(row.settings.values())) for row in PREDICTORS}
TABLE = "Predicting ratings"


def train(damping: float = 0.0) -> RatingTrain:
    """u rated a 5 and b 3, v rated a 4; nobody rated c: mean 4."""
    rows = Interactions.of(["u", "u", "v"], [0, 1, 0], rating=[5, 3, 4], scale=RatingScale(1, 5))
    return RatingTrain(rows, n_items=3, damping=damping)


def predicted(row: str, user: int, *, damping: float = 0.0) -> list[float]:
    return [float(x) for x in FIT[row](train(damping))(user, np.arange(3, dtype=np.int32))]


def test_means_and_biases_by_hand() -> None:
    assert predicted("global mean", 0) == [4, 4, 4]
    assert predicted("item mean", 0) == [4.5, 3, 4]
    # with one rating at the mean besides, items (a, b, 0) and people (u, v) solve
    # 3a = 1 - u - v, 2b = -1 - u, 3u = -a - b, 2v = -a
    a, b, u, v = np.linalg.solve([[3, 0, 1, 1], [0, 2, 1, 0], [1, 1, 3, 0], [1, 0, 0, 2]], [1, -1, 0, 0])
    assert predicted(BIAS, 0, damping=1) == pytest.approx([4 + a + u, 4 + b + u, 4 + u], abs=1e-4)
    assert predicted(BIAS, 1, damping=1) == pytest.approx([4 + a + v, 4 + b + v, 4 + v], abs=1e-4)


def test_a_prediction_stays_on_the_scale() -> None:
    rows = Interactions.of(["u", "u", "v"], [0, 1, 1], rating=[5, 5, 1], scale=RatingScale(1, 5))
    expected = RatingTrain(rows, n_items=2, damping=0.1).bias(0, np.array([0, 1], np.int32))
    assert expected[0] == 5.0
    assert 1 <= expected[1] <= 5


def test_every_rating_is_predicted_once_and_from_others_alone(outspoken: Dataset) -> None:
    """People of one half rate alike: who looks at neighbours is right but for the means, each over 8 of 10."""
    report = run_ratings(outspoken)
    table = report.table(TABLE)
    assert [row[0] for row in table.rows] == [row.name for row in PREDICTORS]
    for one in report.examples:
        assert one.detail["ratings"] == 10
        assert sum(n for n, _, _ in one.detail["folds"].values()) == 10
    assert table.cell("user neighbours", "RMSE") < "1"
    assert table.cell("global mean", "MAE").startswith("2.0")
    assert table.cell(OURS, f"squared error - {OURS}") == ""
    assert table.cell("global mean", f"squared error - {OURS}") > "3"


def test_the_predictions_recompute_the_table(outspoken: Dataset) -> None:
    report = run_ratings(outspoken, settings=RatingSettings(folds=3, seed=4))
    made = [one for one in report.examples if one.system == "item mean"]
    n = np.array([one.detail["ratings"] for one in made])
    whole = np.sqrt((n * [one.values["squared error"] for one in made]).sum() / n.sum())
    assert report.table(TABLE).cell("item mean", "RMSE").startswith(f"{whole:.4f} [")
    sums = np.zeros((3, 2))
    for one in made:
        for fold, (count, squared, _) in one.detail["folds"].items():
            sums[int(fold)] += (squared, count)
    by_fold = report.table("RMSE by fold")
    expected = [f"{value:.4f}" for value in np.sqrt(sums[:, 0] / sums[:, 1])]
    assert [by_fold.cell("item mean", f"fold {fold}") for fold in (1, 2, 3)] == expected


def test_errors_are_those_of_the_metrics(outspoken: Dataset) -> None:
    """One fold by hand: the pooled figures of the global mean are RMSE and MAE over its ratings."""
    settings = RatingSettings(folds=2, seed=1)
    ratings = outspoken.interactions
    fold = np.random.default_rng(1).permutation(len(ratings)) % 2
    guess = np.where(fold == 0, ratings.rating[fold == 1].mean(), ratings.rating[fold == 0].mean())
    table = run_ratings(outspoken, settings=settings).table(TABLE)
    assert table.cell("global mean", "RMSE").startswith(f"{rmse(guess, ratings.rating):.4f} [")
    assert table.cell("global mean", "MAE").startswith(f"{mae(guess, ratings.rating):.4f} [")


def test_a_stopped_run_goes_on(
    outspoken: Dataset, tmp_path: Path, content: Callable[[Report], object]
) -> None:
    whole = run_ratings(outspoken, out=tmp_path)
    log = tmp_path / "records.jsonl"
    lines = log.read_text("utf-8").splitlines(keepends=True)
    assert len(lines) == 1 + 5 * len(PREDICTORS)
    log.write_text("".join(lines[:9]) + lines[9][:30], "utf-8")
    assert content(run_ratings(outspoken, out=tmp_path)) == content(whole)
    assert content(run_ratings(outspoken)) == content(whole)
    with pytest.raises(ConfigError, match="another run"):
        run_ratings(outspoken, out=tmp_path, settings=RatingSettings(seed=1))


def test_data_without_ratings_are_refused(taken_up: Dataset, two_tastes: Dataset) -> None:
    with pytest.raises(ConfigError, match="has no ratings"):
        run_ratings(taken_up)
    with pytest.raises(ConfigError, match="48 ratings, too few for 49 folds"):
        run_ratings(two_tastes, settings=RatingSettings(folds=49))


def constant(value: float) -> Callable[[RatingTrain], Predictor]:
    return lambda _: lambda _, items: np.full(len(items), value)


def test_each_fold_chooses_on_its_own_training_ratings(outspoken: Dataset) -> None:
    """Half of all ratings are 5 and half are 1: of the constants the one nearest to 3 has the least error."""
    row = RatingRow("constant", "one for all", {f"{value:g}": constant(value) for value in (1, 2.5, 4.5)})
    report = run_ratings(outspoken, peers=[row])
    note = "constant: one for all; chosen of 3 settings: 2.5 on fold 1, 2, 3, 4, 5."
    assert note in report.notes
    assert report.table(TABLE).cell("constant", "MAE").startswith("2.0")


def test_the_choice_sees_no_test_rating(outspoken: Dataset) -> None:
    """What a row learns from before it has chosen is four fifths of four fifths, after it all of the latter."""
    seen = []

    def fit(train: RatingTrain) -> Predictor:
        seen.append(len(train.interactions))
        return constant(3)(train)

    run_ratings(outspoken, peers=[RatingRow("twice", "two alike", {"a": fit, "b": fit})])
    assert seen == [76, 76, 96] * 5


@pytest.mark.parametrize(("library", "name"), [("lenskit", "LensKit"), ("surprise", "Surprise")])
def test_peers_predict_from_the_same_ratings(outspoken: Dataset, library: str, name: str) -> None:
    pytest.importorskip(library, reason=f"{name} is not installed")
    rows = [row for row in rating_peers() if row.name.startswith(name)]
    report = run_ratings(outspoken, settings=RatingSettings(folds=2), peers=rows)
    assert [row[0] for row in report.table(TABLE).rows][-2:] == [f"{name}: item kNN", f"{name}: user kNN"]
    assert report.table(TABLE).cell(f"{name}: user kNN", "RMSE") < "1.5"


def test_a_library_that_is_not_there_is_named(outspoken: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    module = sys.modules["evaluation.ranking.rating_peers"]
    monkeypatch.setattr(module, "find_spec", lambda name: name == "lenskit")
    row = RatingRow.plain("three", "always", constant(3))
    assert "Surprise is not installed and has no row." in run_ratings(outspoken, peers=[row]).notes
    assert not any("not installed" in note for note in run_ratings(outspoken).notes)


@pytest.mark.slow
def test_on_movielens_biases_beat_means_and_neighbours_beat_biases() -> None:
    """Neighbours need many ratings of one person: the sixty who gave most."""
    whole = load("movielens-100k")
    busiest = np.argsort(-np.bincount(whole.interactions.user_index), kind="stable")[:60]
    rows = np.flatnonzero(np.isin(whole.interactions.user_index, busiest))
    few = replace(whole, interactions=whole.interactions.subset(rows))
    table = run_ratings(few, settings=RatingSettings(folds=2)).table(TABLE)
    names = (OURS, BIAS, "item mean", "global mean")
    error = [float(table.cell(name, "RMSE").split()[0]) for name in names]
    assert error == sorted(error)
    assert error[-1] - error[0] > 0.1


def test_the_history_is_that_of_the_fold() -> None:
    history = train().history(0)
    assert (history.item_index.tolist(), history.rating.tolist()) == ([0, 1], [5, 3])
