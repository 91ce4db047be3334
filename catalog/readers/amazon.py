"""Amazon Reviews 2023: one category, its products and who rated them."""

from collections.abc import Iterator, Mapping

from catalog import values
from catalog.archives import Archive
from catalog.dataset import Dataset
from catalog.errors import DataError
from catalog.items import Item, Items
from catalog.progress import Progress
from catalog.ratings import Columns, Row, comma_rows, rated, text_lines
from catalog.rawtables import json_record
from catalog.readers.layout import Layout

SOURCE = (
    "Amazon Reviews 2023, McAuley Lab; Hou et al., Bridging Language and Items for Retrieval and "
    "Recommendation, 2024; research use"
)
PRODUCTS, ENDING = "meta_", ".jsonl"
FIELDS = ("user_id", "parent_asin", "rating", "timestamp")
LONGEST_TEXT = 2000


def _read(archive: Archive, progress: Progress | None) -> Dataset:
    category = _category(archive)
    nameless: list[str] = []
    items = Items(_products(archive, f"{PRODUCTS}{category}{ENDING}", nameless, progress))
    table = f"{category}.csv"
    name = table if table in archive else f"{category}{ENDING}"
    rows = (
        comma_rows(archive, name, progress=progress) if name == table else _reviews(archive, name, progress)
    )
    columns = Columns(FIELDS, per_second=1000)
    found, dropped = rated(rows, items, columns, place=archive.place(name))
    if nameless:
        dropped.append(f"{len(nameless)} products without a title are left out, such as {nameless[0]!r}.")
    title = f"amazon-{category.lower().replace('_', '-')}"
    return Dataset(title, items, found, noun="product", source=SOURCE, dropped=tuple(dropped))


def _category(archive: Archive) -> str:
    """The category whose products and reviews are both there."""
    found = categories(archive)
    if len(found) != 1:
        there = ", ".join(found)
        raise DataError(
            f"There are several categories ({there}); give a folder with the two files of one.",
            file=archive.path,
        )
    return found[0]


def categories(archive: Archive) -> list[str]:
    names = sorted(name for name in archive.members if name.startswith(PRODUCTS) and name.endswith(ENDING))
    found = [name.removeprefix(PRODUCTS).removesuffix(ENDING) for name in names]
    return [one for one in found if f"{one}{ENDING}" in archive or f"{one}.csv" in archive]


def _records(
    archive: Archive, name: str, progress: Progress | None
) -> Iterator[tuple[int, Mapping[str, object]]]:
    for line, text in text_lines(archive, name, encoding="utf-8", progress=progress):
        yield line, json_record(text, archive.place(name), line)


def _products(archive: Archive, name: str, nameless: list[str], progress: Progress | None) -> Iterator[Item]:
    for line, record in _records(archive, name, progress):
        try:
            item_id = values.identifier(record.get("parent_asin"))
            title = values.optional_text(record.get("title"))
            if title is None:
                nameless.append(item_id)
                continue
            yield Item(
                item_id,
                title.strip(),
                text=_text(record),
                attributes=_attributes(record),
                image=_image(record.get("images")),
            )
        except values.BadValueError as error:
            raise DataError(str(error), file=archive.place(name), line=line) from error


def _text(record: Mapping[str, object]) -> str | None:
    parts = values.texts(record.get("description")) or values.texts(record.get("features"))
    return " ".join(" ".join(parts).split())[:LONGEST_TEXT] or None


def _attributes(record: Mapping[str, object]) -> dict[str, tuple[str, ...]]:
    categories_of = values.texts(record.get("categories")) or values.texts(record.get("main_category"))
    found = {
        "category": categories_of,
        "brand": values.texts(record.get("store")),
        "author": _author(record.get("author")),
    }
    return {name: part for name, part in found.items() if part}


def _author(value: object) -> tuple[str, ...]:
    """Books have an object about their author."""
    return values.texts(value.get("name")) if isinstance(value, dict) else ()


def _image(value: object) -> str | None:
    first = value[0] if isinstance(value, list) and value else None
    return values.optional_text(first.get("large")) if isinstance(first, dict) else None


def _reviews(archive: Archive, name: str, progress: Progress | None) -> Iterator[Row]:
    for line, record in _records(archive, name, progress):
        yield line, ["" if (cell := record.get(field)) is None else str(cell) for field in FIELDS]


class _AnyCategory(Layout):
    """Its files are named after the category."""

    def fits(self, archive: Archive) -> bool:
        return bool(categories(archive))


AMAZON = _AnyCategory("amazon-2023", (("meta_CATEGORY.jsonl", "CATEGORY.jsonl"),), _read)
