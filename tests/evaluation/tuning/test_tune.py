from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("optuna", reason="the search needs optuna")

from catalog import ConfigError, DataError, Dataset, MissingDependency
from evaluation.rows import Lineup, Tuned, tuned_rows
from evaluation.tuning import search as searching
from evaluation.tuning import tune

MODELS = ("user-neighbours", "item-neighbours")


def test_the_best_is_no_worse_than_the_default(outspoken: Dataset) -> None:
    found = tune(outspoken, MODELS, setting="random", trials=6)
    for one in found.found:
        assert len(one.trials) == 6
        assert one.best.ndcg == max(trial.ndcg for trial in one.trials)
        assert one.trials[0].config == {
            **one.trials[0].config,
            "k": {"user": 50, "item": 100}[one.model.name[:4]],
        }
    table = found.report().table("The best configuration of each model")
    assert [row[0] for row in table.rows] == list(MODELS)


def test_a_search_that_stopped_goes_on_as_if_it_had_not(outspoken: Dataset, tmp_path: Path) -> None:
    def configs(folder: str, trials: int) -> list[object]:
        found = tune(outspoken, MODELS[1:], setting="random", trials=trials, out=tmp_path / folder)
        return [trial.config for trial in found.found[0].trials]

    assert len(configs("stopped", 4)) == 4
    assert configs("stopped", 12) == configs("whole", 12)
    assert configs("stopped", 2) == configs("whole", 2)


def test_another_search_in_the_same_folder_is_refused(outspoken: Dataset, tmp_path: Path) -> None:
    tune(outspoken, MODELS[:1], setting="random", trials=1, out=tmp_path)
    with pytest.raises(ConfigError, match="another search"):
        tune(outspoken, MODELS[:1], setting="random", trials=1, seed=1, out=tmp_path)


def test_what_cannot_be_tuned_is_named(outspoken: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match='no model "x" for these data; there are user-neighbours'):
        tune(outspoken, ("x",), setting="random")
    with pytest.raises(ConfigError, match="at least 1"):
        tune(outspoken, setting="random", trials=0)
    monkeypatch.setattr(searching, "find_spec", lambda _: None)
    with pytest.raises(MissingDependency, match='"tune"'):
        tune(outspoken, MODELS, setting="random")


def test_rows_take_what_was_tuned(outspoken: Dataset, two_tastes: Dataset, tmp_path: Path) -> None:
    assert Tuned.read(tmp_path, outspoken, setting="random") is None
    for model in MODELS:
        path = tune(outspoken, (model,), setting="random", trials=3).tuned().write(tmp_path)
    tuned = Tuned.read(tmp_path, outspoken, setting="random")
    assert tuned is not None
    assert tuned == Tuned.read(path, outspoken, setting="random")
    assert list(tuned.models) == list(MODELS)
    lineup = Lineup.of(outspoken, setting="random")
    rows = {row.name: row for row in lineup.rows(tuned)}
    assert "tuned" in rows["user neighbours"].about
    assert "3 trials each on 12 people" in lineup.notes(tuned)[0]
    assert lineup.notes(None)[0] == "The models are not tuned on these data."
    with pytest.raises(ConfigError, match="not on these data"):
        Tuned.read(path, two_tastes, setting="random")
    with pytest.raises(DataError, match="no tuned"):
        Tuned.read(tmp_path / "x.json", outspoken, setting="random")
    own = two_tastes.interactions
    renamed = replace(two_tastes, interactions=replace(own, rating=own.rating - 1))
    assert Tuned.read(tmp_path, renamed, setting="random") is None
    assert tuned_rows(outspoken, setting="random", place=tmp_path)[1] == lineup.notes(tuned)
    path.write_text("{}", "utf-8")
    with pytest.raises(DataError, match="tune again"):
        Tuned.read(path, outspoken, setting="random")


def test_who_cannot_take_part_is_said(taken_up: Dataset) -> None:
    left_out = " ".join(Lineup.of(taken_up, setting="new-person").left_out)
    assert "EASE, recency is left out: the ratings have no times." in left_out
    assert "BPR is left out: it cannot rank for someone" in left_out


def test_a_blend_is_made_of_what_was_tuned(two_tastes: Dataset) -> None:
    parts = tune(two_tastes, ("ease-recency", "user-neighbours"), setting="leave-last-out", trials=3)
    blends = ("blend", "blend-ease-recency")
    known = parts.tuned()
    found = tune(two_tastes, blends, setting="leave-last-out", trials=3, known=known).tuned().models
    for name in blends:
        users, own = found[name].config["parts"]["user-neighbours"], known.models["user-neighbours"].config
        assert {**own, **users["settings"]} == users["settings"]
    ease = found["blend-ease-recency"].config["parts"]["ease"]
    assert ease["settings"] == known.models["ease-recency"].config
    blend = tune(two_tastes, ("blend",), setting="leave-last-out", trials=5, known=known).found[0].trials
    voices = [[part["weight"] > 0 for part in trial.config["parts"].values()] for trial in blend[1:]]
    assert voices == np.eye(4, dtype=bool).tolist(), "every part alone"
    again = tune(two_tastes, (*known.models, "blend"), setting="leave-last-out", trials=3).tuned().models
    assert again["blend"] == found["blend"]
