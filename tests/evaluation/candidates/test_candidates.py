"""Sixty films, of which each source can find one by construction."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import ConfigError, Dataset, Dialogue, Interactions, Item, Items, Turn
from evaluation import Report
from evaluation.candidates import CandidateSettings, run_candidates
from evaluation.candidates.record import CandidateRecord
from evaluation.candidates.sources import CONTENT, NEIGHBOURS, TURNS, WITHOUT, in_turns
from evaluation.candidates.tables import HEADLINE, LABELS, TEXTS
from evaluation.report import read_examples
from retrieval import Embedder

SETTINGS = CandidateSettings(budgets=(1, 2))
FIRST = ("Silent", "Golden", "Broken", "Hidden", "Crimson", "Frozen")
SECOND = (
    "River",
    "Empire",
    "Mirror",
    "Garden",
    "Machine",
    "Harbour",
    "Winter",
    "Station",
    "Orchard",
    "Signal",
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUETTO_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def films() -> Dataset:
    """Only f7 has a text; people who name f0 name f1 with it."""
    titles = [f"{one} {other}" for one in FIRST for other in SECOND]
    items = [Item(f"f{n}", title, 1950 + n) for n, title in enumerate(titles)]
    items[7] = replace(items[7], text="A lighthouse keeper breeds xylophones.")
    taught = tuple(
        Dialogue(
            f"train {n}",
            (
                Turn("user", f"I love {titles[0]}", ("f0",)),
                Turn("assistant", f"Then {titles[1]}", ("f1",)),
            ),
        )
        for n in range(5)
    )
    return Dataset("sixty films", Items(items), Interactions.of([], []), taught, noun="film")


@pytest.fixture(scope="module")
def dialogues() -> list[Dialogue]:
    """What the text says, what is named together, and a repeated item, which counts for nothing."""
    return [
        Dialogue(
            "words",
            (
                Turn("user", "Anything about xylophones"),
                Turn("assistant", "Silent Station", ("f7",)),
                Turn("user", "what else"),
                Turn("assistant", "Silent Station again", ("f7",)),
            ),
        ),
        Dialogue(
            "together",
            (
                Turn("user", "I love Silent River", ("f0",)),
                Turn("assistant", "Silent River? Then Silent Empire", ("f0", "f1")),
            ),
        ),
    ]


def recall(report: Report, source: str, k: int) -> float:
    return float(report.table(HEADLINE).cell(source, f"Recall@{k}").split()[0])


@pytest.mark.slow
def test_each_source_finds_what_it_alone_can(
    films: Dataset, dialogues: list[Dialogue], embedder: Embedder, tmp_path: Path
) -> None:
    report = run_candidates(films, dialogues, embedder=embedder, settings=SETTINGS, out=tmp_path)
    report.write(tmp_path)
    own = {(one.system, one.example): one for one in read_examples(tmp_path)}
    assert {example for _, example in own} == {"words:1:f7", "together:1:f1"}
    assert own["lexical", "words:1:f7"].detail["rank"] == 1
    assert own[f"lexical{WITHOUT}", "words:1:f7"].detail["rank"] > 1
    assert own[NEIGHBOURS, "together:1:f1"].detail["rank"] == 1
    assert own["talk", "together:1:f1"].detail["rank"] == 1
    assert recall(report, NEIGHBOURS, 1) == 0.5
    assert recall(report, TURNS, 2) == 1
    assert report.table(TEXTS).cell("lexical", "difference").startswith("0.5000")
    assert report.table(LABELS).cell("named by nobody that was learnt from", "instances") == "1"
    assert any("1 of 60 items have a text" in note for note in report.notes)


@pytest.mark.slow
def test_a_stopped_run_goes_on_as_if_it_had_not_stopped(
    films: Dataset, dialogues: list[Dialogue], embedder: Embedder, tmp_path: Path
) -> None:
    def run(out: Path | None, most: int | None = None) -> Report:
        return run_candidates(
            films, dialogues, embedder=embedder, settings=SETTINGS, out=out, max_dialogues=most
        )

    run(tmp_path, 1)
    log = tmp_path / "records.jsonl"
    assert len(log.read_text("utf-8").splitlines()) == 1 + 1
    whole, again = run(tmp_path), run(None)
    assert (whole.tables, whole.examples) == (again.tables, again.examples)
    assert len(log.read_text("utf-8").splitlines()) == 1 + 2
    with pytest.raises(ConfigError, match="another run"):
        run_candidates(films, dialogues[:1], embedder=embedder, settings=SETTINGS, out=tmp_path)


@pytest.mark.slow
def test_without_train_dialogues_and_texts_it_says_so(
    films: Dataset, dialogues: list[Dialogue], embedder: Embedder
) -> None:
    bare = replace(films, dialogues=(), items=Items(replace(item, text=None) for item in films.items))
    report = run_candidates(bare, dialogues, embedder=embedder, settings=SETTINGS)
    sources = [row[0] for row in report.table(HEADLINE).rows]
    assert CONTENT in sources
    assert not any(source.endswith(WITHOUT) for source in sources)
    assert TEXTS not in [table.title for table in report.tables]
    assert any("no train dialogues" in note for note in report.notes)
    assert report.table(LABELS).cell("named by nobody that was learnt from", "share") == "100.0%"


def test_refuses_what_cannot_be_measured(
    films: Dataset, dialogues: list[Dialogue], embedder: Embedder
) -> None:
    with pytest.raises(ConfigError, match="at least 1"):
        run_candidates(films, dialogues, embedder=embedder, max_dialogues=0)
    with pytest.raises(ConfigError, match="names a new item"):
        run_candidates(films, [Dialogue("x", (Turn("user", "x", ("f0",)),))], embedder=embedder)


@given(st.permutations(range(9)), st.permutations(range(9)), st.integers(1, 3), st.integers(1, 9))
def test_sources_that_take_turns_fill_every_place_and_give_each_its_share(
    first: list[int], second: list[int], ahead: int, k: int
) -> None:
    both = in_turns(np.array(first, np.int32), np.array(second, np.int32), ahead=ahead).tolist()
    assert sorted(both) == list(range(9))
    rounds = k // (ahead + 1)
    assert set(first[: rounds * ahead] + second[:rounds]) <= set(both[:k])


def test_turns_by_hand() -> None:
    first, second = np.array([0, 1, 2, 3], np.int32), np.array([0, 3, 2, 1], np.int32)
    assert in_turns(first, second, ahead=1).tolist() == [0, 3, 1, 2]
    assert in_turns(first, second, ahead=2).tolist() == [0, 1, 3, 2]


def test_a_record_is_read_as_it_was_written() -> None:
    from dataclasses import asdict
    from json import dumps

    record = CandidateRecord("d", 3, ("a", "b"), {"talk": (4, 1)}, (False, True))
    assert CandidateRecord.read(dumps(asdict(record))) == record
    assert record.key == ("d", 3)
    assert record.name == "d:3"
