"""`duetto evaluate`: a command for each protocol."""

import json
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from catalog import ConfigError, Dataset, Progress, cache_home
from ui.options import DEFAULT, QUIET, chat_model_of
from ui.progress import progress_bars
from ui.reporting import Terms, reported, say

if TYPE_CHECKING:
    from agent import Agent
    from evaluation import Report
    from evaluation.contract import Partner, System
    from evaluation.interactive import Setting as InteractiveSetting
    from evaluation.ranking import Setting as RankingSetting
    from evaluation.scripts import Outcome
    from language_model import LanguageModel
    from language_model.training import Task, Trainer
    from retrieval import Embedder

_NOUN = click.option("--noun", help='What one item is called, e.g. "film". Default: what the data set says.')
_WITHOUT_MODELS = click.option("--without-models", is_flag=True, help="Only the rows that need no model.")
_WITHOUT_LM = click.option(
    "--without-lm", is_flag=True, help="Leave out the rows of the language model; minutes instead of hours."
)
_PEERS = click.option(
    "--peers", is_flag=True, help='Other projects\' models besides: pip install "duetto[peers]".'
)
_SYSTEMS = click.option(
    "--system",
    "systems",
    multiple=True,
    metavar="URL|MODULE:NAME",
    help="Measure this system besides; repeatable. docs/evaluate.md says what it has to answer.",
)
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, file_okay=False)
_DIALOGUES = click.option(
    "--dialogues",
    type=_FILE,
    help="Dialogues to measure on. Default: dialogues.test, .valid or .dev.jsonl beside the items.",
)


@click.group()
def evaluate() -> None:
    """Measure Duetto, or any other system, by the protocols of the field."""


@evaluate.command()
@click.argument("data", default="movielens-100k", metavar="[NAME|TABLES]")
@click.option(
    "--setting",
    type=click.Choice(["leave-last-out", "random", "sampled", "new-person", "ratings"]),
    default="leave-last-out",
    show_default=True,
    help="What is held out: everyone's last rating, a random one, one among 19 random negatives, all but "
    "a few ratings of people newly met; or predict ratings themselves.",
)
@click.option(
    "--users",
    type=click.IntRange(1),
    help="A random sample of so many people (new-person: for validation and for test); default: everyone.",
)
@click.option(
    "--models",
    is_flag=True,
    help="Every model of the engine besides, and of the other projects that are installed.",
)
@click.option(
    "--tuned",
    type=click.Path(path_type=Path, exists=True),
    help="Where --models finds the configurations of `duetto tune --save`. Default: those that ship.",
)
@click.option(
    "--cf",
    metavar="MODEL",
    help="CF alone, and what rests on it, is this model of --models, tuned, e.g. blend-ease-recency. "
    "Default: the engine that the agent has.",
)
@_PEERS
@_WITHOUT_MODELS
@_NOUN
@reported
def ranking(
    terms: Terms,
    data: str,
    setting: "RankingSetting | Literal['new-person', 'ratings']",
    users: int | None,
    models: bool,
    tuned: Path | None,
    cf: str | None,
    peers: bool,
    without_models: bool,
    noun: str | None,
) -> None:
    """Ranking from history: what a person likes, to be found in the whole catalogue."""
    from evaluation import ranking as protocol
    from evaluation.rows import tuned_cf, tuned_rows
    from evaluation.rows.peers import peers as peer_rows
    from evaluation.rows.tuned import SHIPPED

    def make(progress: Progress) -> "Report":
        dataset = _dataset(data, noun, progress)
        if setting == "ratings":
            return protocol.run_ratings(
                dataset,
                settings=protocol.RatingSettings(seed=terms.seed),
                peers=protocol.rating_peers() if peers else (),
                out=terms.out,
                progress=progress,
            )
        embedder, model = _models(progress, without=without_models)
        rows = peer_rows() if peers else ()
        remarks: tuple[str, ...] = ()
        held_out = "leave-last-out" if setting == "sampled" else setting
        if models:
            rows, remarks = tuned_rows(dataset, setting=held_out, place=tuned or SHIPPED)
        voice = None
        if cf is not None:
            voice, said = tuned_cf(dataset, cf, setting=held_out, place=tuned or SHIPPED)
            remarks = (*said, *remarks)
        if setting == "new-person":
            return protocol.run_new_person(
                dataset,
                settings=protocol.NewPersonSettings(seed=terms.seed),
                embedder=embedder,
                language_model=model,
                peers=rows,
                cf=voice,
                remarks=remarks,
                out=terms.out,
                max_users=users,
                progress=progress,
            )
        return protocol.run_ranking(
            dataset,
            setting=setting,
            settings=protocol.RankingSettings(seed=terms.seed),
            embedder=embedder,
            language_model=model,
            peers=rows,
            cf=voice,
            remarks=remarks,
            out=terms.out,
            max_users=users,
            progress=progress,
        )

    terms.give(make)


