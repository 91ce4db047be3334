"""The folder of live models.

::

    FOLDER/
    ├── current.json      the number of the folder that counts
    ├── 3/                what was fitted last: ratings, users, items
    │   └── journal       every update since
    └── lock              held by who has it open
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from filelock import FileLock, Timeout

from catalog import DataError, IndexInUse
from cf_engine.live.base import Base
from cf_engine.live.journal import Updates
from cf_engine.live.ratings import LiveRatings, Row
from cf_engine.storage import replace_file

CURRENT, JOURNAL = "current.json", "journal"


class Store:
    """One object at a time holds a folder."""

    def __init__(self, folder: Path) -> None:
        """Raises catalog.IndexInUse when another object holds the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._journal: Updates | None = None
        self._saved = 0
        self._lock = FileLock(folder / "lock", thread_local=False)
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise IndexInUse(f"{folder} is open elsewhere; close it there first.") from error

    def opened(self) -> tuple[Base, LiveRatings]:
        """What was saved last. Raises DataError where nothing was, or it is damaged."""
        try:
            number = int(json.loads((self._folder / CURRENT).read_text(encoding="utf-8")))
        except FileNotFoundError as error:
            raise DataError("there are no live models; fit them first", file=self._folder) from error
        except (OSError, ValueError, TypeError) as error:
            raise DataError(
                "this is damaged; fit the live models anew", file=self._folder / CURRENT
            ) from error
        folder = self._folder / str(number)
        base = Base.open(folder)
        self._journal, ratings = Updates.replayed(folder / JOURNAL, LiveRatings(base.rows, base.n_items))
        return base, ratings

    def save(self, base: Base) -> Base:
        """Write the base into a folder that does not count yet; the same base, mapped from there."""
        self._saved = 1 + max(self._numbers(), default=0)
        folder = self._folder / str(self._saved)
        folder.mkdir()
        base.save(folder)
        return Base.open(folder)

    def switch(self, ratings: LiveRatings) -> None:
        """From now on what was saved last counts, and what changed in the ratings since its base."""
        number = self._saved
        journal = Updates.begin(self._folder / str(number) / JOURNAL)
        journal.add(ratings, ratings.changed)
        replace_file(self._folder / CURRENT, json.dumps(number).encode())
        if self._journal is not None:
            self._journal.close()
        self._journal = journal
        for other in self._numbers() - {number}:
            shutil.rmtree(self._folder / str(other), ignore_errors=True)

    def add(self, ratings: LiveRatings, rows: Mapping[int, Row]) -> None:
        """Write down that `rows` changed and `ratings` came of it."""
        if self._journal is None:
            raise ValueError(f"{self._folder} is closed")
        self._journal.add(ratings, rows)

    def close(self) -> None:
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        self._lock.release()

    def _numbers(self) -> set[int]:
        return {int(folder.name) for folder in self._folder.iterdir() if folder.name.isdecimal()}
