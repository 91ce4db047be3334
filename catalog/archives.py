"""An archive of a data set: a zip file, or the folder that it unpacks to."""

import gzip
import io
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from catalog.errors import DataError

DEEPEST = 5
MOST_FILES = 10_000
LARGEST_WHOLE = 1 << 31
SUSPICIOUS_SIZE, SUSPICIOUS_RATIO = 100 << 20, 200
COMPRESSED = ".gz"


@dataclass(frozen=True)
class Archive:
    """The files of an archive by their bare names, whatever folder they lie in.

    Of two files of one name the one less deep counts, then the first in the alphabet. A `.gz`
    file goes by its name without that ending and is unpacked while it is read.
    """

    path: Path
    members: Mapping[str, str]

    @classmethod
    def open(cls, path: Path) -> "Archive":
        """Raises DataError for what is neither a folder nor a zip file."""
        names = _below(path) if path.is_dir() else _zipped(path)
        depths = {name: len(PurePosixPath(name).parts) for name in names}
        deepest_first = sorted(names, key=lambda name: (depths[name], name), reverse=True)
        members = {
            PurePosixPath(name).name.removesuffix(COMPRESSED): name
            for name in deepest_first
            if depths[name] <= DEEPEST
        }
        return cls(path, members)

    def __contains__(self, name: object) -> bool:
        return name in self.members

    def place(self, name: str) -> Path:
        """How messages name a file of the archive."""
        return self.path / self.members[name]

    @contextmanager
    def stream(self, name: str) -> Iterator[IO[bytes]]:
        """The bytes of a file, unpacked as they are read.

        Raises DataError for a file that is damaged, has a password, or unpacks to a size
        that no data set has.
        """
        try:
            with ExitStack() as stack:
                yield self._opened(self.members[name], stack)
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
            raise DataError(f"The file cannot be unpacked ({error}).", file=self.place(name)) from error

    def _opened(self, member: str, stack: ExitStack) -> IO[bytes]:
        if self.path.is_dir():
            file: IO[bytes] = stack.enter_context((self.path / member).open("rb"))
        else:
            opened = stack.enter_context(zipfile.ZipFile(self.path))
            file = stack.enter_context(opened.open(_trusted(opened.getinfo(member), self.path)))
        if not member.endswith(COMPRESSED):
            return file
        return io.BufferedReader(gzip.GzipFile(fileobj=file))

    def read(self, name: str) -> bytes:
        """All bytes of a file that is small enough for it. Raises DataError."""
        with self.stream(name) as file:
            data = file.read(LARGEST_WHOLE + 1)
        if len(data) > LARGEST_WHOLE:
            raise DataError("The file is too large to be read at once.", file=self.place(name))
        return data

    @contextmanager
    def text(self, name: str, *, encoding: str = "utf-8-sig") -> Iterator[io.TextIOWrapper]:
        """A file as text, line ends as they are. Raises DataError for another encoding."""
        with self.stream(name) as file, io.TextIOWrapper(file, encoding=encoding, newline="") as text:
            try:
                yield text
            except UnicodeDecodeError as error:
                raise DataError(f"The text is not {encoding}.", file=self.place(name)) from error


def _below(folder: Path) -> list[str]:
    """Paths of the files in a folder and those below, relative to it."""
    names: list[str] = []
    for parent, folders, files in os.walk(folder):
        above = Path(parent).relative_to(folder)
        folders[:] = [name for name in folders if not name.startswith(".")]
        if len(above.parts) == DEEPEST - 1:
            folders.clear()
        names += [(above / name).as_posix() for name in files]
        if len(names) > MOST_FILES:
            raise DataError(
                "There are too many files for one data set; give the folder that holds it.", file=folder
            )
    return names


def _zipped(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as opened:
            return [info.filename for info in opened.infolist() if not info.is_dir()]
    except FileNotFoundError as error:
        raise DataError("There is no such file or folder; check the path.", file=path) from error
    except (OSError, zipfile.BadZipFile) as error:
        raise DataError(f"This is not a folder and not a zip file ({error}).", file=path) from error


def _trusted(info: zipfile.ZipInfo, archive: Path) -> zipfile.ZipInfo:
    place = archive / info.filename
    if info.flag_bits & 1:
        raise DataError("The file has a password; unpack the archive and give the folder.", file=place)
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise DataError("The file is packed in an unusual way; unpack the archive yourself.", file=place)
    if info.file_size > max(SUSPICIOUS_SIZE, SUSPICIOUS_RATIO * info.compress_size):
        raise DataError(
            f"The file would unpack to {info.file_size:,} bytes, more than {SUSPICIOUS_RATIO} times its "
            "packed size, which no data set does; it is left packed.",
            file=place,
        )
    return info
