"""`duetto train`: an adapter of the language model for anyone's data."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from language_model.training.example import EVERY_TASK, TASKS
from ui.options import DEFAULT

if TYPE_CHECKING:
    from language_model.training import Task, Trainer

STOPPED = 130


class Tasks(click.ParamType["tuple[Task, ...]"]):
    """Names of tasks, separated by commas."""

    name = "tasks"

    def convert(
        self, value: "str | tuple[Task, ...]", param: click.Parameter | None, ctx: click.Context | None
    ) -> "tuple[Task, ...]":
        if isinstance(value, tuple):
            return value
        names = [name.strip() for name in value.split(",") if name.strip()]
        unknown = [name for name in names if name not in EVERY_TASK]
        if unknown or not names:
            self.fail(
                f"{', '.join(unknown) or 'nothing'} is no task; there are {', '.join(EVERY_TASK)}.",
                param,
                ctx,
            )
        return tuple(task for task in EVERY_TASK if task in names)


@click.command()
@click.argument("data", nargs=-1, metavar="[DATA ...]")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="The adapter's folder: weights, model card, curves, log and checkpoints.",
)
@click.option("--tasks", type=Tasks(), default=",".join(TASKS), show_default=True, help="What is learned.")
@click.option("--hours", type=float, help="End after so many hours of training.")
@click.option("--tokens", type=click.IntRange(1), help="End after so many tokens read. Default: two million.")
@click.option("--rank", type=click.IntRange(1, 256), default=16, show_default=True)
@click.option("--rate", type=float, default=4e-4, show_default=True, help="The highest learning rate.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option(
    "--shippable", is_flag=True, help="Learn only from data whose licence lets the adapter be given on."
)
@click.option(
    "--from",
    "start",
    metavar="ADAPTER",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder of an adapter to begin from. Default: one that changes nothing.",
)
@click.option("--resume", is_flag=True, help="Go on from the latest checkpoint in --out.")
@click.option(
    "--model", metavar="DIR|GGUF", help="The language model. Default: the one that `duetto chat` uses."
)
@click.option(
    "--save-every", type=click.IntRange(1), default=50, show_default=True, help="Steps per checkpoint."
)
@click.option("--validate-every", type=click.IntRange(1), default=100, show_default=True, help="Steps.")
@click.option(
    "--pack-tokens", type=click.IntRange(16), default=1024, show_default=True, help="Tokens side by side."
)
@click.option("--packs", type=click.IntRange(1), default=4, show_default=True, help="Added up for a step.")
@click.option(
    "--examples", type=click.IntRange(1), default=200, show_default=True, help="To validate on, per task."
)
@click.option("--threads", type=click.IntRange(1), envvar="DUETTO_THREADS", help="Of the processor.")
@click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")
def train(
    data: tuple[str, ...],
    out: Path,
    tasks: "tuple[Task, ...]",
    hours: float | None,
    tokens: int | None,
    rank: int,
    rate: float,
    seed: int,
    shippable: bool,
    start: Path | None,
    resume: bool,
    model: str | None,
    save_every: int,
    validate_every: int,
    pack_tokens: int,
    packs: int,
    examples: int,
    threads: int | None,
    quiet: bool,
) -> None:
    """Train a low-rank adapter on data sets, by name or folder, for several tasks at once.

    \b
    behaviour      what people turned to next, and whether they liked it
    content        what an item's record says of those who like it, and the reverse
    understanding  a message to what it means
    reply          evidence to words
    fused          titles told apart where the other voices cannot; only if asked for

    Ctrl-C saves a checkpoint; --resume goes on from it as if nothing had happened. docs/train.md tells more.
    """
    from agent.lessons import lessons_of
    from language_model.training import Trainer, TrainSettings
    from ui.learning import origin_of, sources_of, use_threads
    from ui.progress import progress_bars

    settings = TrainSettings(
        rank=rank,
        rate=_positive(rate, "--rate"),
        tokens=tokens if tokens or hours else 2_000_000,
        hours=None if hours is None else _positive(hours, "--hours"),
        seed=seed,
        save_every=save_every,
        validate_every=validate_every,
        pack_tokens=pack_tokens,
        packs=packs,
        validation_examples=examples,
    )
    use_threads(threads)
    sources = sources_of(data or (DEFAULT,), shippable=shippable, quiet=quiet)
    with progress_bars(quiet=quiet) as progress:
        lessons = lessons_of(sources, tasks, seed=seed, progress=progress)
    trainer = Trainer(
        lessons,
        out,
        settings=settings,
        origin=origin_of(sources, shippable=shippable),
        model=model,
        start=start,
        resume=resume,
        tell=(lambda _: None) if quiet else (lambda said: click.echo(said, err=True)),
    )
    with stoppable(trainer):
        finished = trainer.train()
    if not finished:
        click.echo(f"Stopped, with a checkpoint in {out}; go on with --resume.", err=True)
        raise SystemExit(STOPPED)
    click.echo(f"{out}: use it with --adapter {out}, or keep it with duetto build --adapter {out}.")


@contextmanager
def stoppable(trainer: "Trainer") -> Iterator[None]:
    """The first Ctrl-C or SIGTERM ends training after the step that is under way; a second one ends at once."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in numbers}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def stop(_number: int, _frame: object) -> None:
        trainer.stop()
        restore()

    for number in numbers:
        signal.signal(number, stop)
    try:
        yield
    finally:
        restore()


def _positive(value: float, option: str) -> float:
    if not 0 < value < float("inf"):
        raise click.BadParameter("it must be a positive number.", param_hint=option)
    return value