@evaluate.command()
@click.argument("data", default="movielens-100k", metavar="[NAME|TABLES]")
@click.option(
    "--users",
    type=click.IntRange(1),
    help="A random sample of so many people for validation and for test; default: everyone.",
)
@_NOUN
@reported
def tail(terms: Terms, data: str, users: int | None, noun: str | None) -> None:
    """The long tail: what discount, diversity and calibration cost, and how far lists then reach."""
    from evaluation.tail import TailSettings, run_tail

    terms.give(
        lambda progress: run_tail(
            _dataset(data, noun, progress),
            settings=TailSettings(seed=terms.seed),
            out=terms.out,
            max_users=users,
            progress=progress,
        )
    )


@evaluate.command()
@click.argument("data", metavar="NAME|TABLES")
@_DIALOGUES
@click.option(
    "--validation",
    type=_FILE,
    help="Dialogues on which alpha is chosen. Default: dialogues.valid.jsonl beside dialogues.test.jsonl; "
    "where there is none, alpha is cross-fitted.",
)
@click.option("--ratings", metavar="NAME|TABLES", help="Learn from another data set's ratings besides.")
@click.option(
    "--ratings-id",
    metavar="ATTRIBUTE",
    help="The attribute with an item's id in that data set. Default: items meet by title and year.",
)
@click.option("--max-dialogues", type=click.IntRange(1), help="A seeded sample of so many; default: all.")
@_SYSTEMS
@_PEERS
@_WITHOUT_MODELS
@_WITHOUT_LM
@_NOUN
@reported
def turns(
    terms: Terms,
    data: str,
    dialogues: Path | None,
    validation: Path | None,
    ratings: str | None,
    ratings_id: str | None,
    max_dialogues: int | None,
    systems: tuple[str, ...],
    peers: bool,
    without_models: bool,
    without_lm: bool,
    noun: str | None,
) -> None:
    """Turn by turn in recorded dialogues: what the assistant named next, out of the whole catalogue."""
    from catalog import load, read_dialogues
    from evaluation.rows.peers import peers as peer_rows
    from evaluation.turns import TurnSettings, run_turns

    def make(progress: Progress) -> "Report":
        dataset = _dataset(data, noun, progress)
        test, valid = _dialogue_files(Path(data), dialogues, validation)
        embedder, model = _models(progress, without=without_models, without_lm=without_lm)
        return run_turns(
            dataset,
            read_dialogues(test),
            validation=read_dialogues(valid) if valid else (),
            ratings=load(ratings, progress=progress) if ratings else None,
            settings=TurnSettings(seed=terms.seed, ratings_id=ratings_id),
            embedder=embedder,
            language_model=model,
            systems=_systems(systems, dataset),
            peers=peer_rows() if peers else (),
            out=terms.out,
            max_dialogues=max_dialogues,
            progress=progress,
        )

    terms.give(make)


@evaluate.command()
@click.argument("data", metavar="NAME|TABLES")
@_DIALOGUES
@click.option("--ratings", metavar="NAME|TABLES", help="Learn from another data set's ratings besides.")
@click.option(
    "--ratings-id",
    metavar="ATTRIBUTE",
    help="The attribute with an item's id in that data set. Default: items meet by title and year.",
)
@click.option("--max-dialogues", type=click.IntRange(1), help="A seeded sample of so many; default: all.")
@_NOUN
@reported
def retrieval(
    terms: Terms,
    data: str,
    dialogues: Path | None,
    ratings: str | None,
    ratings_id: str | None,
    max_dialogues: int | None,
    noun: str | None,
) -> None:
    """Candidates in recorded dialogues: what each source finds before anything is reranked."""
    from catalog import load, read_dialogues
    from evaluation.candidates import CandidateSettings, run_candidates
    from retrieval import open_embedder

    def make(progress: Progress) -> "Report":
        dataset = _dataset(data, noun, progress)
        test, _ = _dialogue_files(Path(data), dialogues, None)
        return run_candidates(
            dataset,
            read_dialogues(test),
            embedder=open_embedder(progress=progress),
            ratings=load(ratings, progress=progress) if ratings else None,
            settings=CandidateSettings(seed=terms.seed, ratings_id=ratings_id),
            out=terms.out,
            max_dialogues=max_dialogues,
            progress=progress,
        )

    terms.give(make)


