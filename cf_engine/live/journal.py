"""Updates on disk, one line each, in the order they came."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict

from catalog import DataError
from catalog.journal import Journal
from cf_engine.live.ratings import LiveRatings, Row


class _Line(BaseModel):
    """How many items there are after an update, and the rows it changed: items and ratings by user."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    n_items: int
    rows: dict[int, tuple[list[int], list[float]]]

    def applied(self, ratings: LiveRatings) -> LiveRatings:
        """Raises ValueError for a row that cannot be."""
        rows: dict[int, Row] = {}
        for user, (item, rating) in self.rows.items():
            if user < 0 or len(item) != len(rating) or not all(0 <= i < self.n_items for i in item):
                raise ValueError(f"the row of user {user} does not fit")
            rows[user] = Row(np.array(item, np.int32), np.array(rating, np.float32))
        if not ratings.n_items <= self.n_items <= ratings.capacity:
            raise ValueError(f"{self.n_items} items do not fit")
        return ratings.with_rows(rows).with_items(self.n_items)


class Updates:
    """The journal of the updates."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    @classmethod
    def begin(cls, path: Path) -> Self:
        return cls(Journal.begin(path))

    @classmethod
    def replayed(cls, path: Path, ratings: LiveRatings) -> tuple[Self, LiveRatings]:
        """The updates, to go on with, and the ratings after all of them.

        Raises DataError for a missing file or a damaged line.
        """
        try:
            journal, lines = Journal.reopened(path)
        except OSError as error:
            raise DataError("the journal is missing; fit the live models anew", file=path) from error
        for number, text in enumerate(lines, start=1):
            try:
                ratings = _Line.model_validate_json(text).applied(ratings)
            except ValueError as error:
                journal.close()
                raise DataError("this line is damaged; delete it to go on", file=path, line=number) from error
        return cls(journal), ratings

    def add(self, ratings: LiveRatings, rows: Mapping[int, Row]) -> None:
        """Write down that `rows` changed and `ratings` came of it, whole or not at all."""
        line = {
            "n_items": ratings.n_items,
            "rows": {user: (row.item.tolist(), row.rating.tolist()) for user, row in rows.items()},
        }
        self._journal.add(json.dumps(line, separators=(",", ":")).encode())

    def close(self) -> None:
        self._journal.close()
