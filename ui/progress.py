"""Progress of long work on stderr, as bars in a terminal and as lines elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from catalog import Progress


@contextmanager
def progress_bars(*, quiet: bool = False) -> Iterator[Progress]:
    """A `Progress` that draws while the block runs; silent when `quiet`."""
    if quiet:
        yield lambda _stage, _done, _total: None
    elif sys.stderr.isatty():
        yield from _bars()
    else:
        yield _Lines()


def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True)) as bars:
        tasks = {}

        def report(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report


class _Lines:
    """One line when a stage begins, one when it ends, and one every five seconds between."""

    def __init__(self) -> None:
        self._stage = ""
        self._said = 0.0

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if stage == self._stage and done != total and now - self._said < 5:
            return
        self._stage, self._said = stage, now
        of = "" if total is None else f" of {total}"
        count = "" if total is None and not done else f": {done}{of}"
        print(f"{stage}{count}", file=sys.stderr, flush=True)
