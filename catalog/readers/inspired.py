"""INSPIRED: sociable recommendation dialogues, with the strategies of the recommender."""

import re
from collections.abc import Iterable, Iterator, Mapping

from catalog import values
from catalog.archives import Archive
from catalog.dataset import Dataset
from catalog.dialogues import Dialogue, Role, Turn
from catalog.errors import DataError
from catalog.interactions import Interactions
from catalog.items import Item, Items, split_title
from catalog.progress import Progress
from catalog.rawtables import Table, separated_table
from catalog.readers.layout import Layout, column

SOURCE = (
    "INSPIRED; Hayati et al., INSPIRED: Toward Sociable Recommendation Dialog Systems, EMNLP 2020; "
    "no licence file: do not redistribute"
)
FILMS = "movie_database.tsv"
SPLITS = {"train": "train.tsv", "dev": "dev.tsv", "test": "test.tsv"}
ROLES: Mapping[str, Role] = {"SEEKER": "user", "RECOMMENDER": "assistant"}
LABELS = ("expert_label", "first_label")
OUTCOMES = ("fine_label", "case")
ATTRIBUTES = {
    "genre": "genre",
    "genres": "genre",
    "actors": "actor",
    "director": "director",
    "language": "language",
}
_BROKEN = re.compile("\ufffd+")
_NOT_SLUG = re.compile(r"[^\w]+")


def _read(archive: Archive, progress: Progress | None) -> Dataset:
    tables = {split: _table(archive, name, progress) for split, name in SPLITS.items() if name in archive}
    films = {film.item_id: film for film in _database(archive)}
    for table in tables.values():
        for name in _mentioned(table):
            films.setdefault(_slug(name), _film(name))
    items = Items(films.values())
    said = {split: tuple(_dialogues(table)) for split, table in tables.items()}
    train = said.pop("train", ())
    return Dataset(
        "inspired", items, Interactions.of([], []), train, noun="film", source=SOURCE, held_out=said
    )


def _table(archive: Archive, name: str, progress: Progress | None) -> Table:
    if progress:
        progress(f"read {name}", 0, None)
    table = separated_table(archive.read(name), archive.place(name), separator="\t")
    table.require("dialog_id", "speaker", "text", "movies")
    return table


def _database(archive: Archive) -> Iterator[Item]:
    """The films of the makers' own table, when it is there."""
    if FILMS not in archive:
        return
    table = separated_table(archive.read(FILMS), archive.place(FILMS), separator="\t")
    table.require("title")
    texts = column(table, "plot", values.optional_text, absent=None)
    named = {name: table.convert(name, _parts) for name in ATTRIBUTES if name in table.columns}
    years = column(table, "year", values.optional_text, absent=None)
    for row, title in enumerate(table.convert("title", values.optional_text)):
        if title:
            has_year = split_title(title)[1] is not None or years[row] is None
            attributes = {ATTRIBUTES[name]: cells[row] for name, cells in named.items() if cells[row]}
            yield _film(title if has_year else f"{title} ({years[row]})", texts[row], attributes)


def _parts(cell: object) -> tuple[str, ...]:
    return values.texts(str(cell or "").replace(";", ","), separator=",")


def _film(
    name: str, text: str | None = None, attributes: Mapping[str, tuple[str, ...]] | None = None
) -> Item:
    title, year, aliases = split_title(name)
    return Item(_slug(name), title, year, text, attributes or {}, aliases=aliases)


def _slug(name: str) -> str:
    return _NOT_SLUG.sub("-", name.casefold()).strip("-") or name


def _films_of(cell: object) -> list[str]:
    """The films of a turn, in order of mention."""
    return [name for part in str(cell or "").split(";") if (name := part.strip())]


def _mentioned(table: Table) -> Iterable[str]:
    return (name for cell in table.columns["movies"] for name in _films_of(cell))


def _dialogues(table: Table) -> Iterator[Dialogue]:
    turns: dict[str, list[Turn]] = {}
    outcome: dict[str, str] = {}
    ids = table.convert("dialog_id", values.identifier)
    for row, dialogue_id in enumerate(ids):
        turns.setdefault(dialogue_id, []).append(_turn(table, row))
        outcome[dialogue_id] = _first(table, row, OUTCOMES) or ""
    for dialogue_id, said in turns.items():
        extra = {"outcome": outcome[dialogue_id]} if outcome[dialogue_id] else {}
        yield Dialogue(dialogue_id.removesuffix(".pkl"), tuple(said), extra=extra)


def _turn(table: Table, row: int) -> Turn:
    speaker = str(table.columns["speaker"][row]).upper()
    if speaker not in ROLES:
        raise DataError(
            f"The speaker must be {' or '.join(ROLES)}.",
            file=table.path,
            line=table.lines[row],
            column="speaker",
            value=speaker,
        )
    second = _first(table, row, ("second_label",))
    return Turn(
        ROLES[speaker],
        _BROKEN.sub("'", str(table.columns["text"][row])).replace("QUOTATION_MARK", '"'),
        tuple(map(_slug, _films_of(table.columns["movies"][row]))),
        strategy=_first(table, row, LABELS),
        extra={"second_strategy": second} if second else {},
    )


def _first(table: Table, row: int, names: Iterable[str]) -> str | None:
    """The first of the columns that is there and filled; the makers renamed some."""
    cells = (str(table.columns[name][row] or "") for name in names if name in table.columns)
    return next((cell for cell in cells if cell), None)


INSPIRED = Layout("inspired", tuple((name,) for name in SPLITS.values()), _read)
