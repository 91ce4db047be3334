"""A data set: the three tables of a domain with their name and source."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from catalog import values
from catalog.cards import CARD, CardTemplate, read_card, write_card
from catalog.dialogues import Dialogue, Turn
from catalog.errors import DataError
from catalog.interactions import IMPLICIT, Interactions, RatingScale
from catalog.items import Items
from catalog.rawtables import FORMATS, decoded, read_bytes
from catalog.records import dialogue_record, item_record, scale_record, write_interactions, write_lines
from catalog.tables import read_dialogues, read_interactions, read_items

DESCRIPTION = "dataset.json"
TRAIN = "dialogues.train.jsonl"
FILES = frozenset({"items.jsonl", "interactions.csv", "dialogues.jsonl", TRAIN, DESCRIPTION, CARD})


@dataclass(frozen=True)
class Dataset:
    """A catalogue with what people did and said.

    `noun` is what one item is called ("film"); `source` is the public source and its licence
    in one line; `dropped` reports what was left out while reading. `held_out` are dialogues that
    the source keeps for evaluation, by the name of their split ("test"): they are saved beside the
    others and are no part of the checksum. `card` says what the cards of the items hold, where that was
    chosen for these data, and `home` is the folder from which relative paths of images start; both are no
    part of it either.
    """

    name: str
    items: Items
    interactions: Interactions
    dialogues: tuple[Dialogue, ...] = ()
    noun: str = "item"
    source: str = ""
    dropped: tuple[str, ...] = ()
    held_out: Mapping[str, tuple[Dialogue, ...]] = field(default_factory=dict)
    card: CardTemplate | None = None
    home: Path | None = field(default=None, compare=False)

    def checksum(self) -> str:
        """SHA-256 of the contents; equal for equal tables on any machine, whatever their name."""
        digest = hashlib.sha256()
        for record in self._records():
            digest.update(json.dumps(record, sort_keys=True).encode())
        rows = self.interactions
        for array in (rows.user_index, rows.item_index, rows.rating, rows.timestamp):
            if array is not None:
                digest.update(array.astype(array.dtype.newbyteorder("<")).tobytes())
        return digest.hexdigest()

    def _records(self) -> Iterable[object]:
        rows = self.interactions
        yield from (item_record(item) for item in self.items)
        yield from (dialogue_record(dialogue) for dialogue in self.dialogues)
        yield {"users": rows.user_ids, "scale": scale_record(rows.scale), "columns": dict(rows.attributes)}

    def counts(self) -> str:
        """What there is of each table, in a sentence."""
        rows = _counted(len(self.interactions), "interaction", "interactions")
        people = _counted(len(self.interactions.user_ids), "person", "people")
        kept = [f"{len(said):,} held out as {split}" for split, said in self.held_out.items()]
        talk = ", ".join([_counted(len(self.dialogues), "dialogue", "dialogues"), *kept])
        return f"{_counted(len(self.items), 'item', 'items')}, {rows} of {people}, {talk}."

    def save(self, folder: str | Path) -> None:
        """Write the tables into a folder of their own, at once or not at all. A `card.json` that is there stays where
        this set has none.

        Raises DataError when the folder holds other files, or cannot be written.
        """
        folder = Path(folder)
        try:
            ours = FILES.union(f"dialogues.{split}.jsonl" for split in self.held_out)
            if folder.exists() and not _is_ours(folder, ours):
                raise DataError("There are other files; choose a new or an empty folder.", file=folder)
            folder.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
                written = Path(scratch, "new")
                self._write(written)
                if self.card is None and (folder / CARD).exists():
                    shutil.copy(folder / CARD, written)
                if folder.exists():
                    folder.replace(Path(scratch, "old"))
                written.replace(folder)
        except UnicodeEncodeError as error:
            raise DataError(
                "A text holds half a character and cannot be saved; correct it.",
                file=folder,
                value=error.object,
            ) from error
        except OSError as error:
            raise DataError(f"The folder cannot be written ({error.strerror}).", file=folder) from error

    def _write(self, folder: Path) -> None:
        folder.mkdir()
        write_lines(folder / "items.jsonl", map(item_record, self.items))
        name = TRAIN if self.held_out else "dialogues.jsonl"
        write_lines(folder / name, map(dialogue_record, self.dialogues))
        for split, dialogues in self.held_out.items():
            write_lines(folder / f"dialogues.{split}.jsonl", map(dialogue_record, dialogues))
        write_interactions(folder / "interactions.csv", self.interactions, self.items)
        description: dict[str, object] = {
            "name": self.name,
            "noun": self.noun,
            "source": self.source,
            "scale": scale_record(self.interactions.scale),
            "dropped": self.dropped,
        }
        if self.home is not None and any(item.image for item in self.items):
            description["home"] = str(self.home)
        write_lines(folder / DESCRIPTION, [description])
        if self.card is not None:
            write_card(folder / CARD, self.card)

    @classmethod
    def load(cls, folder: str | Path) -> "Dataset":
        """The data set of a folder, saved by `save` or put there by a person.

        Needed is `items.*`; `interactions.*`, `dialogues.jsonl`, `dataset.json` and `card.json` are optional.
        Where the dialogues are split in files, `dialogues.train.jsonl` is what may be learnt from and
        the others are held out. Raises DataError.
        """
        folder = Path(folder)
        items = _table_in(folder, "items")
        if items is None:
            raise DataError("There is no items.jsonl, items.csv or items.parquet here.", file=folder)
        about = _about(folder)
        dialogues = (folder / "dialogues.jsonl", folder / TRAIN)
        loaded = load_tables(
            items,
            _table_in(folder, "interactions"),
            next((path for path in dialogues if path.exists()), None),
            name=about.name,
            noun=about.noun,
            source=about.source,
            scale=about.scale,
        )
        return replace(
            loaded,
            dropped=(*about.dropped, *loaded.dropped),
            held_out=_held_out_in(folder, loaded.items),
            card=read_card(folder / CARD, loaded.items) if (folder / CARD).exists() else None,
            home=about.home or loaded.home,
        )


def load_tables(
    items: Path,
    interactions: Path | None,
    dialogues: Path | None,
    *,
    name: str,
    noun: str = "item",
    source: str = "",
    scale: RatingScale | None = None,
) -> Dataset:
    """A data set from its tables. Raises DataError, MissingDependency."""
    catalogue = Items(read_items(items))
    rows = Interactions.of([], [], scale=scale or IMPLICIT)
    reports: list[str] = []
    if interactions is not None:
        rows, reports = read_interactions(interactions, catalogue, scale=scale)
    said: tuple[Dialogue, ...] = ()
    if dialogues is not None:
        said = read_dialogues(dialogues)
        reports += _unknown_mentions(said, catalogue, dialogues)
        said = tuple(_linked(dialogue, catalogue) for dialogue in said)
    home = items.parent.absolute()
    return Dataset(name, catalogue, rows, said, noun=noun, source=source, dropped=tuple(reports), home=home)


def _held_out_in(folder: Path, items: Items) -> dict[str, tuple[Dialogue, ...]]:
    """The dialogues that nothing may be learnt from, by the name of their split."""
    return {
        path.name.split(".")[1]: tuple(_linked(dialogue, items) for dialogue in read_dialogues(path))
        for path in sorted(folder.glob("dialogues.*.jsonl"))
        if path.name != TRAIN
    }


def _counted(number: int, one: str, several: str) -> str:
    return f"{number:,} {one if number == 1 else several}"


def _unknown_mentions(dialogues: Sequence[Dialogue], items: Items, path: Path) -> list[str]:
    unknown = {
        item_id: dialogue.dialogue_id
        for dialogue in reversed(dialogues)
        for item_id in (*dialogue.feedback, *(i for turn in dialogue.turns for i in turn.items))
        if item_id not in items
    }
    if not unknown:
        return []
    item_id, dialogue_id = next(reversed(unknown.items()))
    return [
        f"{path}: {len(unknown)} mentioned item ids are not in the catalogue and are left out, "
        f"such as {item_id!r} in dialogue {dialogue_id!r}."
    ]


def _linked(dialogue: Dialogue, items: Items) -> Dialogue:
    """The dialogue with only the mentions and the feedback that the catalogue knows."""
    feedback = {item_id: said for item_id, said in dialogue.feedback.items() if item_id in items}
    return replace(
        dialogue, turns=tuple(_linked_turn(turn, items) for turn in dialogue.turns), feedback=feedback
    )


def _linked_turn(turn: Turn, items: Items) -> Turn:
    return replace(turn, items=tuple(item_id for item_id in turn.items if item_id in items))


def _is_ours(folder: Path, names: frozenset[str]) -> bool:
    return folder.is_dir() and names.issuperset(path.name for path in folder.iterdir())


def _table_in(folder: Path, stem: str) -> Path | None:
    found = [path for kind in FORMATS if (path := folder / f"{stem}.{kind}").exists()]
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise DataError(f"There are {names}; keep one of them.", file=folder)
    return found[0] if found else None


@dataclass(frozen=True)
class _About:
    """What `dataset.json` says beside the tables."""

    name: str
    noun: str = "item"
    source: str = ""
    scale: RatingScale | None = None
    dropped: tuple[str, ...] = ()
    home: Path | None = None


def _about(folder: Path) -> _About:
    path = folder / DESCRIPTION
    plain = _About(folder.resolve().name)
    if not path.exists():
        return plain
    try:
        fields = values.mapping(json.loads(decoded(read_bytes(path), path)))
        return _About(
            values.optional_text(fields.get("name")) or plain.name,
            noun=values.optional_text(fields.get("noun")) or plain.noun,
            source=values.optional_text(fields.get("source")) or plain.source,
            scale=_scale(fields.get("scale")),
            dropped=values.texts(fields.get("dropped")),
            home=_path(fields.get("home")),
        )
    except ValueError as error:
        raise DataError(f"The description cannot be used ({error}); correct it.", file=path) from error


def _path(value: object) -> Path | None:
    text = values.optional_text(value)
    return None if text is None else Path(text)


def _scale(value: object) -> RatingScale | None:
    if value is None:
        return None
    fields = values.mapping(value)
    implicit = values.optional_truth(fields.get("implicit")) or False
    return RatingScale(values.rating(fields.get("low")), values.rating(fields.get("high")), implicit)
