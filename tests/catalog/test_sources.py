import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from catalog import (
    DataError,
    Dataset,
    Dialogue,
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


# Of each folder, as its README counts them: items; interactions and their users; and of the dialogues of each
# part how many there are, their turns, and the mentions in these. "train" is what may be learnt from.
Talk = dict[str, tuple[int, int, int]]
COUNTS: dict[str, tuple[int, int, int, Talk]] = {
    "amazon-games": (16_859, 440_264, 50_546, {}),
    "coco": (8_196, 159_664, 24_036, {}),
    "goodbooks": (10_000, 298_176, 2_672, {}),
    "inspired": (1_222, 0, 0, {"dev": (99, 3_538, 566)}),
    "lastfm": (17_632, 92_834, 1_892, {}),
    "movielens-latest-small": (9_742, 100_836, 610, {}),
    "movietweetings": (10_506, 100_000, 16_554, {}),
    "opendialkg-books": (
        *(1_361, 0, 0),
        {"train": (1_520, 10_824, 3_782), "valid": (190, 1_407, 491), "test": (191, 1_395, 510)},
    ),
    "opendialkg-movies": (
        *(2_349, 0, 0),
        {"train": (2_615, 10_472, 6_247), "valid": (327, 1_305, 748), "test": (327, 1_306, 767)},
    ),
    "redial": (6_924, 12_849, 419, {"train": (3_482, 59_774, 22_128), "valid": (619, 10_870, 4_121)}),
}
# Files of dialogues that belong to no part: dialogues, turns, mentions.
FURTHER = {
    "ccpe/dialogues.jsonl": (502, 11_971, 0),
    "redial/iard_intents.jsonl": (298, 4_130, 2_369),
}


def development(name: str) -> Path:
    path = dev_data() / name
    if not path.exists():
        pytest.skip(f"the development data have no {name}")
    return path


def counted(dialogues: Sequence[Dialogue]) -> tuple[int, int, int]:
    turns = [turn for dialogue in dialogues for turn in dialogue.turns]
    return len(dialogues), len(turns), sum(len(turn.items) for turn in turns)


@pytest.mark.parametrize("name", COUNTS)
def test_development_data_have_the_counts_of_their_readme(name: str) -> None:
    dataset = load(development(name))
    items, interactions, users, talk = COUNTS[name]
    assert len(dataset.items) == items
    assert len(dataset.interactions) == interactions
    assert len(dataset.interactions.user_ids) == users
    parts = {"train": dataset.dialogues, **dataset.held_out}
    assert {part: counted(said) for part, said in parts.items() if said} == talk
    assert dataset.dropped == ()


@pytest.mark.parametrize("name", FURTHER)
def test_further_dialogues_of_the_development_data(name: str) -> None:
    assert counted(read_dialogues(development(name))) == FURTHER[name]


def test_dialogues_without_items_are_no_data_set(tmp_path: Path) -> None:
    (tmp_path / "dialogues.jsonl").write_text('{"dialogue_id": "1", "turns": []}\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"dialogues but no items, so there is nothing to recommend: add"):
        load(tmp_path)
