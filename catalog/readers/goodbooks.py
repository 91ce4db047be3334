"""goodbooks-10k: ratings of the books that Goodreads readers rate most."""

import re
from collections import Counter

from catalog import values
from catalog.archives import Archive
from catalog.dataset import Dataset
from catalog.items import Item, Items
from catalog.progress import Progress
from catalog.ratings import Columns, comma_rows, rated
from catalog.readers.layout import Layout, column, comma_table
from catalog.readers.movielens import most_used

SOURCE = "goodbooks-10k, https://github.com/zygmuntz/goodbooks-10k; Zajac, 2017; CC BY-SA 4.0"
RATINGS = ("user_id", "book_id", "rating")
GENRES = frozenset(
    {"fiction", "contemporary", "fantasy", "romance", "mystery", "young adult", "classics", "thriller"}
    | {"historical fiction", "suspense", "science fiction", "nonfiction", "history", "crime", "comics"}
    | {"literary fiction", "childrens", "horror", "biography", "philosophy", "memoir", "psychology"}
    | {"politics", "mythology", "graphic novels", "magical realism", "poetry", "economics", "manga"}
    | {"true crime"}
)
FEWEST_SHELVES = 5
_SERIES = re.compile(r"^(?P<title>.+?)\s*\((?P<series>[^()]+?),?\s*#\S[^()]*\)$")
_OF_THE_READER = re.compile(
    r"\b(?:read|reads|reading|own|owned|have|buy|wish|want|list|books?|novels?|library|kindle|e?books?|audio\w*|"
    r"favou?rites?|faves?|series|shelf|shelfari|default|abandoned|finish\w*|dnf|stars?|re|my|to|all|general|\d+\w*)\b"
)


def _read(archive: Archive, progress: Progress | None) -> Dataset:
    items = Items(_books(archive))
    rows = comma_rows(archive, "ratings.csv", progress=progress)
    columns = Columns(RATINGS, time=None)
    found, dropped = rated(rows, items, columns, place=archive.place("ratings.csv"))
    return Dataset("goodbooks", items, found, noun="book", source=SOURCE, dropped=tuple(dropped))


def _books(archive: Archive) -> list[Item]:
    table = comma_table(archive, "books.csv")
    table.require("book_id", "title", "authors")
    ids = table.convert("book_id", values.identifier)
    titles = table.convert("title", values.required_text)
    authors = table.convert("authors", lambda cell: values.texts(cell, separator=","))
    years = column(table, "original_publication_year", values.optional_year, absent=None)
    images = column(table, "image_url", values.optional_text, absent=None)
    goodreads = column(table, "goodreads_book_id", values.optional_text, absent=None)
    shelves = _shelves(archive)
    shelved = [shelves.get(key or "", Counter()) for key in goodreads]
    return [_book(*row) for row in zip(ids, titles, years, authors, images, shelved, strict=True)]


def _book(
    item_id: str,
    raw_title: str,
    year: int | None,
    authors: tuple[str, ...],
    image: str | None,
    shelves: Counter[str],
) -> Item:
    """The title without the series in brackets; a shelf is a genre, a tag, or the reader's own affair."""
    found = _SERIES.match(" ".join(raw_title.split()))
    title = found["title"] if found else " ".join(raw_title.split())
    genres = tuple(sorted(shelf for shelf in shelves if shelf in GENRES))
    tags = Counter({shelf: n for shelf, n in shelves.items() if _is_tag(shelf)})
    attributes = {
        "author": tuple(" ".join(author.split()) for author in authors),
        "genre": genres,
        "tag": most_used(tags),
        "series": (found["series"],) if found else (),
    }
    kept = {name: part for name, part in attributes.items() if part}
    return Item(item_id, title, year, attributes=kept, image=image)


def _is_tag(shelf: str) -> bool:
    return shelf not in GENRES and shelf.isascii() and not _OF_THE_READER.search(shelf)


def _shelves(archive: Archive) -> dict[str, Counter[str]]:
    """How often each book, by its Goodreads id, was put on shelves of which name; empty without the tables."""
    if "book_tags.csv" not in archive or "tags.csv" not in archive:
        return {}
    names = comma_table(archive, "tags.csv")
    names.require("tag_id", "tag_name")
    named = {
        str(tag): " ".join(str(name).replace("-", " ").split())
        for tag, name in zip(names.columns["tag_id"], names.columns["tag_name"], strict=True)
    }
    table = comma_table(archive, "book_tags.csv")
    table.require("goodreads_book_id", "tag_id", "count")
    shelves: dict[str, Counter[str]] = {}
    counts = table.convert("count", lambda cell: int(values.rating(cell)))
    rows = zip(table.columns["goodreads_book_id"], table.columns["tag_id"], counts, strict=True)
    for book, tag, count in rows:
        if count >= FEWEST_SHELVES and (name := named.get(str(tag))):
            shelves.setdefault(str(book), Counter())[name] += count
    return shelves


GOODBOOKS = Layout("goodbooks", (("books.csv", "ratings.csv"),), _read)
