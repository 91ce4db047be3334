"""The three tables of a domain, validated: items, interactions, dialogues."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from catalog import garbage, values
from catalog.dialogues import Dialogue, Feedback, Turn
from catalog.errors import DataError, shortened
from catalog.interactions import Interactions, RatingScale
from catalog.items import Item, Items
from catalog.rawtables import Table, read_table

VALUE_SEPARATOR = "|"
REPORTED_ROWS = 100
OTHER_TITLES = "aka"
_ITEM_FIELDS = ("item_id", "title", "year", "text", "image", "aliases", "attributes")
_INTERACTION_FIELDS = ("user_id", "item_id", "rating", "timestamp")
_DIALOGUE_FIELDS = ("dialogue_id", "user_id", "turns", "feedback")
_TURN_FIELDS = ("role", "text", "items", "intents", "strategy")


@garbage.left_alone()
def read_items(path: str | Path) -> list[Item]:
    """The items of a table, in its order.

    Columns that the format does not name become attributes; outside JSON Lines their values
    are cut at "|". An attribute `aka` becomes the aliases. Raises DataError for an empty
    table, a missing column, a repeated id and a value of the wrong kind.
    """
    table = read_table(Path(path))
    if not len(table):
        raise DataError("The catalogue is empty; it needs at least one item.", file=path)
    table.require("item_id", "title")
    ids = table.convert("item_id", values.identifier)
    _check_unique(table, ids)
    titles = table.convert("title", values.required_text)
    absent = [None] * len(table)
    years = table.convert("year", values.optional_year) if "year" in table.columns else absent
    text = table.convert("text", values.optional_text) if "text" in table.columns else absent
    image = table.convert("image", values.optional_text) if "image" in table.columns else absent
    attributes = _attributes(table)
    aliases = _value_column(table, "aliases") if "aliases" in table.columns else [()] * len(table)
    return [
        Item(
            item_id=ids[row],
            title=titles[row],
            year=years[row],
            text=text[row],
            image=image[row],
            aliases=tuple(dict.fromkeys(aliases[row] + attributes[row].pop(OTHER_TITLES, ()))),
            attributes=attributes[row],
        )
        for row in range(len(table))
    ]


def _check_unique(table: Table, ids: Sequence[str]) -> None:
    first: dict[str, int] = {}
    for row, item_id in enumerate(ids):
        if first.setdefault(item_id, row) != row:
            line = table.lines[first[item_id]]
            raise table.error(
                f"The id is already that of line {line}; ids must be unique.", row=row, column="item_id"
            )


def _value_column(table: Table, name: str) -> list[tuple[str, ...]]:
    separator = None if table.is_json else VALUE_SEPARATOR
    return table.convert(name, lambda value: values.texts(value, separator=separator))


def _attributes(table: Table) -> list[dict[str, tuple[str, ...]]]:
    """The attributes of each row: those of the `attributes` object, then the further columns."""
    rows: list[dict[str, tuple[str, ...]]] = [{} for _ in range(len(table))]
    if "attributes" in table.columns:
        rows = table.convert("attributes", _attribute_object)
    for name in table.columns:
        if name not in _ITEM_FIELDS:
            for row, found in zip(rows, _value_column(table, name), strict=True):
                if found:
                    row[name] = found
    return rows


def _attribute_object(value: object) -> dict[str, tuple[str, ...]]:
    found = {name: values.texts(part) for name, part in values.mapping(value).items()}
    return {name: part for name, part in found.items() if part}


def read_interactions(
    path: str | Path, items: Items, *, scale: RatingScale | None = None
) -> tuple[Interactions, list[str]]:
    """The interactions of a table, and one report for each thing that was left out.

    Rows whose item is not in `items` are left out and reported with their lines; of repeated
    pairs the latest stays. The rating and time columns are optional, but have no gaps.
    Further columns are kept as texts. Raises DataError.
    """
    return interactions_of(read_table(Path(path)), items, scale=scale)


def interactions_of(
    table: Table, items: Items, *, scale: RatingScale | None = None
) -> tuple[Interactions, list[str]]:
    """As `read_interactions`, from a table that is already read."""
    table.require("user_id", "item_id")
    users = table.convert("user_id", values.identifier)
    ids = table.convert("item_id", values.identifier)
    rating = table.convert("rating", values.rating) if "rating" in table.columns else None
    time = table.convert("timestamp", values.seconds) if "timestamp" in table.columns else None
    index = {item_id: row for row, item_id in enumerate(items.ids)}
    known = [row for row, item_id in enumerate(ids) if item_id in index]
    reports = _unknown_items(table, ids, items)
    if ids and not known:
        raise table.error("No row names an item of the catalogue; compare the ids.", row=0, column="item_id")
    if scale and rating is not None:
        _check_scale(table, rating, scale)
    further = [name for name in table.columns if name not in _INTERACTION_FIELDS]
    interactions = Interactions.of(
        [users[row] for row in known],
        [index[ids[row]] for row in known],
        rating=None if rating is None else [rating[row] for row in known],
        timestamp=None if time is None else [time[row] for row in known],
        scale=scale,
        attributes={name: _text_cells(table, name, known) for name in further},
    )
    if repeated := len(known) - len(interactions):
        reports.append(f"{table.path}: {repeated} repeated pairs of user and item; the latest of each stays.")
    return interactions, reports


def _text_cells(table: Table, name: str, rows: Sequence[int]) -> list[str]:
    cells = table.columns[name]
    return ["" if cells[row] is None else str(cells[row]) for row in rows]


def _check_scale(table: Table, rating: Sequence[float], scale: RatingScale) -> None:
    for row, value in enumerate(rating):
        if not scale.low <= value <= scale.high:
            raise table.error(
                f"The rating lies outside the scale {scale.low:g} to {scale.high:g}.",
                row=row,
                column="rating",
            )


def _unknown_items(table: Table, ids: Sequence[str], items: Items) -> list[str]:
    unknown = [row for row, item_id in enumerate(ids) if item_id not in items]
    reports = [
        f"{table.path}, line {table.lines[row]}, column 'item_id': {shortened(ids[row])} "
        "is not in the catalogue; the row is left out."
        for row in unknown[:REPORTED_ROWS]
    ]
    if more := len(unknown) - len(reports):
        reports.append(f"{table.path}: {more} more rows name items that are not in the catalogue.")
    return reports


def read_dialogues(path: str | Path) -> tuple[Dialogue, ...]:
    """The dialogues of a JSON Lines file, in its order.

    Fields that the format does not name are kept in `extra`. Raises DataError.
    """
    table = read_table(Path(path))
    if not len(table):
        return ()
    table.require("dialogue_id", "turns")
    ids = table.convert("dialogue_id", values.identifier)
    turns = table.convert("turns", _turns)
    absent = [None] * len(table)
    users = table.convert("user_id", _optional_id) if "user_id" in table.columns else absent
    feedback = table.convert("feedback", _feedback) if "feedback" in table.columns else None
    further = [name for name in table.columns if name not in _DIALOGUE_FIELDS]
    return tuple(
        Dialogue(
            ids[row],
            turns[row],
            user_id=users[row],
            feedback=feedback[row] if feedback else {},
            extra={name: value for name in further if (value := table.columns[name][row]) is not None},
        )
        for row in range(len(table))
    )


def _optional_id(value: object) -> str | None:
    return None if value is None else values.identifier(value)


def _turns(value: object) -> tuple[Turn, ...]:
    if not isinstance(value, list):
        raise values.BadValueError("This must be a list of turns.")
    return tuple(_turn(part, number) for number, part in enumerate(value, 1))


def _turn(value: object, number: int) -> Turn:
    try:
        fields = values.mapping(value)
        return Turn(
            _role(fields.get("role")),
            values.any_text(fields.get("text")),
            items=values.identifiers(fields.get("items")),
            intents=values.texts(fields.get("intents")),
            strategy=values.optional_text(fields.get("strategy")),
            extra={name: part for name, part in fields.items() if name not in _TURN_FIELDS},
        )
    except values.BadValueError as error:
        raise values.BadValueError(f"Turn {number} cannot be used: {error}") from error


def _role(value: object) -> Literal["user", "assistant"]:
    if value == "user":
        return "user"
    if value == "assistant":
        return "assistant"
    raise values.BadValueError('The role must be "user" or "assistant".')


def _feedback(value: object) -> Mapping[str, Feedback]:
    return {item_id: _one_feedback(part) for item_id, part in values.mapping(value).items()}


def _one_feedback(value: object) -> Feedback:
    fields = values.mapping(value)
    truths = (values.optional_truth(fields.get(name)) for name in ("liked", "seen", "suggested"))
    return Feedback(*truths)
