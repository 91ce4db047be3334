"""A picture out of a file that anyone may have made."""

import struct
import warnings
import zlib
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("BMP", "GIF", "JPEG", "PNG", "WEBP")
"""Those that Pillow decodes by itself; it would call other programs for some."""
MAX_BYTES = 1 << 26
MAX_SIDE = 1024
"""Pixels; larger pictures are made smaller, as no model sees so many."""
MAX_RATIO = 50
"""Of the sides: models make the shorter one fit, and the longer one grows with it."""


class Lost(StrEnum):
    """Why there is no picture; the value is what is said of several."""

    ADDRESS = "addresses, which are not fetched"
    MISSING = "files that are not there"
    BROKEN = "files that are no picture that can be read"
    LARGE = "pictures that are too large"


def content_of(image: str, home: Path) -> bytes | Lost:
    """The bytes of the file; a relative path starts from `home`."""
    if "://" in image:
        return Lost.ADDRESS
    path = home / image
    try:
        if not path.is_file():
            return Lost.MISSING
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError):
        return Lost.BROKEN
    return content if len(content) <= MAX_BYTES else Lost.LARGE


def picture_of(content: bytes) -> "Image | Lost":
    """In RGB, no side longer than MAX_SIDE; the first one of an animation."""
    import io

    from PIL import Image

    broken = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, struct.error, zlib.error)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                if max(opened.size) > MAX_RATIO * min(opened.size):
                    return Lost.LARGE
                picture = opened.convert("RGB")
        picture.thumbnail((MAX_SIDE, MAX_SIDE))
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError):
        return Lost.LARGE
    except broken:
        return Lost.BROKEN
    return picture
