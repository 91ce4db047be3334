"""A turn in a thread of its own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class _End:
    error: Exception | None


def in_own_thread(source: Iterable[T]) -> Iterator[T]:
    """The items of `source`, whose errors are raised here.

    A session holds its lock, which belongs to a thread, while its reply is read; web servers
    ask for each piece in whatever thread is free. And a reply whose reader went away is
    brought to its end, so that the session is not held for good.
    """
    queue: SimpleQueue[T | _End] = SimpleQueue()

    def run() -> None:
        error: Exception | None = None
        try:
            for item in source:
                queue.put(item)
        except Exception as failure:  # noqa: BLE001 - raised again for the reader
            error = failure
        finally:
            queue.put(_End(error))

    Thread(target=run, name="turn", daemon=True).start()
    while not isinstance(item := queue.get(), _End):
        yield item
    if item.error is not None:
        raise item.error
