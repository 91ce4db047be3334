"""The `duetto` command. Heavy libraries load inside the commands, so that help comes at once."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog import ConfigError, DuettoError
from ui.progress import progress_bars

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from agent import Agent, Recommendation

DEFAULT = "movielens-small"
_FOLDER = click.argument("folder", default=DEFAULT, metavar="[NAME|DIR]")
_ALPHA = click.option(
    "--alpha",
    type=float,
    help="Weight of people like you, 0 to 1; the rest is your words. Default: by what is known of you.",
)
_CHAT_MODEL = click.option(
    "--chat-model",
    envvar="DUETTO_CHAT_MODEL",
    metavar="PROVIDER:NAME",
    help='A LangChain chat model that words the replies and reads the messages, e.g. "openai:gpt-5-mini", '
    'or "local" for the built-in one. Default: none.',
)
_QUIET = click.option("-q", "--quiet", is_flag=True, help="No progress on stderr.")


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
    "--archive", type=click.Path(path_type=Path), help="The official archive of a built-in data set."
)
@click.option("--noun", default="item", show_default=True, help='What one item is called, e.g. "book".')
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The folder to build in.")
@_QUIET
def build(
    source: str | None,
    items: Path | None,
    interactions: Path | None,
    dialogues: Path | None,
    archive: Path | None,
    noun: str,
    out: Path | None,
    quiet: bool,  # noqa: FBT001
) -> None:
    """Index a data set once: a built-in NAME, a folder with TABLES, or single files. Resumes where it stopped."""
    from agent.library import build as build_folder
    from agent.library import folder_of
    from agent.models import Models
    from catalog import load, load_tables
    from catalog.sources import SOURCES

    if (source is None) == (items is None):
        raise click.UsageError("Give a built-in name or a folder with tables, or --items FILE.")
    if out is None and source not in SOURCES:
        raise click.UsageError("Say where to build: -o FOLDER.")
    with progress_bars(quiet=quiet) as progress:
        if items is not None:
            name = (out or items).name
            dataset = load_tables(items, interactions, dialogues, name=name, noun=noun)
        else:
            dataset = load(source or DEFAULT, archive=archive, progress=progress)
        folder = out or folder_of(source or DEFAULT)
        world = build_folder(dataset, folder, Models.open(progress=progress), progress=progress)
        world.index.close()
    for line in dataset.dropped:
        click.echo(line, err=True)
    click.echo(f"{folder}: {len(dataset.items)} items, {len(dataset.interactions)} interactions.")


@cli.command()
@_FOLDER
@click.option("--user", help="Your id: the same id comes back to the same conversation.")
@_ALPHA
@_CHAT_MODEL
@_QUIET
def chat(folder: str, user: str | None, alpha: float | None, chat_model: str | None, quiet: bool) -> None:  # noqa: FBT001
    """Talk in the terminal."""
    from ui.terminal import talk

    with _opened(folder, alpha=alpha, chat_model=chat_model, quiet=quiet) as agent:
        talk(agent, user)


@cli.command()
@_FOLDER
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=7860, show_default=True, type=click.IntRange(1, 65535))
@click.option("--open-browser", is_flag=True, help="Open the page in a browser.")
@_ALPHA
@_CHAT_MODEL
@_QUIET
def ui(
    folder: str,
    host: str,
    port: int,
    open_browser: bool,  # noqa: FBT001
    alpha: float | None,
    chat_model: str | None,
    quiet: bool,  # noqa: FBT001
) -> None:
    """Open the chat as a page in the browser."""
    with _opened(folder, alpha=alpha, chat_model=chat_model, quiet=quiet) as agent:
        from ui.web import serve

        serve(agent, host=host, port=port, open_browser=open_browser)


@cli.command()
@_FOLDER
@click.option("--like", multiple=True, metavar="TITLE", help="Something you like; repeatable.")
@click.option(
    "--not", "dislike", multiple=True, metavar="TITLE", help="Something you do not like; repeatable."
)
@click.option("--say", default="", metavar="TEXT", help="What you feel like, in your words.")
@click.option("-n", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@_ALPHA
@_QUIET
def recommend(
    folder: str,
    like: tuple[str, ...],
    dislike: tuple[str, ...],
    say: str,
    n: int,
    as_json: bool,  # noqa: FBT001
    alpha: float | None,
    quiet: bool,  # noqa: FBT001
) -> None:
    """One shot: recommendations for titles and a sentence."""
    with _opened(folder, alpha=alpha, chat_model=None, quiet=quiet) as agent:
        found = agent.recommend(like=like, dislike=dislike, say=say, n=n)
    if as_json:
        click.echo(json.dumps([_plain(r) for r in found], ensure_ascii=False, indent=2))
        return
    for place, r in enumerate(found, 1):
        click.echo(f"{place:2}. {r.item.label()}  {r.score:+.2f} (people {r.cf:+.2f}, words {r.lm:+.2f})")
        for reason in r.reasons:
            click.echo(f"      {reason}")


@cli.group()
def evaluate() -> None:
    """Measure a data set by a protocol, or play scripted dialogues."""


@evaluate.command()
@click.argument("folder", default="movielens-100k", metavar="[NAME|TABLES]")
@click.option(
    "--setting",
    type=click.Choice(["leave-last-out", "new-person"]),
    default="leave-last-out",
    show_default=True,
    help="The last rating of everyone, or people of whom only a few ratings are known.",
)
@click.option(
    "--users",
    type=click.IntRange(1),
    help="A random sample of so many people (new-person: for validation and for test); default: everyone.",
)
@click.option("--without-models", is_flag=True, help="Only the rows that need no model; done in seconds.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="A folder for the table and the predictions; resumes."
)
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@_QUIET
def ranking(
    folder: str,
    setting: str,
    users: int | None,
    without_models: bool,  # noqa: FBT001
    out: Path | None,
    as_json: bool,  # noqa: FBT001
    quiet: bool,  # noqa: FBT001
) -> None:
    """Ranking from history: what a person likes, to be found in the whole catalogue."""
    from catalog import load
    from evaluation import NewPersonTable, RankingTable, run_new_person, run_ranking

    run: Callable[..., RankingTable | NewPersonTable]
    run = run_new_person if setting == "new-person" else run_ranking
    with progress_bars(quiet=quiet) as progress:
        embedder = model = None
        if not without_models:
            from language_model import LanguageModel
            from retrieval import Embedder

            embedder, model = Embedder.open(), LanguageModel.open(progress=progress)
        table = run(
            load(folder, progress=progress),
            embedder=embedder,
            language_model=model,
            out=out,
            max_users=users,
            progress=progress,
        )
    click.echo(table.jsonl() if as_json else table.markdown())


@evaluate.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True), metavar="[FILE|DIR]...")
@click.option("--data", "folder", default=DEFAULT, show_default=True, metavar="NAME|DIR")
@_QUIET
def scripts(files: tuple[Path, ...], folder: str, quiet: bool) -> None:  # noqa: FBT001
    """Play scripted dialogues; without files, the built-in ones. Exit code 1 when one fails."""
    from evaluation.scripts import read_scripts, run_script

    found = read_scripts(files)
    with _opened(folder, alpha=None, chat_model=None, quiet=quiet) as agent:
        outcomes = [run_script(agent, script) for script in found]
    for outcome in outcomes:
        click.echo(outcome.report())
    passed = sum(outcome.passed for outcome in outcomes)
    click.echo(f"{passed} of {len(outcomes)} scripts passed")
    if passed < len(outcomes):
        sys.exit(1)


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


def _opened(folder: str, *, alpha: float | None, chat_model: str | None, quiet: bool) -> "Agent":
    from agent import Agent

    with progress_bars(quiet=quiet) as progress:
        agent = Agent.open(folder, alpha=alpha, progress=progress)
        if chat_model:
            agent.use_chat_model(_chat_model(chat_model, agent))
    return agent


def _chat_model(name: str, agent: "Agent") -> "BaseChatModel":
    if name == "local":
        from language_model import LocalChatModel

        return LocalChatModel(language_model=agent.world.model)
    from langchain.chat_models import init_chat_model

    try:
        model: BaseChatModel = init_chat_model(name)
    except (ImportError, ValueError) as error:
        raise ConfigError(f'The chat model "{name}" cannot be used: {error}') from error
    return model


def _plain(found: "Recommendation") -> dict[str, object]:
    return {
        "item_id": found.item.item_id,
        "title": found.item.title,
        "year": found.item.year,
        "score": found.score,
        "cf": found.cf,
        "lm": found.lm,
        "reasons": found.reasons,
    }


if __name__ == "__main__":
    main()
