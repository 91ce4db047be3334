"""One cell of a table into a typed value; a BadValueError says what is wrong and what to do."""

import math
from collections.abc import Iterable, Mapping

FURTHEST_YEAR = 9999
LARGEST_RATING = 1e30


class BadValueError(ValueError):
    """A value cannot be used; the message says why and what to do, the caller knows where."""


def identifier(value: object) -> str:
    """An id as text. A whole number (from JSON or Parquet) is written out; CSV ids stay as they are."""
    if isinstance(value, str) and value.strip():
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        raise BadValueError("An id must be text, not a decimal number; store the column as text.")
    raise BadValueError("The id is missing; give each row a text as its id.")


def required_text(value: object) -> str:
    """A text that is not empty, without spaces around it."""
    text = optional_text(value)
    if text is None:
        raise BadValueError("The text is missing; fill it in.")
    return text.strip()


def optional_text(value: object) -> str | None:
    """A text, None for an empty one."""
    if isinstance(value, str):
        return value if value.strip() else None
    if _is_absent(value):
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise BadValueError("This must be a text.")


def any_text(value: object) -> str:
    """A text that may be empty."""
    if isinstance(value, str):
        return value
    raise BadValueError("This must be a text.")


def optional_year(value: object) -> int | None:
    """A year, None for an empty cell; negative before our era."""
    if _is_absent(value):
        return None
    year = _whole(value)
    if year is None or abs(year) > FURTHEST_YEAR:
        raise BadValueError("This is not a year; write it in digits or leave it empty.")
    return year


def seconds(value: object) -> int:
    """Whole seconds since 1970."""
    if _is_absent(value):
        raise BadValueError("The time is missing while other rows have one; fill it in or drop the column.")
    time = _whole(value)
    if time is None or abs(time) >= 1 << 62:
        raise BadValueError("The time must be a whole number of seconds since 1970-01-01 UTC.")
    return time


def rating(value: object) -> float:
    """A finite number."""
    if _is_absent(value) and not isinstance(value, float):
        raise BadValueError("The rating is missing while other rows have one; fill it in or drop the column.")
    number = _number(value)
    if number is None or not abs(number) <= LARGEST_RATING:
        raise BadValueError("The rating must be a finite number.")
    return number


def optional_truth(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise BadValueError("This must be true, false or null.")


def texts(value: object, *, separator: str | None = None) -> tuple[str, ...]:
    """Distinct non-empty texts, in order, of a list, of one text, or of one cut at the separator."""
    if _is_absent(value):
        return ()
    if isinstance(value, str):
        parts: Iterable[object] = value.split(separator) if separator else (value,)
    elif isinstance(value, list | tuple):
        parts = value
    else:
        parts = (value,)
    found = (_plain(part) for part in parts)
    return tuple(dict.fromkeys(text for text in found if text))


def identifiers(value: object) -> tuple[str, ...]:
    """Ids in order, repeats kept, of a list or of nothing."""
    if value is None:
        return ()
    if not isinstance(value, list | tuple):
        raise BadValueError("This must be a list of ids.")
    return tuple(identifier(part) for part in value)


def mapping(value: object) -> Mapping[str, object]:
    """A JSON object, or the pairs that Parquet gives for a map; empty for nothing."""
    if value is None:
        return {}
    if isinstance(value, list) and all(isinstance(pair, tuple) for pair in value):
        value = dict(value)
    if isinstance(value, dict) and all(isinstance(name, str) and name.strip() for name in value):
        return value
    raise BadValueError("This must be an object whose keys are names.")


def _is_absent(value: object) -> bool:
    empty = isinstance(value, str) and not value.strip()
    return value is None or empty or (isinstance(value, float) and math.isnan(value))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        return float(value) if not _has_underscore(value) else None
    except (ValueError, OverflowError):
        return None


def _whole(value: object) -> int | None:
    """The value as a whole number; "1999.0" is one, "1999.5" is not."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        try:
            return int(value) if not _has_underscore(value) else None
        except ValueError:
            pass
    number = _number(value)
    return int(number) if number is not None and number.is_integer() else None


def _has_underscore(value: object) -> bool:
    """Python reads "1_000" as a number; a table does not mean that."""
    return isinstance(value, str) and "_" in value


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    raise BadValueError("The values must be texts.")
