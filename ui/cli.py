"""The `duetto` command. Heavy libraries load inside the commands, so that help comes at once."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog import DuettoError
from ui.evaluate import evaluate
from ui.importing import import_
from ui.options import (
    ADAPTER,
    ALPHA,
    CHAT_MODEL,
    DEFAULT,
    EMBEDDER,
    FOLDER,
    IMAGE_MODEL,
    QUIET,
    RATINGS,
    SCORER,
    opened,
)
from ui.progress import progress_bars
from ui.train import train
from ui.tune import tune
from ui.tune_cards import tune_cards

if TYPE_CHECKING:
    from agent import Recommendation


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="duetto")
def cli() -> None:
    """A conversational recommender: people who share your taste, and a language model that reads what you said."""


@cli.command()
@click.argument("source", required=False, metavar="[NAME|TABLES]")
@click.option("--items", type=click.Path(path_type=Path), help="Items: .jsonl, .csv or .parquet.")
@click.option(
    "--interactions", type=click.Path(path_type=Path), help="Interactions: .csv, .parquet or .jsonl."
)
@click.option("--dialogues", type=click.Path(path_type=Path), help="Dialogues: .jsonl.")
@click.option(
    "--archive", type=click.Path(path_type=Path), help="The official archive of a data set by NAME."
)
@click.option(
    "--noun", help='What one item is called, e.g. "book". Default: what the source says, or "item".'
)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The folder to build in.")
@click.option(
    "--card",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What the items' cards hold, as `duetto tune-cards` writes it. Default: card.json beside the tables, "
    "or what was chosen for the data set.",
)
@EMBEDDER
@IMAGE_MODEL
@ADAPTER
@QUIET
def build(
    source: str | None,
    items: Path | None,
    interactions: Path | None,
    dialogues: Path | None,
    archive: Path | None,
    noun: str | None,
    out: Path | None,
    card: Path | None,
    embedder: str | None,
    image_model: str | None,
    adapter: str | None,
    quiet: bool,  # noqa: FBT001
) -> None:
    """Index a data set once: by NAME, a folder with TABLES, official files or their zip, or single files.

    Resumes where it stopped. Your own tables become a folder with TABLES by `duetto import`.
    """
    from agent.library import adapter_for, folder_of
    from agent.library import build as build_folder
    from agent.manifest import embedder_of, image_model_for
    from agent.models import Models
    from catalog import coverage, load, load_tables, read_card
    from catalog.sources import SOURCES

    if (source is None) == (items is None):
        raise click.UsageError("Give a built-in name or a folder with tables, or --items FILE.")
    if out is None and source not in SOURCES:
        raise click.UsageError("Say where to build: -o FOLDER.")
    with progress_bars(quiet=quiet) as progress:
        if items is not None:
            name = (out or items).name
            dataset = load_tables(items, interactions, dialogues, name=name)
        else:
            dataset = load(source or DEFAULT, archive=archive, progress=progress)
        dataset = replace(dataset, noun=noun or dataset.noun)
        if card is not None:
            dataset = replace(dataset, card=read_card(card, dataset.items))
        folder = out or folder_of(source or DEFAULT)
        models = Models.open(
            embedder=embedder or embedder_of(folder),
            adapter=adapter_for(folder, adapter),
            image_model=image_model_for(folder, image_model),
            progress=progress,
        )
        world = build_folder(dataset, folder, models, progress=progress)
        world.index.close()
    for line in dataset.dropped:
        click.echo(line, err=True)
    if world.pictures is not None:
        click.echo(world.pictures.told(tuple(world.dataset.items)), err=True)
    click.echo(f"{folder}: {dataset.counts()}")
    click.echo(coverage(dataset.items))


@cli.command()
@FOLDER
@click.option("--user", help="Your id: the same id comes back to the same conversation.")
@RATINGS
@ALPHA
@CHAT_MODEL
@ADAPTER
@SCORER
@QUIET
def chat(
    folder: str,
    user: str | None,
    ratings: Path | None,
    alpha: float | None,
    chat_model: str | None,
    adapter: str | None,
    scorer: str | None,
    quiet: bool,  # noqa: FBT001
) -> None:
    """Talk in the terminal."""
    from ui.terminal import talk

    with opened(
        folder, alpha=alpha, chat_model=chat_model, adapter=adapter, scorer=scorer, quiet=quiet
    ) as agent:
        talk(agent, user, ratings=ratings)


@cli.command()
@FOLDER
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=7860, show_default=True, type=click.IntRange(1, 65535))
@click.option("--open-browser", is_flag=True, help="Open the page in a browser.")
@ALPHA
@CHAT_MODEL
@ADAPTER
@SCORER
@QUIET
def ui(
    folder: str,
    host: str,
    port: int,
    open_browser: bool,  # noqa: FBT001
    alpha: float | None,
    chat_model: str | None,
    adapter: str | None,
    scorer: str | None,
    quiet: bool,  # noqa: FBT001
) -> None:
    """Open the chat as a page in the browser."""
    with opened(
        folder, alpha=alpha, chat_model=chat_model, adapter=adapter, scorer=scorer, quiet=quiet
    ) as agent:
        from ui.web import serve

        serve(agent, host=host, port=port, open_browser=open_browser)


@cli.command()
@FOLDER
@click.option("--like", multiple=True, metavar="TITLE", help="Something you like; repeatable.")
@click.option(
    "--not", "dislike", multiple=True, metavar="TITLE", help="Something you do not like; repeatable."
)
@click.option("--say", default="", metavar="TEXT", help="What you feel like, in your words.")
@RATINGS
@click.option("-n", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many.")
@click.option("--parts", is_flag=True, help="What every title and phrase adds to each score.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@ALPHA
@ADAPTER
@SCORER
@QUIET
def recommend(
    folder: str,
    like: tuple[str, ...],
    dislike: tuple[str, ...],
    say: str,
    ratings: Path | None,
    n: int,
    parts: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    alpha: float | None,
    adapter: str | None,
    scorer: str | None,
    quiet: bool,  # noqa: FBT001
) -> None:
    """One shot: recommendations for titles and a sentence."""
    with opened(folder, alpha=alpha, chat_model=None, adapter=adapter, scorer=scorer, quiet=quiet) as agent:
        found = agent.recommend(like=like, dislike=dislike, say=say, ratings=ratings, n=n, parts=parts)
    if as_json:
        click.echo(json.dumps([_plain(r) for r in found], ensure_ascii=False, indent=2))
        return
    for place, r in enumerate(found, 1):
        click.echo(f"{place:2}. {r.item.label()}  {r.score:+.2f} (people {r.cf:+.2f}, words {r.lm:+.2f})")
        for reason in r.reasons:
            click.echo(f"      {reason}")
        for part in (*r.parts.people, *r.parts.words) if r.parts else ():
            click.echo(f"      {part.amount:+.2f} {part.about}")


cli.add_command(import_)
cli.add_command(evaluate)
cli.add_command(train)
cli.add_command(tune)
cli.add_command(tune_cards)


def main() -> None:
    """Entry point: one sentence for an error, exit code 1; 2 for usage, 130 for Ctrl-C."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        cli(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except DuettoError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)


def _plain(found: "Recommendation") -> dict[str, object]:
    return {
        "item_id": found.item.item_id,
        "title": found.item.title,
        "year": found.item.year,
        "score": found.score,
        "cf": found.cf,
        "lm": found.lm,
        "reasons": found.reasons,
        **({} if found.parts is None else {"parts": found.parts.model_dump(mode="json")}),
    }


if __name__ == "__main__":
    main()
