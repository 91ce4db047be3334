import subprocess
import sys
from pathlib import Path

import pytest

from catalog import (
    DataError,
    Dataset,
    MissingDependency,
    UnknownDataset,
    cache_home,
    data_home,
    dev_data,
    load,
    read_dialogues,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def small() -> Dataset:
    return load("movielens-small")


@pytest.fixture(scope="module")
def hundred_k() -> Dataset:
    return load("movielens-100k")


def test_movielens_small(small: Dataset) -> None:
    assert (len(small.items), len(small.interactions), len(small.interactions.user_ids)) == (
        9066,
        100_004,
        671,
    )
    assert (small.interactions.scale.low, small.interactions.scale.high) == (0.5, 5)
    assert (small.name, small.noun, small.dropped) == ("movielens-small", "film", ())
    assert "no redistribution" in small.source
    heat = next(item for item in small.items if item.label() == "Heat (1995)")
    assert heat.attributes == {"genre": ("Action", "Crime", "Thriller")}


def test_titles_that_the_copy_lost_are_there(small: Dataset) -> None:
    labels = {item_id: item.label() for item_id in ("108548", "162376") if (item := small.items.get(item_id))}
    assert labels == {"108548": "The Big Bang Theory (2007)", "162376": "Stranger Things"}
    assert all(item.title == item.title.strip() for item in small.items)


def test_movielens_100k(hundred_k: Dataset) -> None:
    rows = hundred_k.interactions
    assert (len(hundred_k.items), len(rows), len(rows.user_ids)) == (1682, 100_000, 943)
    assert (rows.scale.low, rows.scale.high) == (1, 5)
    assert rows.timestamp is not None
    assert [item.label() for item in hundred_k.items[11:14]] == [
        "The Usual Suspects (1995)",
        "Mighty Aphrodite (1995)",
        "Il Postino (1994)",
    ]
    assert "Children's" in hundred_k.items.vocabulary("genre")
    assert len(hundred_k.items.vocabulary("genre")) == 18
    odd = [hundred_k.items[hundred_k.items.index_of(item_id)] for item_id in ("267", "1412")]
    assert [item.label() for item in odd] == [
        "unknown",
        "Land Before Time III: The Time of the Great Giving (1995)",
    ]


def test_a_later_load_needs_no_pandas_and_is_fast(small: Dataset) -> None:
    code = (
        "import sys, time, catalog\n"
        "start = time.process_time()\n"
        "found = catalog.load('movielens-small').checksum()\n"
        "print(found, time.process_time() - start, {'pandas', 'joblib', 'pyarrow'} & set(sys.modules))"
    )
    output = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)
    checksum, seconds, heavy = output.strip().split(" ", 2)
    assert checksum == small.checksum()
    assert float(seconds) < 2
    assert heavy == "set()"


def test_importing_the_room_loads_nothing_heavy() -> None:
    code = "import sys, catalog; print({'torch', 'pandas', 'pyarrow', 'chromadb'} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).strip() == "set()"


def test_without_pandas_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.movielens.cache_home", lambda: tmp_path)
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingDependency, match=r'pip install "duetto\[data\]"') as caught:
        load("movielens-small")
    assert caught.value.extra == "data"
    assert not list((tmp_path / "datasets").glob("*/"))


def test_a_damaged_cache_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Dataset
) -> None:
    monkeypatch.setattr("catalog.movielens.cache_home", lambda: tmp_path)
    load("movielens-small")
    (items,) = tmp_path.glob("datasets/*/items.jsonl")
    items.write_text(items.read_text(encoding="utf-8")[:1000], encoding="utf-8")
    assert load("movielens-small").checksum() == small.checksum()
    assert Dataset.load(items.parent).checksum() == small.checksum()


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").touch()
    monkeypatch.setattr("catalog.movielens.cache_home", lambda: tmp_path / "cache")
    with pytest.raises(DataError, match="set DUETTO_HOME to another folder"):
        load("movielens-small")


def test_without_pyarrow_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "items.parquet").write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingDependency, match='Reading a Parquet file needs the extra "data"'):
        load(tmp_path)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("movielens-smal", 'Did you mean "movielens-small"?'),
        ("MovieLens100k", 'Did you mean "movielens-100k"?'),
        ("zzz", "Name a folder with items and interactions instead."),
    ],
)
def test_an_unknown_name_gets_a_hint(name: str, hint: str) -> None:
    with pytest.raises(UnknownDataset) as caught:
        load(name)
    assert str(caught.value).startswith(f'"{name}" is neither a folder nor a data set')
    assert str(caught.value).endswith(hint)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "items.csv").touch()
    with pytest.raises(DataError, match="give the folder"):
        load(tmp_path / "items.csv")


def test_homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUETTO_HOME", str(tmp_path))
    monkeypatch.setenv("DUETTO_DEV_DATA", str(tmp_path / "dev"))
    assert (data_home(), cache_home(), dev_data()) == (
        tmp_path / "data",
        tmp_path / "cache",
        tmp_path / "dev",
    )
    for name in ("DUETTO_HOME", "DUETTO_DEV_DATA"):
        monkeypatch.delenv(name)
    assert data_home() != cache_home()
    assert dev_data().parts[-2:] == ("shared", "data")


# Items, interactions, users, dialogues; as the README of each folder counts them.
COUNTS = {
    "amazon-games": (16_859, 440_264, 50_546, 0),
    "coco": (8_196, 159_664, 24_036, 0),
    "goodbooks": (10_000, 298_176, 2_672, 0),
    "inspired": (1_222, 0, 0, 0),
    "lastfm": (17_632, 92_834, 1_892, 0),
    "movielens-latest-small": (9_742, 100_836, 610, 0),
    "movietweetings": (10_506, 100_000, 16_554, 0),
    "opendialkg-books": (1_361, 0, 0, 1_520),
    "opendialkg-movies": (2_349, 0, 0, 2_615),
    "redial": (6_924, 12_849, None, 3_482),
}
DIALOGUES = {
    "ccpe/dialogues.jsonl": (502, 11_971),
    "inspired/dialogues.dev.jsonl": (99, 3_538),
    "opendialkg-books/dialogues.valid.jsonl": (190, 1_407),
    "opendialkg-books/dialogues.test.jsonl": (191, 1_395),
    "opendialkg-movies/dialogues.valid.jsonl": (327, 1_305),
    "opendialkg-movies/dialogues.test.jsonl": (327, 1_306),
    "redial/dialogues.valid.jsonl": (619, None),
    "redial/iard_intents.jsonl": (298, None),
}


def development(name: str) -> Path:
    path = dev_data() / name
    if not path.exists():
        pytest.skip(f"the development data have no {name}")
    return path


@pytest.mark.parametrize("name", COUNTS)
def test_development_data_have_the_counts_of_their_readme(name: str) -> None:
    dataset = load(development(name))
    items, interactions, users, dialogues = COUNTS[name]
    assert len(dataset.items) == items
    assert len(dataset.interactions) == interactions
    assert users is None or len(dataset.interactions.user_ids) == users
    assert len(dataset.dialogues) == dialogues
    assert dataset.dropped == ()


@pytest.mark.parametrize("name", DIALOGUES)
def test_dialogues_of_the_development_data(name: str) -> None:
    dialogues = read_dialogues(development(name))
    number, turns = DIALOGUES[name]
    assert len(dialogues) == number
    assert turns is None or sum(len(dialogue.turns) for dialogue in dialogues) == turns
