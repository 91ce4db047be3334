"""`duetto tune` from tables to configurations that the ranking rows read."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("optuna", reason="the search needs optuna")

from catalog import load
from evaluation.rows import Tuned, tuned_rows
from ui.tune import tune


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """Twelve people who rate all ten titles: their half with 5, the other half with 1."""
    folder = tmp_path / "halves"
    folder.mkdir()
    items = "".join(json.dumps({"item_id": str(i), "title": f"Title {i}"}) + "\n" for i in range(10))
    rows = [f"p{p},{i},{5 if p % 2 == i // 5 else 1}" for p in range(12) for i in range(10)]
    (folder / "items.jsonl").write_text(items, "utf-8")
    (folder / "interactions.csv").write_text("\n".join(["user_id,item_id,rating", *rows]), "utf-8")
    return folder


def test_what_is_saved_is_what_the_rows_take(tables: Path, tmp_path: Path) -> None:
    words = f"{tables} --model item-neighbours --model user-neighbours --setting random --trials 2 --json -q"
    place = [f"--save={tmp_path / 'configs'}", f"--out={tmp_path / 'out'}"]
    done = CliRunner().invoke(tune, [*words.split(), *place], catch_exceptions=False)
    report = json.loads(done.stdout)
    best = {row[0]: json.loads(row[-1]) for row in report["tables"][0]["rows"]}
    dataset = load(str(tables))
    tuned = Tuned.read(tmp_path / "configs", dataset, setting="random")
    assert tuned is not None
    assert {name: one.config for name, one in tuned.models.items()} == best
    rows, notes = tuned_rows(dataset, setting="random", place=tmp_path / "configs")
    assert "2 trials each on 12 people" in notes[0]
    assert [row.name for row in rows if "tuned" in row.about] == ["user neighbours", "item neighbours"]
    assert (tmp_path / "out" / "report.html").is_file()


def test_a_model_that_is_not_there_is_named(tables: Path) -> None:
    done = CliRunner().invoke(tune, [str(tables), "--model", "nonsense", "--setting", "random", "-q"])
    assert 'no model "nonsense"' in str(done.exception)
