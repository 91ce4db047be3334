"""What the card of an item holds, the text by which it is found: a template, and the file that keeps it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError, field_validator

from catalog.errors import DataError
from catalog.items import Items

CARD = "card.json"
"""The file of a template in a folder with tables."""
CardField: TypeAlias = Literal["label", "title", "year", "attributes", "text"]


class CardTemplate(BaseModel):
    """Which fields of an item are on its card, and in which order."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    fields: tuple[CardField, ...] = ("label", "attributes", "text")
    """Each at most once; `label` is the title with its year, and one of `label` and `title` is there."""
    attributes: Mapping[str, PositiveInt] | None = None
    """Which, in this order, and how many values of each at most; None: all as the item has them, eight of each."""
    text: PositiveInt = 500
    """Characters of the text at most; it is cut behind a sentence."""

    @field_validator("fields")
    @classmethod
    def _names_the_item_once(cls, fields: tuple[CardField, ...]) -> tuple[CardField, ...]:
        if len(set(fields)) < len(fields) or len({"label", "title"}.intersection(fields)) != 1:
            raise ValueError("each field is there at most once, and one of label and title is")
        return fields

    def check(self, items: Items, *, file: Path) -> None:
        """Raise DataError where an attribute is named that no item has."""
        known = items.attribute_names()
        if strange := [name for name in self.attributes or () if name not in known]:
            raise DataError(
                f"The card names an attribute that no item has; there are {', '.join(known) or 'none'}.",
                file=file,
                value=strange[0],
            )


def read_card(path: Path, items: Items) -> CardTemplate:
    """The template of the file, for these items. Raises DataError for one that cannot be read or does not fit."""
    try:
        template = CardTemplate.model_validate_json(path.read_bytes())
    except OSError as error:
        raise DataError(f"The card cannot be read ({error.strerror}).", file=path) from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise DataError(
            f"This is no card ({': '.join(filter(None, (place, first['msg'])))}); correct the file, or delete it "
            "for the default card.",
            file=path,
        ) from error
    template.check(items, file=path)
    return template


def write_card(path: Path, template: CardTemplate) -> None:
    """Whole or not at all. Raises DataError."""
    scratch = path.with_suffix(".part")
    try:
        scratch.write_text(template.model_dump_json(indent=2) + "\n", encoding="utf-8")
        scratch.replace(path)
    except OSError as error:
        raise DataError(f"The card cannot be written ({error.strerror}).", file=path) from error
