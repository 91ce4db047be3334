"""In which encoding a text file is written, and what separates its cells."""

import codecs
import csv
from pathlib import Path

from catalog.errors import ConfigError, DataError

BLOCK = 1 << 20
SAMPLE = 1 << 16
SEPARATORS = (",", ";", "\t", "|", "::")
COMPARED_LINES = 50
FALLBACK, LAST = "cp1252", "latin-1"
GUESSES = frozenset({FALLBACK, LAST})
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def known_encoding(name: str) -> str:
    """The name as Python knows it. Raises ConfigError for one that it does not know."""
    try:
        return codecs.lookup(name).name
    except LookupError as error:
        raise ConfigError(
            f'There is no encoding "{name}"; give one such as utf-8, utf-16 or cp1252.'
        ) from error


def guessed_encoding(path: Path) -> str:
    """The encoding in which the whole file can be read. Raises DataError.

    A byte order mark decides, then whether all of it is UTF-8. What is left is taken for the
    encoding of Windows in Western Europe: every other one of a single byte fits as well, and what
    libraries guess from a table of short titles is wrong more often than this.
    """
    sample = _beginning(path)
    for mark, name in MARKS:
        if sample.startswith(mark):
            return name
    candidates = [*_wide(sample), "utf-8", FALLBACK]
    return next((name for name in candidates if _decodes(path, name)), LAST)


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(SAMPLE)
    except FileNotFoundError as error:
        raise DataError("There is no such file; check the path.", file=path) from error
    except OSError as error:
        raise DataError(f"The file cannot be read ({error.strerror}).", file=path) from error


def _wide(sample: bytes) -> list[str]:
    """UTF-16 without a mark has a zero in nearly every second byte."""
    half = len(sample) // 4
    return [
        name for name, start in (("utf-16-be", 0), ("utf-16-le", 1)) if sample[start::2].count(0) > half > 0
    ]


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", True)  # noqa: FBT003 - the codec's own signature
    except UnicodeDecodeError:
        return False
    return True


def guessed_separator(text: str) -> str:
    """The separator that cuts the first lines into the most cells, the same number each.

    A comma where none does, as in a file with one column.
    """
    lines = text.splitlines(keepends=True)[: COMPARED_LINES + 1]
    lines = lines[:-1] if len(lines) > 1 and len(text) >= SAMPLE else lines
    return max(SEPARATORS, key=lambda separator: _evenness(lines, separator))


def _evenness(lines: list[str], separator: str) -> tuple[float, int]:
    """The share of rows as wide as the header, when that has several cells, and their width."""
    if len(separator) > 1:
        widths = [len(line.split(separator)) for line in lines if line.strip()]
    else:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
    if not widths or widths[0] < 2:
        return 0.0, 0
    return round(sum(width == widths[0] for width in widths) / len(widths), 1), widths[0]
