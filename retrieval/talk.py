"""What people say around an item, out of recorded dialogues."""

import re
from collections.abc import Iterable

from catalog import Dialogue, Items

TURNS = 6
"""The user's last turns up to a mention that describe what is mentioned."""
LONGEST = 6000
"""Characters kept of an item's talk."""
_YEAR = re.compile(r"\(\d{4}\)")


def talk(dialogues: Iterable[Dialogue], items: Items) -> list[str]:
    """For every item, in catalogue order, what users said shortly before either side named it; "" for the others."""
    said: list[list[str]] = [[] for _ in items]
    for dialogue in dialogues:
        own: list[str] = []
        for turn in dialogue.turns:
            if turn.role == "user":
                own.append(_YEAR.sub("", turn.text))
            for item_id in dict.fromkeys(turn.items):
                if item_id in items:
                    said[items.index_of(item_id)].append(" ".join(own[-TURNS:]))
    return [" ".join(texts)[:LONGEST] for texts in said]
