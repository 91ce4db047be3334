"""Zero-shot, each task alone, all tasks jointly: every one on the held-out people of every task."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from agent.lessons import Sources, lessons_of
from evaluation.ablation.record import METRICS, TaskRecord
from evaluation.ablation.tables import differences, per_task, picture
from evaluation.records import RecordLog
from evaluation.report import Example, Report, Run
from language_model.adapter import WEIGHTS
from language_model.source import model_folder
from language_model.training import TASKS, Lessons, Origin, Task, Trainer, TrainSettings
from language_model.training.checkpoint import has_checkpoint
from language_model.training.encoding import Encoded, Encoder
from language_model.training.measuring import Score, measured
from language_model.training.network import Network
from language_model.training.sampling import fixed

ZERO, JOINT = "zero-shot", "joint"
Held: TypeAlias = Mapping[Task, Sequence[Encoded]]


class AblationSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    tasks: tuple[Task, ...] = TASKS
    tokens: int = Field(default=1_000_000, ge=1)
    """Of the joint run; a task alone gets its even share, so that it sees as much of itself as in the joint run."""
    examples: int = Field(default=300, ge=2)
    """Held-out examples of each task."""
    training: TrainSettings = TrainSettings()


def run_ablation(
    sources: Sources,
    out: Path,
    *,
    settings: AblationSettings,
    origin: Origin,
    model: str | Path | None = None,
    train: Callable[[Trainer], bool] = Trainer.train,
    tell: Callable[[str], None] = lambda _: None,
) -> Report | None:
    """The report, or None when a training was stopped; the same call goes on from there.

    Adapters are in `out/adapters`, what was measured in `out/records.jsonl`. Raises ConfigError for settings or
    data that cannot be used, or when `out` holds another run.
    """
    seed = settings.training.seed
    lessons = lessons_of(sources, settings.tasks, seed=seed)
    log = RecordLog.within(
        out,
        run={
            "protocol": "ablation",
            "data": dict(origin.checksums),
            "settings": settings.model_dump(mode="json"),
            "model": model_folder(model).name,
        },
        kind=TaskRecord,
    )
    names = (ZERO, *(f"{task} alone" for task in settings.tasks), JOINT)
    for name in names[1:]:
        own: tuple[Task, ...] = settings.tasks if name == JOINT else (_task(name, settings.tasks),)
        chosen = {task: lessons[task] for task in own}
        share = settings.tokens * len(own) // len(settings.tasks)
        if not _trained(name, chosen, out, share, settings, origin, model, train, tell):
            return None
    _measure(names, lessons, out, settings, model, log, tell)
    return _report(names, log, settings, origin)


def _trained(  # noqa: PLR0913, PLR0917  one call, each by its place
    name: str,
    lessons: Mapping[Task, Sequence[Lessons]],
    out: Path,
    tokens: int,
    settings: AblationSettings,
    origin: Origin,
    model: str | Path | None,
    train: Callable[[Trainer], bool],
    tell: Callable[[str], None],
) -> bool:
    place = _place(out, name)
    if (place / WEIGHTS).is_file():
        return True
    tell(f"training {name}")
    trainer = Trainer(
        lessons,
        place,
        settings=settings.training.model_copy(update={"tokens": max(1, tokens)}),
        origin=origin,
        model=model,
        resume=has_checkpoint(place),
        tell=tell,
    )
    return train(trainer)


def _measure(
    names: Sequence[str],
    lessons: Mapping[Task, Sequence[Lessons]],
    out: Path,
    settings: AblationSettings,
    model: str | Path | None,
    log: RecordLog[TaskRecord],
    tell: Callable[[str], None],
) -> None:
    network = Network(model_folder(model), settings.training)
    encoder = Encoder(network.tokenizer, longest=settings.training.longest)
    seed = settings.training.seed
    held = {
        task: [encoder.encode(one) for one in fixed(those, "test", seed=seed, most=settings.examples)]
        for task, those in lessons.items()
    }
    bare = network.state()
    for name in names:
        network.restore(bare)
        if name != ZERO:
            network.adopt(_place(out, name))
        for task, examples in held.items():
            if log.get(name, task) is None:
                tell(f"measuring {name} on {task}")
                scores = measured(network, examples, tokens=settings.training.pack_tokens)
                log.add(_record(name, task, scores))


def _record(name: str, task: Task, scores: Sequence[Score]) -> TaskRecord:
    return TaskRecord(
        name,
        task,
        tuple(one.loss for one in scores),
        tuple(one.accuracy for one in scores),
        tuple(one.exact for one in scores),
    )


def _report(
    names: Sequence[str], log: RecordLog[TaskRecord], settings: AblationSettings, origin: Origin
) -> Report:
    tasks, seed = settings.tasks, settings.training.seed
    records = {(name, str(task)): one for name in names for task in tasks if (one := log.get(name, task))}
    pairs = [
        (str(task), *two)
        for task in tasks
        for two in ((f"{task} alone", ZERO), (JOINT, ZERO), (JOINT, f"{task} alone"))
    ]
    return Report(
        name="ablation",
        title="Learning together (ablation)",
        tables=(
            *per_task(records, names, tasks, seed=seed),
            differences(records, pairs, seed=seed),
        ),
        notes=(
            "People, dialogues and items that no adapter learned from and that stopped none early; the same "
            "examples for every system.",
            f"The joint run reads {settings.tokens:,} tokens, a task alone its even share of them.",
            "Loss: nats per token of the target, a mean over examples. Accuracy: share of the target's tokens that "
            "the model would have chosen, given those before. Exact: it would have written the whole target.",
        ),
        examples=tuple(_examples(records)),
        run=Run.of(seed=seed, data=origin.checksums, settings=settings),
        plots=(picture(records, names, tasks, seed=seed),),
    )


def _examples(records: Mapping[tuple[str, str], TaskRecord]) -> "list[Example]":
    return [
        Example(system, f"{task}/{place}", {metric: one.values(metric)[place] for metric in METRICS})
        for (system, task), one in records.items()
        for place in range(len(one.loss))
    ]


def _place(out: Path, name: str) -> Path:
    return out / "adapters" / name.replace(" ", "-")


def _task(name: str, tasks: Sequence[Task]) -> Task:
    return next(task for task in tasks if name == f"{task} alone")
