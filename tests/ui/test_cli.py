"""The command line as people use it: its own process, real exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ITEMS = "item_id,title,year,genre\n" + "".join(
    f"{i:03},{title},{year},{genre}\n"
    for i, (title, year, genre) in enumerate(
        [
            ("Heat", 1995, "Crime|Thriller"),
            ("Fargo", 1996, "Crime|Drama"),
            ("Casino", 1995, "Crime|Drama"),
            ("Saw", 2004, "Horror"),
            ("Alien", 1979, "Horror|Sci-Fi"),
            ("Big", 1988, "Comedy"),
        ]
    )
)
RATINGS = "user_id,item_id,rating\n" + "".join(
    f"u{user},{item:03},{5 if (item < 3) == (user % 2 == 0) else 1}\n"
    for user in range(12)
    for item in range(6)
)


def duetto(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        input=stdin,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"NO_COLOR": "1"},
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tables = tmp_path_factory.mktemp("tables")
    (tables / "items.csv").write_text(ITEMS, encoding="utf-8")
    (tables / "interactions.csv").write_text(RATINGS, encoding="utf-8")
    out = tables / "built"
    done = duetto("build", str(tables), "--noun", "film", "-o", str(out))
    assert done.returncode == 0, done.stderr
    assert "6 items, 72 interactions of 12 people, 0 dialogues." in done.stdout
    assert "6 items: 100% with a year, 0% a text, 100% genre; 0 with nothing but a title." in done.stdout
    assert "item priors" in done.stderr
    return out


def test_help_says_what_there_is_without_the_heavy_libraries() -> None:
    code = "import sys, ui.cli; ui.cli.cli(['--help'], standalone_mode=False); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for command in ("build", "chat", "ui", "recommend", "evaluate"):
        assert command in done.stdout
    for heavy in ("'torch'", "'gradio'", "'chromadb'", "'langchain_core'", "'pandas'"):
        assert heavy not in done.stdout


def test_recommend_as_json(folder: Path) -> None:
    done = duetto(
        "recommend",
        str(folder),
        "--like",
        "Heat",
        "--not",
        "Saw",
        "--say",
        "a crime film from the 90s",
        "--json",
        "--parts",
        "-q",
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {r["title"] for r in found} == {"Fargo", "Casino"}
    assert all(set(r) == {"item_id", "title", "year", "score", "cf", "lm", "reasons", "parts"} for r in found)
    for one in found:
        amounts = [part["amount"] for voice in ("people", "words") for part in one["parts"][voice]]
        assert sum(amounts) == pytest.approx(one["score"], abs=1e-5)
    assert {r["item_id"] for r in found} == {"001", "002"}
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["recommend", "{folder}", "--like", "Heet"], 1, 'did you mean "Heat (1995)"'),
        (["recommend", "{folder}", "--alpha", "nan"], 1, "alpha is nan"),
        (["recommend", "{folder}", "--ratings", "nowhere.csv"], 1, "no such file"),
        (["recommend", "{folder}", "--alpha", "2"], 1, "alpha is 2.0"),
        (["recommend", "{folder}", "--like", "Heat", "--adapter", "nowhere"], 1, "no adapter at nowhere"),
        (["recommend", "movielens-smal"], 1, "movielens-small"),
        (["recommend", "{folder}", "-n", "0"], 2, "Invalid value"),
        (["build"], 2, "Give a built-in name"),
        (["build", "--items", "nowhere.csv", "-o", "{folder}x"], 1, "nowhere.csv"),
        (["build", "--items", "{items}", "--interactions", "{broken}", "-o", "{folder}y"], 1, "line 3"),
        (["build", "--items", "{empty}", "-o", "{folder}z"], 1, "empty.csv"),
        (["build", "--items", "{items}", "--card", "{broken}", "-o", "{folder}z"], 1, "This is no card"),
        (["evaluate", "scripts", "nowhere.yaml"], 2, "nowhere.yaml"),
    ],
)
def test_bad_input_gets_one_sentence_and_no_traceback(
    folder: Path, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    places = {name: tmp_path / f"{name}.csv" for name in ("items", "broken", "empty")}
    places["items"].write_text(ITEMS, encoding="utf-8")
    places["broken"].write_text("user_id,item_id,rating\nu1,000,5\nu1,001,lots\n", encoding="utf-8")
    places["empty"].write_text("item_id,title\n", encoding="utf-8")
    done = duetto(*(argument.format(folder=folder, **places) for argument in arguments), "-q")
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not any(Path(f"{folder}{suffix}", "manifest.json").exists() for suffix in "xyz")


def test_a_chat_in_the_terminal(folder: Path) -> None:
    said = "I loved Heat\nwhy the first?\n/undo\n/profile\n/nonsense\n/clear\n/quit\n"
    done = duetto("chat", str(folder), "-q", stdin=said)
    assert done.returncode == 0, done.stderr
    assert "6 films." in done.stdout
    assert "you> I loved Heat\n" in done.stdout
    assert "Since you like Heat (1995)" in done.stdout
    assert "In numbers" in done.stdout
    assert "Taken back: why the first?" in done.stdout
    assert "Forgotten." in done.stdout


def test_a_script_that_fails_shows_where(folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "wrong.yaml"
    script.write_text(
        "name: Wrong\nturns:\n  - say: I loved Heat\n  - say: why?\n    expect: {intent: greet}\n",
        encoding="utf-8",
    )
    done = duetto("evaluate", "scripts", str(script), "--data", str(folder), "-q")
    assert done.returncode == 1
    assert "FAILED  Wrong" in done.stderr
    assert ">> you: why?" in done.stderr
    assert "intent is explain, not greet" in done.stderr


def test_a_chat_becomes_a_script_that_passes(folder: Path, tmp_path: Path) -> None:
    said = "I loved Heat\nno horror please\n/quit\n"
    assert duetto("chat", str(folder), "-q", "--user", "ana", stdin=said).returncode == 0
    script = tmp_path / "ana.dialogue.yaml"
    done = duetto("evaluate", "record", "ana", "--data", str(folder), "-q", "-o", str(script))
    assert done.returncode == 0, done.stderr
    assert "say: no horror please" in script.read_text("utf-8")
    played = duetto("evaluate", "scripts", str(script), "--data", str(folder), "-q")
    assert played.returncode == 0, played.stdout
    script.write_text(script.read_text("utf-8").replace("intent: inform", "intent: refuse", 1), "utf-8")
    broken = duetto("evaluate", "scripts", str(script), "--data", str(folder), "-q")
    assert broken.returncode == 1
    assert ">>" in broken.stderr
    nobody = duetto("evaluate", "record", "nobody", "--data", str(folder), "-q")
    assert nobody.returncode == 1
    assert "nothing to record" in nobody.stderr
