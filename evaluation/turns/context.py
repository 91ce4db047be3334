"""Where a dialogue can be tested: before each assistant turn that names items."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from catalog import DataError, Dialogue, Items


@dataclass(frozen=True, slots=True)
class Context:
    """The turns before turn `turn` of a dialogue, counted from 0, and the items that it names.

    `labels` are these items, each once; `mentioned` those that either side named before, in order of
    first mention. Only items of the catalogue count. `number` counts the contexts of a run.
    """

    number: int
    dialogue: Dialogue
    turn: int
    labels: tuple[str, ...]
    mentioned: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.dialogue.dialogue_id}:{self.turn}"


def contexts(dialogues: Sequence[Dialogue], items: Items) -> list[Context]:
    """All of them, in order. Raises catalog.DataError for two dialogues of one id."""
    ids = [dialogue.dialogue_id for dialogue in dialogues]
    if len(set(ids)) < len(ids):
        twice = next(one for place, one in enumerate(ids) if one in ids[:place])
        raise DataError("Two dialogues have this id; give each its own.", column="dialogue_id", value=twice)
    found = (one for dialogue in dialogues for one in _of(dialogue, items))
    return [Context(number, *one) for number, one in enumerate(found)]


def sample(found: Sequence[Context], most: int | None, *, seed: int) -> list[Context]:
    """The contexts of at most so many dialogues, in their order."""
    ids = list(dict.fromkeys(one.dialogue.dialogue_id for one in found))
    chosen = {ids[place] for place in np.random.default_rng(seed).permutation(len(ids))[:most]}
    return [one for one in found if one.dialogue.dialogue_id in chosen]


def _of(dialogue: Dialogue, items: Items) -> Iterator[tuple[Dialogue, int, tuple[str, ...], tuple[str, ...]]]:
    mentioned: dict[str, None] = {}
    for place, turn in enumerate(dialogue.turns):
        named = dict.fromkeys(item_id for item_id in turn.items if item_id in items)
        if named and turn.role == "assistant":
            yield dialogue, place, tuple(named), tuple(mentioned)
        mentioned |= named


def unknown_mentions(dialogues: Sequence[Dialogue], items: Items) -> int:
    """How many mentions name items that the catalogue doesn't have."""
    return sum(
        item_id not in items for dialogue in dialogues for turn in dialogue.turns for item_id in turn.items
    )
