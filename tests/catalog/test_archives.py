import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog import ConfigError, DataError, Dataset, load

# Made up: two films, two people, three ratings, in each of the shapes that GroupLens uses.
CSV = {
    "movies.csv": 'movieId,title,genres\n1,"Blechtrommel, Die (Tin Drum, The) (1979)",Drama|War\n'
    "2,Amélie,(no genres listed)\n",
    "ratings.csv": "userId,movieId,rating,timestamp\n7,1,4.5,100\n7,2,0.5,101\n8,2,3.0,50\n",
    "tags.csv": "userId,movieId,tag,timestamp\n",
}
DAT = {
    "movies.dat": "1::Blechtrommel, Die (Tin Drum, The) (1979)::Drama|War\n2::Amélie::(no genres listed)\n",
    "ratings.dat": "7::1::4.5::100\n7::2::0.5::101\n8::2::3::50\n",
}
FLAGS = {"Drama": 8, "War": 17, "unknown": 0}


def flags(*genres: str) -> str:
    return "|".join("1" if place in {FLAGS[genre] for genre in genres} else "0" for place in range(19))


U = {
    "u.item": f"1|Blechtrommel, Die (Tin Drum, The) (1979)|01-Jan-1979||http://x|{flags('Drama', 'War')}\n"
    f"2|Amélie||||{flags('unknown')}\n",
    "u.data": "7\t1\t4.5\t100\n7\t2\t0.5\t101\n8\t2\t3\t50\n",
}
SHAPES = [(CSV, "utf-8"), (DAT, "utf-8"), (DAT, "latin-1"), (U, "latin-1")]
Put = Callable[[Path, dict[str, bytes]], Path]


def as_folder(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def as_nested_folder(folder: Path, files: dict[str, bytes]) -> Path:
    (folder / "ml-test").mkdir()
    as_folder(folder / "ml-test", files)
    return folder


def as_zip(folder: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(folder / "ml-test.zip", "w") as archive:
        for name, data in files.items():
            archive.writestr(f"ml-test/{name}", data)
    return folder / "ml-test.zip"


@pytest.mark.parametrize("put", [as_folder, as_nested_folder, as_zip])
@pytest.mark.parametrize(("files", "encoding"), SHAPES, ids=["csv", "dat", "dat-latin", "u"])
def test_every_shape_gives_the_same(tmp_path: Path, put: Put, files: dict[str, str], encoding: str) -> None:
    archive = put(tmp_path, {name: text.encode(encoding) for name, text in files.items()})
    dataset = load("movielens-small", archive=archive)
    assert_is_the_test_set(dataset)
    assert archive.name in dataset.source


def assert_is_the_test_set(dataset: Dataset) -> None:
    drum, amelie = dataset.items
    assert (drum.item_id, drum.title, drum.year) == ("1", "Die Blechtrommel", 1979)
    assert drum.aliases == ("The Tin Drum",)
    assert drum.attributes == {"genre": ("Drama", "War")}
    assert (amelie.title, amelie.year, amelie.attributes) == ("Amélie", None, {})
    rows = dataset.interactions
    assert rows.user_ids == ("7", "8")
    assert rows.matrix(2).toarray().tolist() == [[4.5, 0.5], [0, 3]]
    assert dataset.noun == "film"


def test_a_bad_row_in_a_zip_is_named(tmp_path: Path) -> None:
    files = CSV | {"ratings.csv": "userId,movieId,rating,timestamp\n7,1,many,100\n"}
    archive = as_zip(tmp_path, {name: text.encode() for name, text in files.items()})
    with pytest.raises(DataError, match=r"ml-test.zip/ml-test/ratings.csv, line 2, column 'rating'.*'many'"):
        load("movielens-100k", archive=archive)


def test_what_is_no_archive_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"not movielens-small: it has not movies\.csv with ratings\.csv"):
        load("movielens-small", archive=tmp_path)
    with pytest.raises(DataError, match="no such file"):
        load("movielens-small", archive=tmp_path / "ml.zip")
    (tmp_path / "ml.zip").write_bytes(b"no zip")
    with pytest.raises(DataError, match="not a zip"):
        load("movielens-small", archive=tmp_path / "ml.zip")


def test_an_archive_goes_with_a_built_in_set(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a folder"):
        load(tmp_path, archive=tmp_path)
