"""Everything a person may see when something goes wrong.

::

    DuettoError
    ├── DataError           a table, a row or a value cannot be used
    ├── UnknownDataset      no built-in data set and no folder of that name
    ├── MissingDependency   an optional part is not installed
    ├── DownloadError       a model or a data set could not be fetched
    ├── IndexInUse          another process holds the folder
    └── ConfigError         a setting is out of its range

A message names what was wrong, the place, and what to do about it.
"""

from pathlib import Path

LONGEST_VALUE = 80


class DuettoError(Exception):
    """Root of the errors that are shown as one sentence, without a traceback."""


class DataError(DuettoError):
    """A table, a row or a value cannot be used.

    `line` counts from 1 in the file itself, headers included (in Parquet: the row, from 1).
    The four attributes are None where they do not apply.
    """

    def __init__(
        self,
        problem: str,
        *,
        file: str | Path | None = None,
        line: int | None = None,
        column: str | None = None,
        value: object = None,
    ) -> None:
        self.file = None if file is None else str(file)
        self.line = line
        self.column = column
        self.value = value
        super().__init__(self._message(problem))

    def _message(self, problem: str) -> str:
        place = [] if self.file is None else [self.file]
        if self.line is not None:
            place.append(f"line {self.line}")
        if self.column is not None:
            place.append(f"column {self.column!r}")
        start = ", ".join(place) + ": " if place else ""
        found = "" if self.value is None else f" Found: {shortened(self.value)}."
        return f"{start}{problem}{found}"


class UnknownDataset(DuettoError):  # noqa: N818 - reads better in `except`
    """No built-in data set and no folder has the name that was given."""


class MissingDependency(DuettoError):  # noqa: N818 - reads better in `except`
    """An optional part is not installed; `extra` names what to install."""

    def __init__(self, what: str, *, extra: str) -> None:
        self.extra = extra
        super().__init__(f'{what} needs the extra "{extra}": pip install "duetto[{extra}]"')


class DownloadError(DuettoError):
    """A model or a data set could not be fetched, verified or unpacked."""


class IndexInUse(DuettoError):  # noqa: N818 - reads better in `except`
    """Another process, or another object of this one, holds the index folder."""


class ConfigError(DuettoError):
    """A setting is not a number, out of its range, or not among the named choices."""


def shortened(value: object) -> str:
    """The value as Python writes it, cut so that a message stays one sentence."""
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
