"""The rows that need models, with the real ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from catalog import Dataset
from evaluation import Report
from evaluation.ranking import NewPersonSettings, RankingSettings, run_new_person, run_ranking
from evaluation.rows import peers
from language_model import LanguageModel
from retrieval import Embedder

pytestmark = pytest.mark.slow

ROWS = [
    "random",
    "popularity",
    "embedding cosine",
    "content",
    "CF alone",
    "LM alone",
    "fused",
    "reciprocal ranks",
    "learned",
]
PEERS = [row.name for row in peers()]


@pytest.fixture(scope="session")
def language_model() -> LanguageModel:
    return LanguageModel.open()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


def found(report: Report, system: str) -> list[tuple[int | None, tuple[str, ...]]]:
    made = [one for one in report.examples if one.system == system]
    return [(one.detail.get("rank"), one.detail["top"]) for one in made]


@pytest.mark.parametrize("setting", ["leave-last-out", "sampled"])
def test_every_row_is_there_and_the_ends_of_alpha_are_the_parents(
    two_tastes: Dataset,
    embedder: Embedder,
    language_model: LanguageModel,
    folder: Path,
    content: Callable[[Report], object],
    setting: str,
) -> None:
    def run(alphas: tuple[float, ...], out: Path | None = folder) -> Report:
        return run_ranking(
            two_tastes,
            setting=setting,  # type: ignore[arg-type]
            embedder=embedder,
            language_model=language_model,
            settings=RankingSettings(
                k=3, cf_pool=3, content_pool=2, validation_users=3, negatives=4, alphas=alphas
            ),
            peers=peers(),
            out=out,
            max_users=4,
        )

    one, zero = run((1.0,)), run((0.0,))
    assert [row[0] for row in one.tables[0].rows] == ROWS + PEERS
    assert found(one, "fused") == found(one, "CF alone")
    assert found(zero, "fused") == found(zero, "LM alone") == found(one, "LM alone")
    assert found(one, "LM alone") != found(one, "CF alone")
    rows = dict(zip(ROWS, one.tables[0].rows, strict=False))
    assert rows["fused"][1:-1] == rows["CF alone"][1:-1]
    whole = run((0.0, 0.5, 1.0))
    assert content(whole) == content(run((0.0, 0.5, 1.0), out=None))
    assert whole.table("NDCG@3 by alpha on those that chose it").columns == ("of", "chosen", "0", "0.5", "1")
    if setting != "sampled":
        assert whole.table("What is shown").columns[1] == "diversity@3"


def test_a_new_person_meets_every_row_and_the_ends_of_alpha_are_the_parents(
    two_tastes: Dataset,
    embedder: Embedder,
    language_model: LanguageModel,
    folder: Path,
    content: Callable[[Report], object],
) -> None:
    def run(alphas: tuple[float, ...], out: Path | None = folder) -> Report:
        return run_new_person(
            two_tastes,
            embedder=embedder,
            language_model=language_model,
            settings=NewPersonSettings(
                k=3, cf_pool=3, content_pool=2, folds=3, reveal=(1, 2), least_relevant=2, alphas=alphas
            ),
            peers=peers(),
            out=out,
            max_users=2,
        )

    one, zero = run((1.0,)), run((0.0,))
    assert [[row[0] for row in table.rows] for table in one.tables[:3]] == [ROWS + PEERS] * 3
    assert found(one, "fused") == found(one, "CF alone")
    assert found(zero, "fused") == found(zero, "LM alone") == found(one, "LM alone")
    assert found(one, "LM alone") != found(one, "CF alone")
    whole = run((0.0, 0.5, 1.0))
    assert content(whole) == content(run((0.0, 0.5, 1.0), out=None))
    assert [row[0] for row in whole.table("NDCG@3 by alpha on those that chose it").rows] == [
        "1 known",
        "2 known",
    ]
