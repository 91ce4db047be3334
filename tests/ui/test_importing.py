"""`duetto import` as people use it, in its own process."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from catalog import Dataset, dev_data, load

ROOT = Path(__file__).parents[2]
MINE = (
    "User;Film;Note;Gesehen am;E-Mail;Kommentar\n"
    "ana;Amélie (2001);5;03.04.2020;ana@example.org;ich fand ihn sehr schön und sehe ihn gerne noch einmal\n"
    "bo;Heat (1995);4;13.04.2020;bo@example.org;gut\n"
    "bo;Amélie (2001);x;14.04.2020;;\n"
)


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ui.cli", "import", *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        cwd=ROOT,
        env={"DUETTO_HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONIOENCODING": "utf-8"},
    )


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.csv"
    path.write_bytes(MINE.encode("cp1252"))
    return path


def test_an_own_file(mine: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run(tmp_path, str(mine), "-o", str(out), "--noun", "film", "-q")
    assert done.returncode == 0, done.stderr
    assert "2 items, 2 interactions of 2 people, 0 dialogues" in done.stdout
    for words in (
        'mine.csv (cp1252 as a guess, ";")',
        "user     <- User: 'ana', 'bo'",
        "(written as %d.%m.%Y)",
        "left out: E-Mail, Kommentar",
        "Personal? 'E-Mail' looks like e-mail address, in 100% of its cells; it is left out.",
        "3 rows read, 2 kept.",
        "1 left out: the rating is no number (first in line 4: 'x').",
    ):
        assert words in done.stderr
    dataset = Dataset.load(out)
    assert [item.label() for item in dataset.items] == ["Amélie (2001)", "Heat (1995)"]
    assert not {"ana", "bo"} & set(dataset.interactions.user_ids)
    assert dataset.noun == "film"
    again = run(tmp_path, str(mine), "-o", str(out), "-q")
    assert again.returncode == 0, again.stderr
    assert Dataset.load(out).interactions.user_ids == dataset.interactions.user_ids
    assert dataset.dropped == (
        "mine.csv: 3 rows read, 2 kept.",
        "1 left out: the rating is no number (first in line 4).",
    )
    assert "example.org" not in "".join(file.read_text("utf-8") for file in out.iterdir())


def test_only_a_look(mine: Path, tmp_path: Path) -> None:
    done = run(tmp_path, str(mine), "--dry-run", "--rating", "", "--keep", "Kommentar")
    assert done.returncode == 0, done.stderr
    assert "Kommentar <- Kommentar" in done.stderr
    assert "rating" not in done.stderr
    assert (
        "'Kommentar' looks like free text of a person, in 50% of its cells; it would be written."
        in done.stderr
    )
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["{mine}"], 2, "Say where to write"),
        (["{mine}", "-o", "{out}", "--keep", "E-Mail"], 1, "'E-Mail' would be written and looks personal"),
        (["{mine}", "-o", "{out}", "--user", "Nutzer"], 1, "There are: mine.csv: User, Film, Note"),
        (["{mine}", "-o", "{out}", "--key", "{out}/key"], 1, "would lie among the data"),
        (["{mine}", "-o", "{out}", "--time-format", "later"], 1, '"later" is no format of a time'),
        (["{mine}", "-o", "{out}", "--join", "{mine}", "--take", "x"], 1, "column 'title'"),
        (["{out}.csv", "-o", "{out}"], 1, "is neither a folder nor a data set"),
        (["goodbooks", "-o", "{out}"], 1, "Fetch its files from"),
    ],
)
def test_bad_wishes(mine: Path, tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    places = {"mine": mine, "out": tmp_path / "out"}
    done = run(tmp_path, *(argument.format(**places) for argument in arguments), "-q")
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def test_two_files_kept_ids_and_a_join(tmp_path: Path) -> None:
    files = {
        "rows.csv": "uid,movie,stars\nana,7,5\nbo,8,4\n",
        "films.csv": "id,name,year\n7,Heat,1995\n8,Alien,1979\n",
        "leads.csv": "title,year,lead\nHEAT,1995,A heist.\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    rows, films, leads = (str(tmp_path / name) for name in files)
    out = tmp_path / "out"
    done = run(
        tmp_path, rows, "--items", films, "-o", str(out), "--keep-ids", "--join", leads, "--take", "lead=text"
    )
    assert done.returncode == 0, done.stderr
    assert "Joined: 1 of 2 items (50.0%)." in done.stderr
    dataset = Dataset.load(out)
    assert dataset.interactions.user_ids == ("ana", "bo")
    assert [(item.item_id, item.label(), item.text) for item in dataset.items] == [
        ("7", "Heat (1995)", "A heist."),
        ("8", "Alien (1979)", None),
    ]
    assert not list(tmp_path.glob("data/*"))


def test_a_folder_is_enriched_and_keeps_its_splits(tmp_path: Path) -> None:
    folder = dev_data() / "opendialkg-books"
    if not folder.is_dir():
        pytest.skip("the development data have no opendialkg-books")
    goodbooks = dev_data() / "goodbooks" / "items.jsonl"
    table = tmp_path / "books.jsonl"
    records = (json.loads(line) for line in goodbooks.read_text("utf-8").splitlines())
    table.write_text(
        "".join(
            json.dumps({"title": r["title"], "year": r["year"], "cover": r["image"]}) + "\n" for r in records
        ),
        encoding="utf-8",
    )
    out = tmp_path / "out"
    done = run(tmp_path, str(folder), "-o", str(out), "--join", str(table), "--take", "cover=image", "-q")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in out.glob("dialogues.*")} == {
        f"dialogues.{split}.jsonl" for split in ("train", "valid", "test")
    }
    assert sum(item.image is not None for item in load(out).items) > 50
