"""MovieLens as GroupLens publishes it: zipped or unpacked archives."""

import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path, PurePosixPath

from catalog.dataset import Dataset
from catalog.errors import DataError
from catalog.items import Item, Items, split_title
from catalog.rawtables import Table, csv_table, read_bytes, separated_table
from catalog.tables import interactions_of
from catalog.values import identifier, required_text

NOUN = "film"
CITATION = (
    "Harper and Konstan, The MovieLens Datasets, ACM TiiS 5(4), 2015; "
    "GroupLens terms: no commercial use and no redistribution without permission"
)
NO_GENRE = frozenset({"", "(no genres listed)", "unknown"})
GENRES_100K = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary"),
    *("Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi"),
    *("Thriller", "War", "Western"),
)
FILMS = ("item_id", "title", "genres")
FILMS_100K = ("item_id", "title", "released", "video_released", "url", *GENRES_100K)
RATINGS = ("user_id", "item_id", "rating", "timestamp")
DEPTH = 2
Files = Mapping[str, Callable[[], bytes]]


def film(item_id: str, raw_title: str, genres: Iterable[str]) -> Item:
    """A film of MovieLens, whose title has its article behind and its year in brackets."""
    title, year, aliases = split_title(raw_title)
    found = tuple(dict.fromkeys(genre for genre in genres if genre not in NO_GENRE))
    return Item(item_id, title, year, attributes={"genre": found} if found else {}, aliases=aliases)


def rated_films(name: str, films: Iterable[Item], ratings: Table, *, source: str) -> Dataset:
    """The data set of these films and the ratings of a table. Raises DataError."""
    items = Items(films)
    rows, dropped = interactions_of(ratings, items)
    return Dataset(name, items, rows, noun=NOUN, source=source, dropped=tuple(dropped))


def read_archive(archive: Path, *, name: str) -> Dataset:
    """The data set of an archive, a .zip or the folder it unpacks to.

    Known are `movies.csv` with `ratings.csv` (ml-latest, 20M and later), `movies.dat` with
    `ratings.dat` (1M, 10M) and `u.item` with `u.data` (100K). Raises DataError.
    """
    files = _files(archive)
    for (films, ratings), read in _SHAPES.items():
        if films in files and ratings in files:
            items, rows = read(files[films](), archive / films, files[ratings](), archive / ratings)
            return rated_films(name, items, rows, source=f"MovieLens, {archive.name}; {CITATION}")
    known = ", ".join(f"{films} with {ratings}" for films, ratings in _SHAPES)
    raise DataError(f"This is no MovieLens archive that is known: it has none of {known}.", file=archive)


def _files(archive: Path) -> Files:
    """The files of the archive by their bare names, each with what reads it."""
    if archive.is_dir():
        paths = [path for level in ("*", "*/*") for path in archive.glob(level) if path.is_file()]
        return {path.name: partial(read_bytes, path) for path in reversed(paths)}
    try:
        with zipfile.ZipFile(archive) as opened:
            names = [name for name in opened.namelist() if len(PurePosixPath(name).parts) <= DEPTH]
    except FileNotFoundError as error:
        raise DataError("There is no such file or folder; check the path.", file=archive) from error
    except (OSError, zipfile.BadZipFile) as error:
        raise DataError(f"This is not a folder and not a zip file ({error}).", file=archive) from error
    return {PurePosixPath(name).name: partial(_unzipped, archive, name) for name in names}


def _unzipped(archive: Path, name: str) -> bytes:
    try:
        with zipfile.ZipFile(archive) as opened:
            return opened.read(name)
    except (OSError, zipfile.BadZipFile) as error:
        raise DataError(f"{name} cannot be unpacked ({error}).", file=archive) from error


Shape = tuple[Sequence[Item], Table]


def _csv_shape(films: bytes, films_path: Path, ratings: bytes, ratings_path: Path) -> Shape:
    film_table = csv_table(films, films_path)
    rating_table = csv_table(ratings, ratings_path)
    film_table.require("movieId", "title", "genres")
    rating_table.require("userId", "movieId", "rating", "timestamp")
    names = {"userId": "user_id", "movieId": "item_id"}
    return _films(_renamed(film_table, names)), _renamed(rating_table, names)


def _renamed(table: Table, names: Mapping[str, str]) -> Table:
    return replace(table, columns={names.get(name, name): cells for name, cells in table.columns.items()})


def _dat_shape(films: bytes, films_path: Path, ratings: bytes, ratings_path: Path) -> Shape:
    encoding = _encoding(films)
    film_table = separated_table(films, films_path, separator="::", names=FILMS, encoding=encoding)
    return _films(film_table), separated_table(ratings, ratings_path, separator="::", names=RATINGS)


def _encoding(data: bytes) -> str:
    """1M is Latin-1, 10M is UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _films(table: Table) -> list[Item]:
    ids = table.convert("item_id", identifier)
    titles = table.convert("title", required_text)
    genres = (str(cell).split("|") for cell in table.columns["genres"])
    return [film(*row) for row in zip(ids, titles, genres, strict=True)]


def _u_shape(films: bytes, films_path: Path, ratings: bytes, ratings_path: Path) -> Shape:
    table = separated_table(films, films_path, separator="|", names=FILMS_100K, encoding="latin-1")
    flags = zip(*(table.columns[genre] for genre in GENRES_100K), strict=True)
    genres = [[genre for genre, flag in zip(GENRES_100K, row, strict=True) if flag == "1"] for row in flags]
    ids = table.convert("item_id", identifier)
    titles = table.convert("title", required_text)
    items = [film(*row) for row in zip(ids, titles, genres, strict=True)]
    return items, separated_table(ratings, ratings_path, separator="\t", names=RATINGS)


_SHAPES: Mapping[tuple[str, str], Callable[[bytes, Path, bytes, Path], Shape]] = {
    ("movies.csv", "ratings.csv"): _csv_shape,
    ("movies.dat", "ratings.dat"): _dat_shape,
    ("u.item", "u.data"): _u_shape,
}
