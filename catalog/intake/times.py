"""Times as people write them, into seconds since 1970 UTC."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from catalog.errors import ConfigError
from catalog.values import BadValueError

MOST_WRONG = 0.05
SECONDS, MILLISECONDS, ISO = "seconds", "milliseconds", "ISO 8601"
DAYS = (
    *("%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"),
    *("%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%m-%d-%Y", "%d-%m-%Y"),
    *("%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y"),
    *("%m/%d/%y", "%d/%m/%y", "%d.%m.%y"),
)
CLOCKS = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
WHOLE = ("%a, %d %b %Y %H:%M:%S %z", "%a %b %d %H:%M:%S %z %Y", "%a %b %d %H:%M:%S %Y")
PATTERNS = (*(day + clock for clock in CLOCKS for day in DAYS), *WHOLE)
FIRST_SECOND, FIRST_MILLISECOND, LAST_MILLISECOND = 10**8, 10**11, 10**14


@dataclass(frozen=True)
class TimeFormat:
    """How the cells of a column are read: "seconds" or "milliseconds" since 1970, "ISO 8601", or a
    pattern of `strptime`. `rival` is a pattern that fits as well, "" for none. Without a time zone
    a time is taken as UTC."""

    name: str
    rival: str = ""

    @classmethod
    def stated(cls, name: str) -> "TimeFormat":
        """Raises ConfigError for what is neither a name nor a pattern."""
        if name not in {SECONDS, MILLISECONDS, ISO} and "%" not in name:
            raise ConfigError(
                f'"{name}" is no format of a time; give {SECONDS}, {MILLISECONDS}, {ISO} or a pattern such as %d/%m/%Y.'
            )
        return cls(name)

    def seconds(self, text: str) -> int:
        """Raises BadValueError."""
        try:
            return self._seconds(text.strip())
        except (ValueError, OverflowError) as error:
            raise BadValueError(f"This is not a time written as {self.name}.") from error

    def _seconds(self, text: str) -> int:
        if self.name in {SECONDS, MILLISECONDS}:
            number = float(text)
            return int(number // 1000 if self.name == MILLISECONDS else number)
        moment = datetime.fromisoformat(text) if self.name == ISO else datetime.strptime(text, self.name)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return int(moment.timestamp())


def guessed_time(cells: Sequence[str]) -> TimeFormat | None:
    """The format that nearly all cells that are not empty have; None when there is none."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if not filled:
        return None
    for name, lowest, highest in (
        (SECONDS, FIRST_SECOND, FIRST_MILLISECOND),
        (MILLISECONDS, FIRST_MILLISECOND, LAST_MILLISECOND),
    ):
        if _nearly_all(filled, lambda cell, low=lowest, high=highest: low <= float(cell) < high):  # type: ignore[misc]
            return TimeFormat(name)
    if not all(cell.isdecimal() for cell in filled) and _fits(ISO, filled):
        return TimeFormat(ISO)
    fitting = [pattern for pattern in PATTERNS if _fits(pattern, filled)]
    return TimeFormat(fitting[0], next(iter(fitting[1:]), "")) if fitting else None


def _fits(name: str, cells: Sequence[str]) -> bool:
    return _nearly_all(cells, lambda cell: TimeFormat(name).seconds(cell) is not None)


def _nearly_all(cells: Sequence[str], check: Callable[[str], bool]) -> bool:
    allowed = max(int(MOST_WRONG * len(cells)), int(len(cells) > 2))
    for cell in cells:
        try:
            right = check(cell)
        except (ValueError, OverflowError):
            right = False
        allowed -= not right
        if allowed < 0:
            return False
    return True
