"""Recorded conversations."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["user", "assistant"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side said. `items` are the ids mentioned, in order of mention.

    `intents` and `strategy` are the source's annotations; `extra` holds its other fields.
    """

    role: Role
    text: str
    items: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    strategy: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the user said of an item afterwards; None is "did not say".

    `suggested` is whether the assistant brought the item up.
    """

    liked: bool | None = None
    seen: bool | None = None
    suggested: bool | None = None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation with, where it is known, its user and their feedback by item id."""

    dialogue_id: str
    turns: tuple[Turn, ...]
    user_id: str | None = None
    feedback: Mapping[str, Feedback] = field(default_factory=dict, hash=False)
    extra: Mapping[str, object] = field(default_factory=dict, hash=False)
