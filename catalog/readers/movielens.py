"""MovieLens of every size, and MovieTweetings, which is published in the same way."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from catalog import values
from catalog.archives import Archive
from catalog.dataset import Dataset
from catalog.errors import DataError
from catalog.items import Item, Items, split_title
from catalog.progress import Progress
from catalog.ratings import Columns, Row, comma_rows, rated, separated_rows
from catalog.rawtables import Table, separated_table
from catalog.readers.layout import Layout, comma_table, renamed

NOUN = "film"
CITATION = (
    "Harper and Konstan, The MovieLens Datasets, ACM TiiS 5(4), 2015; "
    "GroupLens terms: no commercial use and no redistribution without permission"
)
TWEETS = (
    "Dooms, De Pessemier and Martens, MovieTweetings: a Movie Rating Dataset Collected From Twitter, "
    "CrowdRec 2013; MIT licence"
)
NO_GENRE = frozenset({"", "(no genres listed)", "unknown"})
GENRES_100K = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime", "Documentary"),
    *("Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery", "Romance", "Sci-Fi"),
    *("Thriller", "War", "Western"),
)
FILMS = ("item_id", "title", "genres")
FILMS_100K = ("item_id", "title", "released", "video_released", "url", *GENRES_100K)
RATINGS = ("userId", "movieId", "rating", "timestamp")
MOST_TAGS = 10


def film(item_id: str, raw_title: str, genres: Iterable[str], tags: tuple[str, ...] = ()) -> Item:
    """A film of MovieLens, whose title has its article behind and its year in brackets."""
    title, year, aliases = split_title(raw_title)
    found = tuple(dict.fromkeys(genre for genre in genres if genre not in NO_GENRE))
    attributes = {name: value for name, value in (("genre", found), ("tag", tags)) if value}
    return Item(item_id, title, year, attributes=attributes, aliases=aliases)


def _read_csv(archive: Archive, progress: Progress | None) -> Dataset:
    films = comma_table(archive, "movies.csv")
    films.require("movieId", "title", "genres")
    tags = _tags(archive, progress) if "tags.csv" in archive else {}
    items = _films(renamed(films, {"movieId": "item_id"}), tags)
    return _rated(archive, items, comma_rows(archive, "ratings.csv", progress=progress), "ratings.csv")


def _tags(archive: Archive, progress: Progress | None) -> dict[str, tuple[str, ...]]:
    """The tags of each film in lower case, the most used first."""
    used: dict[str, Counter[str]] = {}
    for line, row in comma_rows(archive, "tags.csv", progress=progress):
        if len(row) != len(RATINGS):
            raise DataError(
                "The row is not user, film, tag and time.", file=archive.place("tags.csv"), line=line
            )
        if tag := row[2].strip().lower():
            used.setdefault(row[1], Counter())[tag] += 1
    return {film_id: most_used(counts) for film_id, counts in used.items()}


def most_used(counts: Counter[str]) -> tuple[str, ...]:
    """The tags that are used most, equals in the order of the alphabet."""
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(tag for tag, _ in ordered[:MOST_TAGS])


def _read_dat(archive: Archive, progress: Progress | None) -> Dataset:
    data = archive.read("movies.dat")
    place = archive.place("movies.dat")
    films = separated_table(data, place, separator="::", names=FILMS, encoding=_encoding(data))
    items = _films(films, {})
    rows = separated_rows(archive, "ratings.dat", separator="::", progress=progress)
    return _rated(archive, items, rows, "ratings.dat")


def _encoding(data: bytes) -> str:
    """1M is Latin-1, 10M is UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "latin-1"
    return "utf-8"


def _films(table: Table, tags: dict[str, tuple[str, ...]]) -> Items:
    ids = table.convert("item_id", values.identifier)
    titles = table.convert("title", values.required_text)
    genres = (str(cell).split("|") for cell in table.columns["genres"])
    return Items(film(*row, tags.get(row[0], ())) for row in zip(ids, titles, genres, strict=True))


def _read_u(archive: Archive, progress: Progress | None) -> Dataset:
    place = archive.place("u.item")
    table = separated_table(
        archive.read("u.item"), place, separator="|", names=FILMS_100K, encoding="latin-1"
    )
    flags = zip(*(table.columns[genre] for genre in GENRES_100K), strict=True)
    genres = [[genre for genre, flag in zip(GENRES_100K, row, strict=True) if flag == "1"] for row in flags]
    ids = table.convert("item_id", values.identifier)
    titles = table.convert("title", values.required_text)
    items = Items(film(*row) for row in zip(ids, titles, genres, strict=True))
    return _rated(
        archive, items, separated_rows(archive, "u.data", separator="\t", progress=progress), "u.data"
    )


def _rated(archive: Archive, items: Items, rows: Iterator[Row], name: str) -> Dataset:
    found, dropped = rated(rows, items, Columns(RATINGS), place=archive.place(name))
    source = f"MovieLens, {archive.path.name}; {CITATION}"
    return Dataset("movielens", items, found, noun=NOUN, source=source, dropped=tuple(dropped))


def _read_tweets(archive: Archive, progress: Progress | None) -> Dataset:
    """IMDb numbers are the ids, with their leading zeros."""
    source = f"MovieTweetings, {archive.path.name}; {TWEETS}"
    return replace(_read_dat(archive, progress), name="movietweetings", source=source)


def _read(archive: Archive, progress: Progress | None) -> Dataset:
    shape = next(read for names, read in _SHAPES.items() if all(name in archive for name in names))
    return shape(archive, progress)


_SHAPES = {
    ("movies.csv", "ratings.csv"): _read_csv,
    ("movies.dat", "ratings.dat"): _read_dat,
    ("u.item", "u.data"): _read_u,
}
MOVIELENS = Layout("movielens", tuple(_SHAPES), _read)
MOVIETWEETINGS = Layout("movietweetings", (("movies.dat", "ratings.dat", "users.dat"),), _read_tweets)
