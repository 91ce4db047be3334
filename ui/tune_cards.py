"""`duetto tune-cards`: the text by which items are found, by validation."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog import Progress
from ui.reporting import Terms, reported

if TYPE_CHECKING:
    from evaluation import Report


@click.command("tune-cards")
@click.argument("data", metavar="NAME|TABLES")
@click.option(
    "--items",
    type=click.IntRange(2),
    default=3000,
    show_default=True,
    help="The best known of the catalogue, all of which every template embeds.",
)
@click.option(
    "--cases",
    type=click.IntRange(1),
    default=400,
    show_default=True,
    help="Dialogues, or else people, that choose, and as many others that report.",
)
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file for the chosen card: card.json in a folder with tables is found there, any other is for "
    "`duetto build --card`.",
)
@reported
def tune_cards(terms: Terms, data: str, items: int, cases: int, save: Path | None) -> None:
    """Choose what an item's card holds by what content alone then finds, on train dialogues or validation people."""
    from catalog import load, write_card
    from evaluation.cards import CardSettings, choose_card
    from retrieval import open_embedder

    def make(progress: Progress) -> "Report":
        found = choose_card(
            load(data, progress=progress),
            embedder=open_embedder(progress=progress),
            settings=CardSettings(items=items, cases=cases, seed=terms.seed),
            progress=progress,
        )
        if save is not None:
            write_card(save, found.template)
        return found.report

    terms.give(make)
