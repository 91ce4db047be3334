"""What is learned from: a prompt, and what should follow it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

Task: TypeAlias = Literal["behaviour", "content", "understanding", "reply", "fused"]
TASKS: tuple[Task, ...] = ("behaviour", "content", "understanding", "reply")
"""What the language model learns by itself."""
EVERY_TASK: tuple[Task, ...] = (*TASKS, "fused")
"""`fused` is learned beside the other voices."""
Part: TypeAlias = Literal["train", "validation", "test"]
Chat: TypeAlias = tuple[tuple[str, str], ...]
"""Messages as (role, text)."""


@dataclass(frozen=True, slots=True)
class Rivals:
    """What else the target could have been: with it K texts, between which all voices choose together."""

    texts: tuple[str, ...]
    """K - 1, each another one than the target."""
    rest: tuple[float, ...]
    """What the other voices say of the target and of each rival, (K,)."""
    bare: str
    """The prompt with nothing of the person in it, behind which a text's prior is read."""


@dataclass(frozen=True, slots=True)
class Example:
    """`target` is learned, `prompt` only read: a text that the target continues, or messages to answer."""

    task: Task
    kind: str
    """A word for the sort of example within its task."""
    prompt: str | Chat
    target: str
    source: str
    """The data set that it comes from."""
    licence: str
    rivals: Rivals | None = None
    """With them, the choice is learned and not the target's wording; the prompt is a text."""


class Lessons(Protocol):
    """Examples of one task from one source, by unit: what one person, dialogue or item gives.

    A unit belongs to one part for good. Each epoch may draw other examples from it, the same whenever asked.
    """

    @property
    def task(self) -> Task: ...

    @property
    def name(self) -> str:
        """Tells these lessons from all others of a run."""
        ...

    def count(self, part: Part) -> int:
        """How many units there are."""
        ...

    def examples(self, part: Part, unit: int, *, epoch: int) -> Sequence[Example]:
        """Of unit 0 to count - 1; empty when it has none this time."""
        ...
