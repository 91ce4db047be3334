"""Last.fm of HetRec 2011: how often people listened to artists, and the tags that they gave them."""

from collections import Counter

from catalog import values
from catalog.archives import Archive
from catalog.dataset import Dataset
from catalog.items import Item, Items
from catalog.progress import Progress
from catalog.rawtables import Table, separated_table
from catalog.readers.layout import Layout, column, renamed
from catalog.readers.movielens import most_used
from catalog.tables import interactions_of

SOURCE = (
    "Last.fm, http://www.last.fm, HetRec 2011; Cantador, Brusilovsky and Kuflik, RecSys 2011; "
    "non-commercial use"
)
ARTISTS, LISTENED = "artists.dat", "user_artists.dat"
TAGS, TAGGED = "tags.dat", "user_taggedartists.dat"


def _read(archive: Archive, progress: Progress | None) -> Dataset:
    if progress:
        progress(f"read {archive.path.name}", 0, None)
    items = Items(_artists(archive))
    listened = _table(archive, LISTENED)
    listened.require("userID", "artistID", "weight")
    listened.convert("weight", values.rating)
    rows, dropped = interactions_of(renamed(listened, {"userID": "user_id", "artistID": "item_id"}), items)
    return Dataset("lastfm", items, rows, noun="artist", source=SOURCE, dropped=tuple(dropped))


def _table(archive: Archive, name: str) -> Table:
    """The tags are Latin-1, the rest is UTF-8."""
    encoding = "latin-1" if name == TAGS else "utf-8-sig"
    return separated_table(archive.read(name), archive.place(name), separator="\t", encoding=encoding)


def _artists(archive: Archive) -> list[Item]:
    table = _table(archive, ARTISTS)
    table.require("id", "name")
    ids = table.convert("id", values.identifier)
    names = table.convert("name", values.required_text)
    pictures = column(table, "pictureURL", values.optional_text, absent=None)
    tags = _tags(archive)
    return [
        Item(item_id, name, attributes={"tag": tags[item_id]} if item_id in tags else {}, image=picture)
        for item_id, name, picture in zip(ids, names, pictures, strict=True)
    ]


def _tags(archive: Archive) -> dict[str, tuple[str, ...]]:
    """The tags of each artist that most people gave; empty without the tables."""
    if TAGS not in archive or TAGGED not in archive:
        return {}
    names, given = _table(archive, TAGS), _table(archive, TAGGED)
    names.require("tagID", "tagValue")
    given.require("artistID", "tagID")
    named = dict(zip(map(str, names.columns["tagID"]), map(str, names.columns["tagValue"]), strict=True))
    counts: dict[str, Counter[str]] = {}
    for artist, tag in zip(given.columns["artistID"], given.columns["tagID"], strict=True):
        if name := named.get(str(tag)):
            counts.setdefault(str(artist), Counter())[name] += 1
    return {artist: most_used(found) for artist, found in counts.items()}


LASTFM = Layout("lastfm", ((ARTISTS, LISTENED),), _read)
