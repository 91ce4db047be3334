"""A file of lines that is only added to."""

import os
from pathlib import Path
from typing import BinaryIO, Self


class Journal:
    """What was added is on the disk when `add` returns."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    @classmethod
    def begin(cls, path: Path) -> Self:
        """An empty one, in place of what is there."""
        return cls(path.open("wb"))

    @classmethod
    def reopened(cls, path: Path) -> tuple[Self, list[bytes]]:
        """The file, to go on with, and its lines. A last line that was never finished is dropped.

        Raises OSError where there is none.
        """
        whole = path.read_bytes()
        finished = whole[: whole.rfind(b"\n") + 1]
        file = path.open("r+b")
        file.truncate(len(finished))
        return cls(file), finished.splitlines()

    def add(self, line: bytes) -> None:
        """Write down the line, which holds no line end, whole or not at all."""
        end = self._file.seek(0, os.SEEK_END)
        try:
            self._file.write(line + b"\n")
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError:
            self._file.truncate(end)
            raise

    def close(self) -> None:
        self._file.close()
