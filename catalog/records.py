"""Items, dialogues and interactions written down in the three formats."""

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from catalog.dialogues import Dialogue, Feedback, Turn
from catalog.interactions import Interactions, RatingScale
from catalog.items import Item, Items


def item_record(item: Item) -> dict[str, object]:
    """The item as a JSON object of the items table; `aliases` only where there are some."""
    record: dict[str, object] = {
        "item_id": item.item_id,
        "title": item.title,
        "year": item.year,
        "text": item.text,
        "attributes": {name: list(found) for name, found in item.attributes.items()},
        "image": item.image,
    }
    return record | ({"aliases": list(item.aliases)} if item.aliases else {})


def dialogue_record(dialogue: Dialogue) -> dict[str, object]:
    """The dialogue as a JSON object of the dialogues table."""
    record: dict[str, object] = {"dialogue_id": dialogue.dialogue_id}
    if dialogue.user_id is not None:
        record["user_id"] = dialogue.user_id
    record["turns"] = [_turn_record(turn) for turn in dialogue.turns]
    if dialogue.feedback:
        record["feedback"] = {name: _feedback_record(said) for name, said in dialogue.feedback.items()}
    return record | dict(dialogue.extra)


def _turn_record(turn: Turn) -> dict[str, object]:
    record: dict[str, object] = {"role": turn.role, "text": turn.text, "items": list(turn.items)}
    if turn.intents:
        record["intents"] = list(turn.intents)
    if turn.strategy is not None:
        record["strategy"] = turn.strategy
    return record | dict(turn.extra)


def _feedback_record(said: Feedback) -> dict[str, object]:
    return {"liked": said.liked, "seen": said.seen, "suggested": said.suggested}


def scale_record(scale: RatingScale) -> dict[str, object]:
    return {"low": float(scale.low), "high": float(scale.high), "implicit": scale.implicit}


def write_lines(path: Path, records: Iterable[Mapping[str, object]]) -> None:
    """One JSON object a line."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for record in records:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def write_interactions(path: Path, interactions: Interactions, items: Items) -> None:
    """The interactions table as CSV; without ratings when none says more than 1."""
    ids = items.ids
    columns: dict[str, Iterable[object]] = {
        "user_id": [interactions.user_ids[user] for user in interactions.user_index],
        "item_id": [ids[item] for item in interactions.item_index],
    }
    if not interactions.scale.implicit or (interactions.rating != 1).any():
        columns["rating"] = interactions.rating
    if interactions.timestamp is not None:
        columns["timestamp"] = interactions.timestamp
    columns |= interactions.attributes
    # The default line end makes the writer quote both \r and \n inside an id.
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