@evaluate.command()
@click.argument("data", metavar="NAME|TABLES")
@click.option(
    "--setting",
    type=click.Choice(["multi-round", "ievalm", "interecagent", "usersim"]),
    default="multi-round",
    show_default=True,
    help="How the simulated user and the system take turns.",
)
@_DIALOGUES
@click.option(
    "--targets", type=click.IntRange(1), default=100, show_default=True, help="Dialogues of each system."
)
@_SYSTEMS
@_WITHOUT_MODELS
@_NOUN
@reported
def interactive(
    terms: Terms,
    data: str,
    setting: "InteractiveSetting | Literal['ievalm']",
    dialogues: Path | None,
    targets: int,
    systems: tuple[str, ...],
    without_models: bool,
    noun: str | None,
) -> None:
    """A simulated user knows what it wants and never says its name: is it found, and how soon."""
    from catalog import read_dialogues
    from evaluation import AgentPartner
    from evaluation import interactive as protocol

    def make(progress: Progress) -> "Report":
        dataset = _dataset(data, noun, progress)
        settings = protocol.InteractiveSettings(seed=terms.seed, targets=targets)
        embedder, model = _models(progress, without=without_models)
        more = _systems(systems, dataset)
        if setting == "ievalm":
            test, _ = _dialogue_files(Path(data), dialogues, None)
            return protocol.run_ievalm(
                dataset,
                read_dialogues(test),
                systems=more,
                settings=settings,
                embedder=embedder,
                language_model=model,
                out=terms.out,
                progress=progress,
            )
        known = protocol.learnable(dataset, setting=setting, settings=settings)
        with ExitStack() as stack:
            partners: list[Partner] = [*more]
            if not without_models:
                partners.insert(0, AgentPartner(stack.enter_context(_agent_over(known, progress))))
            return protocol.run_interactive(
                dataset,
                setting=setting,
                partners=partners,
                settings=settings,
                embedder=embedder,
                language_model=model,
                out=terms.out,
                progress=progress,
            )

    terms.give(make)


@evaluate.command()
@click.argument("data", required=False, type=_FOLDER, metavar="[DIR]")
@click.option(
    "--part",
    "parts",
    multiple=True,
    type=click.Choice(["intents", "mentions", "slots"]),
    help="Only this; repeatable.",
)
@reported
def understanding(terms: Terms, data: Path | None, parts: tuple[str, ...]) -> None:
    """What was understood: intents, titles with their polarity, genres, people and periods.

    DIR holds the folders redial, inspired and ccpe; default: the development data.
    """
    from catalog import dev_data
    from evaluation.understanding import UnderstandingSettings, run_understanding

    chosen = {"parts": parts} if parts else {}
    settings = UnderstandingSettings.model_validate({"seed": terms.seed, **chosen})
    terms.give(lambda progress: run_understanding(data or dev_data(), settings=settings, progress=progress))


@evaluate.command()
@click.argument("data", default=DEFAULT, metavar="[NAME|DIR]")
@click.option(
    "--conversations", type=click.IntRange(1), default=50, show_default=True, help="Simulated users."
)
@click.option(
    "--real",
    multiple=True,
    type=_FILE,
    help="Recorded dialogues to compare the users' ways of speaking with; repeatable.",
)
@click.option(
    "--writer", metavar="PROVIDER:NAME", help='A chat model that words what the users say; or "local".'
)
@_SYSTEMS
@_NOUN
@reported
def conversation(
    terms: Terms,
    data: str,
    conversations: int,
    real: tuple[Path, ...],
    writer: str | None,
    systems: tuple[str, ...],
    noun: str | None,
) -> None:
    """Simulated users with noise: are wishes kept, is nothing repeated, is every word true."""
    from catalog import read_dialogues
    from evaluation import AgentPartner
    from evaluation.conversation import ConversationSettings, run_conversation

    def make(progress: Progress) -> "Report":
        with _agent(data, noun, progress) as agent:
            dataset = agent.world.dataset
            return run_conversation(
                dataset,
                partners=[AgentPartner(agent), *_systems(systems, dataset)],
                settings=ConversationSettings(conversations=conversations, seed=terms.seed),
                real={f"{file.parent.name}/{file.name}": read_dialogues(file) for file in real},
                writer=chat_model_of(writer, agent) if writer else None,
                out=terms.out,
                progress=progress,
            )

    terms.give(make)


