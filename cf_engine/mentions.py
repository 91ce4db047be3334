"""What was named together in recorded dialogues, as a matrix with a basket for every dialogue."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from catalog import Dialogue, Interactions, Items, RatingScale
from cf_engine.arrays import Matrix, Single

OPINIONS = RatingScale(0.0, 1.0)
"""Like 1, dislike 0, and .5 for what lies between."""


@dataclass(frozen=True, slots=True, eq=False)
class Mentions:
    """`opinion`, (dialogues, items), holds on the scale OPINIONS what each user thought of what was named.

    `suggested`, (n_items,), counts the dialogues in which the assistant named the item.
    """

    opinion: Matrix
    suggested: Single


def mentions(dialogues: Iterable[Dialogue], items: Items) -> Mentions:
    """Of each dialogue what either side named and what the user's feedback is about.

    What they did not say they like or dislike is .5. Items outside the catalogue are left out.
    """
    suggested = np.zeros(len(items), np.float32)
    users: list[str] = []
    item_index: list[int] = []
    opinion: list[float] = []
    for number, dialogue in enumerate(dialogues):
        known = {item_id: said for item_id, said in _opinions(dialogue).items() if item_id in items}
        users += [str(number)] * len(known)
        item_index += [items.index_of(item_id) for item_id in known]
        opinion += known.values()
        suggested[[items.index_of(item_id) for item_id in _suggested(dialogue) if item_id in items]] += 1
    rows = Interactions.of(users, item_index, rating=opinion, scale=OPINIONS)
    return Mentions(rows.matrix(len(items)), suggested)


def told(dialogues: Iterable[Dialogue], items: Items) -> Interactions:
    """Each dialogue a person: what their feedback likes and dislikes, else likes for all that is mentioned.

    Ratings are 1 and 0, and implicit where there is no dislike. Items outside the catalogue are left out.
    """
    rows = [
        (dialogue.dialogue_id, items.index_of(item_id), rating)
        for dialogue in dialogues
        for item_id, rating in _told(dialogue).items()
        if item_id in items
    ]
    users, item_index = [row[0] for row in rows], [row[1] for row in rows]
    return Interactions.of(users, item_index, rating=[row[2] for row in rows])


def _opinions(dialogue: Dialogue) -> dict[str, float]:
    """What the user thought of each item, by item id."""
    found = {item_id: 0.5 for turn in dialogue.turns for item_id in turn.items}
    for item_id, said in dialogue.feedback.items():
        found[item_id] = 0.5 if said.liked is None else float(said.liked)
    return found


def _told(dialogue: Dialogue) -> dict[str, float]:
    if dialogue.feedback:
        given = {item_id: said.liked for item_id, said in dialogue.feedback.items()}
        return {item_id: float(liked) for item_id, liked in given.items() if liked is not None}
    return {item_id: 1.0 for turn in dialogue.turns for item_id in turn.items}


def _suggested(dialogue: Dialogue) -> set[str]:
    return {item_id for turn in dialogue.turns if turn.role == "assistant" for item_id in turn.items}
