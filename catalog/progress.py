"""How a long function says how far it is."""

from typing import Protocol


class Progress(Protocol):
    """Called now and then by a long function.

    `stage` names the work in a few words; `done` and `total` share one unit (bytes, items),
    and `total` is None while it is not known.
    """

    def __call__(self, stage: str, done: int, total: int | None) -> None: ...