@evaluate.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True), metavar="[FILE|DIR]...")
@click.option("--data", default=DEFAULT, show_default=True, metavar="NAME|DIR")
@click.option("--schema", is_flag=True, help="Print the JSON schema of the language and stop.")
@reported
def scripts(terms: Terms, files: tuple[Path, ...], data: str, schema: bool) -> None:
    """Play scripted dialogues; without files, the built-in ones. Exit code 1 when one fails."""
    from evaluation import scripts as language

    if schema:
        click.echo(json.dumps(language.schema(), indent=2))
        return
    found = language.read_scripts(files)
    outcomes: list[Outcome] = []

    def make(progress: Progress) -> "Report":
        with _agent(data, None, progress) as agent:
            outcomes.extend(language.play_scripts(agent, found, progress=progress))
            return language.scripts_report(outcomes, agent.world.dataset)

    terms.give(make)
    if broken := [outcome for outcome in outcomes if not outcome.passed]:
        click.echo("\n\n".join(outcome.report() for outcome in broken), err=True)
        sys.exit(1)


@evaluate.command()
@click.argument("session")
@click.option("--data", default=DEFAULT, show_default=True, metavar="NAME|DIR")
@click.option("--name", help="The script's name. Default: the session's.")
@click.option("--titles", is_flag=True, help="Note which titles were shown, too.")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path, dir_okay=False), help="The file; default: stdout."
)
@QUIET
def record(session: str, data: str, name: str | None, titles: bool, out: Path | None, quiet: bool) -> None:
    """Turn a real chat into a script: SESSION is the id or the user that it was held under."""
    from evaluation.scripts import record as recorded

    with progress_bars(quiet=quiet) as progress, _agent(data, None, progress) as agent:
        text = recorded(agent, agent.session(session), name=name or session, titles=titles)
    if out is None:
        click.echo(text, nl=False)
    else:
        out.write_text(text, "utf-8")


@evaluate.command()
@click.argument("first", type=_FOLDER)
@click.argument("second", type=_FOLDER)
@click.option(
    "--systems", nargs=2, metavar="FIRST SECOND", help="Compare these two; default: each with itself."
)
@click.option("--metric", "metrics", multiple=True, help="Only this; repeatable.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
def compare(
    first: Path,
    second: Path,
    systems: tuple[str, str] | None,
    metrics: tuple[str, ...],
    seed: int,
    as_json: bool,
) -> None:
    """Two runs, paired: what changed between the folders FIRST and SECOND, and whether it is more than noise."""
    from evaluation.compare import compare as compared

    table = compared(first, second, systems=systems, metrics=metrics, seed=seed)
    if as_json:
        rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        say(table)


@evaluate.command(name="all")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("results"), show_default=True
)
@click.option(
    "--publish",
    "docs",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write pages and an index there.",
)
@click.option("--only", multiple=True, metavar="NAME", help="Only this run; repeatable.")
def everything(out: Path, docs: Path | None, only: tuple[str, ...]) -> None:
    """Every protocol on its data; hours. What was done before is kept, what was stopped goes on."""
    from ui.suite import run_suite

    run_suite(out, docs=docs, only=only)


