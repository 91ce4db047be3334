"""What was added to a data set since it was built: on disk before it shows, one line for each call."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import PydanticSerializationError

from catalog import DataError, Dataset, Interactions, Item
from catalog.journal import Journal

ADDED = "added.jsonl"


class Addition(BaseModel):
    """Items that are new or replace those of their id, and then ratings."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    items: tuple[Item, ...] = ()
    ratings: tuple[tuple[str, str, float, int], ...] = ()
    """(user_id, item_id, rating, seconds since 1970 UTC); of a repeated pair the latest counts."""

    @classmethod
    def joined(cls, parts: Iterable[Self]) -> Self:
        """All of them at once."""
        every = list(parts)
        return cls(
            items=tuple(item for part in every for item in part.items),
            ratings=tuple(row for part in every for row in part.ratings),
        )

    @property
    def users(self) -> tuple[str, ...]:
        """Who rated, each once."""
        return tuple(dict.fromkeys(user_id for user_id, *_ in self.ratings))

    def applied(self, dataset: Dataset) -> Dataset:
        """The data set with all of it. Raises catalog.DataError for an unknown item or a rating off the scale."""
        if self.items:
            dataset = replace(dataset, items=dataset.items.with_added(self.items))
        if not self.ratings:
            return dataset
        for user_id, item_id, *_ in self.ratings:
            if not user_id:
                raise DataError("A rating needs the id of a person.", column="user_id", value=user_id)
            if item_id not in dataset.items:
                raise DataError("There is no such item; add it first.", column="item_id", value=item_id)
        users, items, rating, time = zip(*self.ratings, strict=True)
        rows = Interactions.of(
            users,
            [dataset.items.index_of(item_id) for item_id in items],
            rating=np.array(rating, np.float32),
            timestamp=time,
            scale=dataset.interactions.scale,
        )
        return replace(dataset, interactions=dataset.interactions.with_added(rows))


class Additions:
    """The file of them in the folder of a data set. Who holds the folder's index may open it."""

    def __init__(self, path: Path, journal: Journal, known: list[Addition]) -> None:
        self._path, self._journal, self._known = path, journal, known

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Raises DataError for a damaged line."""
        path = folder / ADDED
        if not path.exists():
            return cls(path, Journal.begin(path), [])
        journal, lines = Journal.reopened(path)
        known = []
        for number, line in enumerate(lines, start=1):
            try:
                known.append(Addition.model_validate_json(line))
            except ValidationError as error:
                journal.close()
                raise DataError("this line is damaged; delete it to go on", file=path, line=number) from error
        return cls(path, journal, known)

    @classmethod
    def read(cls, folder: Path) -> Addition:
        """All that is in the folder's file."""
        opened = cls.open(folder)
        opened.close()
        return opened.since(0)

    def __len__(self) -> int:
        return len(self._known)

    def since(self, n: int) -> Addition:
        """All but the first n, as one."""
        return Addition.joined(self._known[n:])

    def add(self, addition: Addition) -> None:
        """Raises DataError for a text that cannot be written down."""
        self._journal.add(_line(addition))
        self._known.append(addition)

    def forget(self, n: int) -> None:
        """Drop the first n, which the data set holds by now."""
        self._journal.close()
        left, scratch = self._known[n:], self._path.with_suffix(".part")
        scratch.write_bytes(b"".join(_line(addition) + b"\n" for addition in left))
        scratch.replace(self._path)
        self._journal, _ = Journal.reopened(self._path)
        self._known = left

    def close(self) -> None:
        self._journal.close()


def _line(addition: Addition) -> bytes:
    try:
        return addition.model_dump_json(exclude_defaults=True).encode()
    except PydanticSerializationError as error:
        raise DataError("A text holds half a character and cannot be saved; correct it.") from error
