"""ReDial: conversations about films with what the seeker said of each afterwards."""

import html
import re
from collections.abc import Mapping, Sequence

from catalog import values
from catalog.archives import Archive
from catalog.dataset import Dataset
from catalog.dialogues import Dialogue, Feedback, Turn
from catalog.errors import DataError
from catalog.interactions import Interactions, RatingScale
from catalog.items import Item, Items, split_title
from catalog.progress import Progress
from catalog.rawtables import Table, jsonl_table
from catalog.readers.layout import Layout, comma_table

SOURCE = "ReDial; Li et al., Towards Deep Conversational Recommendations, NeurIPS 2018; CC BY 4.0"
FILMS = "movies_with_mentions.csv"
TRAIN, TEST = "train_data.jsonl", "test_data.jsonl"
ANSWERS: Mapping[object, bool | None] = {0: False, 1: True, 2: None}
_MENTION = re.compile(r"@(\d+)")


def _read(archive: Archive, progress: Progress | None) -> Dataset:
    items = _films(archive)
    train = _conversations(archive, TRAIN, items, progress)
    held_out = {"test": _conversations(archive, TEST, items, progress)} if TEST in archive else {}
    return Dataset(
        "redial", items, _opinions(train, items), train, noun="film", source=SOURCE, held_out=held_out
    )


def _films(archive: Archive) -> Items:
    table = comma_table(archive, FILMS)
    table.require("movieId", "movieName")
    ids = table.convert("movieId", values.identifier)
    names = table.convert("movieName", values.any_text)
    return Items(_film(*pair) for pair in zip(ids, names, strict=True))


def _film(item_id: str, name: str) -> Item:
    """Some names are nothing but a year in brackets; they stay as they are."""
    plain = html.unescape(name.replace("%3F", "?")).strip()
    title, year, aliases = split_title(plain or f"Film {item_id}")
    return Item(item_id, title, year, aliases=aliases)


def _conversations(
    archive: Archive, name: str, items: Items, progress: Progress | None
) -> tuple[Dialogue, ...]:
    if progress:
        progress(f"read {name}", 0, None)
    table = jsonl_table(archive.read(name), archive.place(name))
    table.require("conversationId", "messages", "initiatorWorkerId")
    return tuple(_conversation(table, row, items) for row in range(len(table)))


def _conversation(table: Table, row: int, items: Items) -> Dialogue:
    try:
        seeker = values.identifier(table.columns["initiatorWorkerId"][row])
        messages = table.columns["messages"][row]
        if not isinstance(messages, list):
            raise values.BadValueError("The messages must be a list.")
        said = _answers(table.columns.get("initiatorQuestions", [None] * len(table))[row])
        return Dialogue(
            values.identifier(table.columns["conversationId"][row]),
            tuple(_turn(values.mapping(message), seeker, items) for message in messages),
            user_id=seeker,
            feedback={item_id: answer for item_id, answer in said.items() if item_id in items},
        )
    except values.BadValueError as error:
        raise DataError(
            f"The conversation cannot be used: {error}", file=table.path, line=table.lines[row]
        ) from error


def _turn(message: Mapping[str, object], seeker: str, items: Items) -> Turn:
    text = html.unescape(values.any_text(message.get("text")))
    named = [item for item_id in _MENTION.findall(text) if (item := items.get(item_id))]
    labels = {item.item_id: item.label() for item in named}
    plain = _MENTION.sub(lambda found: labels.get(found[1], found[0]), text)
    sender = values.identifier(message.get("senderWorkerId"))
    return Turn("user" if sender == seeker else "assistant", plain, tuple(item.item_id for item in named))


def _answers(form: object) -> Mapping[str, Feedback]:
    """The seeker's form: by film, 0 for no, 1 for yes, 2 for "did not say". Without films it is a list."""
    if not form:
        return {}
    return {item_id: _answer(values.mapping(part)) for item_id, part in values.mapping(form).items()}


def _answer(part: Mapping[str, object]) -> Feedback:
    return Feedback(*(ANSWERS.get(part.get(name)) for name in ("liked", "seen", "suggested")))


def _opinions(dialogues: Sequence[Dialogue], items: Items) -> Interactions:
    """What the seekers liked (1) and did not (0); of a film that one names again the last counts."""
    rows = [
        (dialogue.user_id or "", items.index_of(item_id), float(said.liked))
        for dialogue in dialogues
        for item_id, said in dialogue.feedback.items()
        if said.liked is not None
    ]
    users, films, liked = zip(*rows, strict=True) if rows else ((), (), ())
    return Interactions.of(users, films, rating=liked, scale=RatingScale(0.0, 1.0))


REDIAL = Layout("redial", ((TRAIN, FILMS),), _read)
