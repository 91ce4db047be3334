"""Slots annotated by hand; the guide is `annotations/README.md`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from catalog import DataError, Dialogue
from evaluation.understanding.messages import Message, messages

FOLDER = Path(__file__).parent / "annotations"
Polarity = Literal["likes", "dislikes", "neutral"]


class _Closed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Value(_Closed):
    """A genre or a person."""

    value: Annotated[str, Field(min_length=1)]
    polarity: Polarity


class Years(_Closed):
    """Both ends included; None leaves an end open."""

    low: int | None = Field(alias="from")
    high: int | None = Field(alias="to")
    polarity: Polarity


class Annotation(_Closed):
    """What one turn says."""

    dialogue_id: str
    turn: int
    genre: tuple[Value, ...]
    person: tuple[Value, ...]
    period: tuple[Years, ...]


def read_annotations(path: Path) -> tuple[Annotation, ...]:
    """Raises catalog.DataError with the line that cannot be used."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise DataError("The annotations cannot be read; install the project again.", file=path) from error
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(Annotation.model_validate_json(line))
        except ValidationError as error:
            what = error.errors()[0]["msg"]
            raise DataError(f"This is no annotation ({what}); correct it.", file=path, line=number) from error
    return tuple(found)


def annotated(
    annotations: tuple[Annotation, ...], dialogues: tuple[Dialogue, ...]
) -> Iterator[tuple[Message, Annotation]]:
    """Each annotation with its message. Raises catalog.DataError for one that the dialogues don't have."""
    wanted = {one.dialogue_id for one in annotations}
    said = {
        (message.dialogue_id, message.number): message
        for dialogue in dialogues
        if dialogue.dialogue_id in wanted
        for message in messages(dialogue)
    }
    for one in annotations:
        message = said.get((one.dialogue_id, one.turn))
        if message is None:
            raise DataError(
                "The annotations name a user turn that these dialogues don't have; give the published files.",
                value=f"{one.dialogue_id}, turn {one.turn}",
            )
        yield message, one


def annotated_dialogues() -> frozenset[str]:
    """Ids of all dialogues that the project's own annotations measure on: nothing may learn from them."""
    return frozenset(one.dialogue_id for path in FOLDER.glob("*.jsonl") for one in read_annotations(path))
