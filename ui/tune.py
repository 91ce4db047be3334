"""`duetto tune`: hyperparameters by validation."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog import Progress
from ui.reporting import Terms, reported

if TYPE_CHECKING:
    from evaluation import Report
    from evaluation.tuning import Setting


@click.command()
@click.argument("data", default="movielens-100k", metavar="[NAME|TABLES]")
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="NAME",
    help="Tune this one; repeatable. Default: all that can.",
)
@click.option(
    "--setting",
    type=click.Choice(["new-person", "leave-last-out", "random"]),
    default="new-person",
    show_default=True,
    help="Whose validation ratings decide, as in `duetto evaluate ranking`.",
)
@click.option("--trials", type=click.IntRange(1), default=20, show_default=True, help="Of each model.")
@click.option(
    "--users",
    type=click.IntRange(1),
    default=1000,
    show_default=True,
    help="A random sample of at most so many validation people.",
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder for the configurations, beside others that were tuned on the same data; "
    "`duetto evaluate ranking --models --tuned` reads it.",
)
@reported
def tune(
    terms: Terms,
    data: str,
    models: tuple[str, ...],
    setting: "Setting",
    trials: int,
    users: int,
    save: Path | None,
) -> None:
    """Search the configuration of a model that ranks best on validation ratings. Test ratings stay unseen."""
    from catalog import load
    from evaluation.rows import Tuned
    from evaluation.tuning import tune as search

    def make(progress: Progress) -> "Report":
        dataset = load(data, progress=progress)
        known = None if save is None else Tuned.read(save, dataset, setting=setting)
        found = search(
            dataset,
            models,
            setting=setting,
            trials=trials,
            seed=terms.seed,
            out=terms.out,
            max_users=users,
            known=known,
            progress=progress,
        )
        if save is not None:
            found.tuned().write(save)
        return found.report()

    terms.give(make)
