"""From data sets to the lessons of every task."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agent.lessons.behaviour import People, Talks
from agent.lessons.choices import Choices
from agent.lessons.content import Cards, Records
from agent.lessons.licences import licence_of
from agent.lessons.material import Material
from agent.lessons.replies import Spoken, Worded
from agent.lessons.understanding import Annotated, Generated
from catalog import ConfigError, Dataset, Dialogue, Progress, load, read_dialogues
from catalog.dataset import TRAIN
from language_model.training.example import Lessons, Task

_NOUNS = {
    "film": ("redial", "movie", "inspired", "opendialkg-movies"),
    "book": ("goodbooks", "opendialkg-books"),
}
"""What an item is called where a folder of public tables does not say."""
INTENTS_FILE, INTENTS = "iard_intents.jsonl", "iard"


@dataclass(frozen=True, eq=False)
class Talk:
    """Dialogues beside a catalogue: another source of messages that are read against it."""

    name: str
    dialogues: tuple[Dialogue, ...]


@dataclass(frozen=True, eq=False)
class Sources:
    """What a course is made from."""

    materials: tuple[Material, ...]
    talks: tuple[Talk, ...] = ()

    def shippable(self) -> "Sources":
        """Only what may be learned from by an adapter that is given to others; raises ConfigError for data sets
        that may not."""
        barred = [one.name for one in self.materials if not licence_of(one.name).ships]
        if barred:
            terms = "; ".join(f"{name}: {licence_of(name).name}" for name in barred)
            raise ConfigError(
                f"An adapter that learned from {', '.join(barred)} may not be given to others ({terms}). Leave "
                "that out, or train without --shippable."
            )
        return Sources(self.materials, tuple(one for one in self.talks if licence_of(one.name).ships))

    def licences(self) -> dict[str, str]:
        """By data set."""
        names = [one.name for one in self.materials] + [one.name for one in self.talks]
        return {name: licence_of(name).name for name in names}


def read_sources(
    data: Sequence[str], *, held_out: frozenset[str] = frozenset(), progress: Progress | None = None
) -> Sources:
    """Data sets by name or folder; a folder with dialogues alone is read against the first catalogue.

    Dialogues of validation and test files beside the data are held out, and so are those of `held_out`,
    wherever else they turn up. Raises catalog.UnknownDataset, catalog.DataError, ConfigError.
    """
    materials: list[Material] = []
    talks: dict[str, tuple[Dialogue, ...]] = {}
    for name in data:
        folder = Path(name)
        if _only_dialogues(folder):
            talks[folder.resolve().name] = _dialogues_in(folder)
            continue
        dataset = _named(load(name, progress=progress))
        materials.append(Material(dataset, held_out | _kept_apart(folder, dataset)))
        if (folder / INTENTS_FILE).is_file():
            talks[INTENTS] = read_dialogues(folder / INTENTS_FILE)
    if not materials:
        raise ConfigError("There is no catalogue to learn: name a data set with items besides the dialogues.")
    apart = held_out.union(*(one.held_out for one in materials))
    return Sources(tuple(materials), tuple(Talk(name, _kept(said, apart)) for name, said in talks.items()))


def lessons_of(
    sources: Sources, tasks: Iterable[Task], *, seed: int, progress: Progress | None = None
) -> dict[Task, list[Lessons]]:
    """Of each task those that have at least one unit to train on. Raises ConfigError for a task without any.

    For `fused` the other voices are asked at every moment of the dialogues, minutes of work that the cache keeps.
    """
    found: dict[Task, list[Lessons]] = {}
    for task in tasks:
        made = [one for make in _MAKERS[task] for one in make(sources, seed, progress)]
        found[task] = [one for one in made if one.count("train")]
        if not found[task]:
            raise ConfigError(
                f"There is nothing here to learn {task} from: leave it out of --tasks, or add data that has it."
            )
    return found


def _people(sources: Sources, seed: int, _: Progress | None) -> list[Lessons]:
    return [People(one, seed) for one in sources.materials if len(one.dataset.interactions)]


def _talks(sources: Sources, seed: int, _: Progress | None) -> list[Lessons]:
    return [Talks(one, seed) for one in sources.materials if one.dialogues]


def _content(sources: Sources, seed: int, _: Progress | None) -> list[Lessons]:
    cards: list[Lessons] = [Cards(one, seed) for one in sources.materials if len(one.dataset.interactions)]
    return [*cards, *(Records(one, seed) for one in sources.materials)]


def _understanding(sources: Sources, seed: int, _: Progress | None) -> list[Lessons]:
    first = sources.materials[0]
    own = [Annotated(one, one.dialogues, one.name, seed) for one in sources.materials if one.dialogues]
    others = [Annotated(_home(one, sources) or first, one.dialogues, one.name, seed) for one in sources.talks]
    return [*own, *others, *(Generated(one, seed) for one in sources.materials)]


def _home(talk: Talk, sources: Sources) -> Material | None:
    """The catalogue that the dialogues name items of."""
    named = [item_id for one in talk.dialogues[:50] for turn in one.turns for item_id in turn.items]
    known = [
        (sum(item_id in one.dataset.items for item_id in named), -place, one)
        for place, one in enumerate(sources.materials)
    ]
    best = max(known, key=lambda pair: pair[:2])
    return best[2] if named and best[0] else None


def _replies(sources: Sources, seed: int, _: Progress | None) -> list[Lessons]:
    worded: list[Lessons] = [Worded(one, seed) for one in sources.materials if len(one.dataset.interactions)]
    return [*worded, *(Spoken(one, seed) for one in sources.materials if one.dialogues)]


def _fused(sources: Sources, seed: int, progress: Progress | None) -> list[Lessons]:
    return [Choices.of(one, seed, progress=progress) for one in sources.materials if one.dialogues]


_Maker = Callable[[Sources, int, Progress | None], list[Lessons]]
_MAKERS: Mapping[Task, Sequence[_Maker]] = {
    "behaviour": (_people, _talks),
    "content": (_content,),
    "understanding": (_understanding,),
    "reply": (_replies,),
    "fused": (_fused,),
}


def _named(dataset: Dataset) -> Dataset:
    known = [noun for noun, families in _NOUNS.items() if dataset.name.startswith(families)]
    return replace(dataset, noun=known[0]) if dataset.noun == "item" and known else dataset


def _only_dialogues(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.glob("items.*")) and any(folder.glob("dialogues*.jsonl"))


def _dialogues_in(folder: Path) -> tuple[Dialogue, ...]:
    whole, train = folder / "dialogues.jsonl", folder / TRAIN
    chosen = train if train.is_file() else whole
    return read_dialogues(chosen) if chosen.is_file() else ()


def _kept(dialogues: Iterable[Dialogue], held_out: frozenset[str]) -> tuple[Dialogue, ...]:
    return tuple(one for one in dialogues if one.dialogue_id not in held_out)


def _kept_apart(folder: Path, dataset: Dataset) -> frozenset[str]:
    """Ids of the dialogues that the source keeps for evaluation."""
    own = {one.dialogue_id for split in dataset.held_out.values() for one in split}
    files = [path for path in sorted(folder.glob("dialogues.*.jsonl")) if path.name != TRAIN]
    return frozenset(own | {one.dialogue_id for path in files for one in read_dialogues(path)})