@evaluate.command()
@click.argument("data", nargs=-1, metavar="[DATA ...]")
@click.option(
    "--task",
    "tasks",
    multiple=True,
    type=click.Choice(["behaviour", "content", "understanding", "reply"]),
    help="One of the tasks; repeatable. Default: all.",
)
@click.option(
    "--tokens", type=click.IntRange(1), default=1_000_000, show_default=True, help="Read by the joint run."
)
@click.option(
    "--examples", type=click.IntRange(2), default=300, show_default=True, help="Held out, per task."
)
@click.option("--rank", type=click.IntRange(1, 256), default=16, show_default=True)
@click.option("--pack-tokens", type=click.IntRange(16), default=1024, show_default=True)
@click.option("--packs", type=click.IntRange(1), default=4, show_default=True, help="Added up for a step.")
@click.option("--shippable", is_flag=True, help="Only data whose licence lets an adapter be given on.")
@click.option("--model", metavar="DIR|GGUF", help="The language model. Default: the one that chat uses.")
@reported
def ablation(
    terms: Terms,
    data: tuple[str, ...],
    tasks: "tuple[Task, ...]",
    tokens: int,
    examples: int,
    rank: int,
    pack_tokens: int,
    packs: int,
    shippable: bool,
    model: str | None,
) -> None:
    """Adapters of each task alone against one of all tasks; DATA as for `duetto train`. Needs --out, resumes."""
    from evaluation.ablation import AblationSettings, run_ablation
    from language_model.training import TASKS, TrainSettings
    from ui.learning import origin_of, sources_of, use_threads
    from ui.train import stoppable

    if (out := terms.out) is None:
        raise click.UsageError("Say where the adapters go: --out FOLDER.")
    settings = AblationSettings(
        tasks=tuple(task for task in TASKS if not tasks or task in tasks),
        tokens=tokens,
        examples=examples,
        training=TrainSettings(
            rank=rank,
            pack_tokens=pack_tokens,
            packs=packs,
            save_every=20,
            validation_examples=max(1, examples // 2),
            seed=terms.seed,
        ),
    )
    use_threads(None)

    def make(_: Progress) -> "Report":
        sources = sources_of(data or (DEFAULT,), shippable=shippable, quiet=terms.quiet)
        report = run_ablation(
            sources,
            out,
            settings=settings,
            origin=origin_of(sources, shippable=shippable),
            model=model,
            train=_until_stopped,
            tell=(lambda _: None) if terms.quiet else (lambda said: click.echo(said, err=True)),
        )
        if report is None:
            raise click.Abort
        return report

    def _until_stopped(trainer: "Trainer") -> bool:
        with stoppable(trainer):
            return trainer.train()

    terms.give(make)


def _dataset(data: str, noun: str | None, progress: Progress) -> Dataset:
    from catalog import load

    dataset = load(data, progress=progress)
    return dataset if noun is None else replace(dataset, noun=noun)


def _models(
    progress: Progress, *, without: bool, without_lm: bool = False
) -> "tuple[Embedder | None, LanguageModel | None]":
    if without:
        return None, None
    from language_model import LanguageModel
    from retrieval import open_embedder

    if without_lm:
        return open_embedder(), None
    stated = os.environ.get("DUETTO_ADAPTER")
    adapter = None if stated in {"", "none"} else stated
    return open_embedder(), LanguageModel.open(adapter=adapter, progress=progress)


def _systems(specs: Sequence[str], dataset: Dataset) -> "list[System]":
    from evaluation.remote import open_system

    return [open_system(spec, items=dataset.items) for spec in specs]


def _dialogue_files(
    folder: Path, dialogues: Path | None, validation: Path | None
) -> tuple[Path, Path | None]:
    """The file to measure on and the one to choose alpha on: as given, else as they are named in the folder."""
    if dialogues is not None:
        return dialogues, validation
    names = [f"dialogues.{part}.jsonl" for part in ("test", "valid", "dev")]
    found = [folder / name for name in names if (folder / name).is_file()]
    if not found:
        raise ConfigError(f"{folder} has none of {', '.join(names)}; give --dialogues FILE.")
    beside = folder / "dialogues.valid.jsonl"
    return found[0], validation or (beside if found[0].name == names[0] and beside.is_file() else None)


def _agent(data: str, noun: str | None, progress: Progress) -> "Agent":
    """An agent over a built-in name, a built folder, or tables."""
    from agent import Agent
    from agent.library import folder_of, is_built
    from catalog.sources import SOURCES

    if data in SOURCES or is_built(folder_of(data)):
        return Agent.open(data, progress=progress)
    return _agent_over(_dataset(data, noun, progress), progress)


def _agent_over(dataset: Dataset, progress: Progress) -> "Agent":
    """An agent over a data set that is built in the cache, once."""
    from agent import Agent
    from agent.library import build
    from agent.models import Models

    folder = cache_home() / "evaluation" / f"{dataset.name}-{dataset.noun}-{dataset.checksum()[:12]}"
    return Agent(build(dataset, folder, Models.open(progress=progress), progress=progress), folder)
