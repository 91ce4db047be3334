"""Every protocol on its data, one process each, so that a run that was stopped goes on where it was."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from catalog import dev_data
from evaluation.report import publish
from evaluation.report.report import DATA
from evaluation.report.run import command_line

BUILT_IN = ("movielens-100k", "movielens-small")
HELD_OUT = ("leave-last-out", "random")
NEW_PERSON = "new-person"


@dataclass(frozen=True, slots=True)
class Entry:
    """A run: the folder that it fills, and the words after `duetto evaluate`; `{data}` is the development data."""

    name: str
    words: str

    def arguments(self) -> list[str]:
        return [word.replace("{data}", str(dev_data())) for word in self.words.split()]

    def missing(self) -> str | None:
        """The first of its data sets that is not here."""
        return next((word for word in self.arguments() if "/" in word and not Path(word).exists()), None)


MODEL_TABLES = {
    "movielens-100k": (*HELD_OUT, NEW_PERSON),
    "movielens-small": (*HELD_OUT, NEW_PERSON),
    "movietweetings": (*HELD_OUT, NEW_PERSON),
    "goodbooks": ("random", NEW_PERSON),
    "coco": (*HELD_OUT, NEW_PERSON),
    "amazon-games": (*HELD_OUT, NEW_PERSON),
    "lastfm": ("random", NEW_PERSON),
}
"""All models, tuned, by data set: the settings; where the ratings have no times, no last one is held out."""


FUSED_TABLES = {
    "movielens-small": "movielens-small",
    "movietweetings": "{data}/movietweetings --noun film",
    "goodbooks": "{data}/goodbooks --noun book",
}
"""Data sets besides MovieLens-100K on which the voices are fused."""


def _fused_tables() -> Iterator[Entry]:
    for name, words in FUSED_TABLES.items():
        for setting, users in ((NEW_PERSON, 20), ("random", 100)):
            yield Entry(f"ranking-{setting}-{name}", f"ranking {words} --setting {setting} --users {users}")


def _model_tables() -> Iterator[Entry]:
    for name, settings in MODEL_TABLES.items():
        data = name if name in BUILT_IN else f"{{data}}/{name}"
        for setting in settings:
            people = "--users 200" if setting == NEW_PERSON else "--users 1000"
            words = f"ranking {data} --setting {setting} {people} --models --without-models"
            yield Entry(f"models-{name}-{setting}", words)


ENTRIES = (
    Entry("ranking-last-out", "ranking movielens-100k --users 75 --cf blend-ease-recency --peers"),
    Entry("ranking-random", "ranking movielens-100k --setting random --users 50 --peers"),
    Entry("ranking-sampled", "ranking movielens-100k --setting sampled --users 150"),
    Entry("ranking-new-person", "ranking movielens-100k --setting new-person --users 60 --peers"),
    *_fused_tables(),
    Entry("rating-prediction", "ranking movielens-100k --setting ratings --peers"),
    *_model_tables(),
    Entry("tail", "tail movielens-100k"),
    Entry("retrieval-redial", "retrieval {data}/redial --noun film"),
    Entry(
        "retrieval-inspired", "retrieval {data}/inspired --ratings {data}/movielens-latest-small --noun film"
    ),
    Entry("turns-redial", "turns {data}/redial --max-dialogues 120 --noun film"),
    Entry("turns-redial-all", "turns {data}/redial --without-lm --noun film"),
    Entry("turns-inspired", "turns {data}/inspired --ratings {data}/movielens-latest-small --noun film"),
    Entry("turns-opendialkg-movies", "turns {data}/opendialkg-movies --max-dialogues 80 --noun film"),
    Entry("turns-opendialkg-books", "turns {data}/opendialkg-books --max-dialogues 60 --noun book"),
    Entry(
        "interactive-multi-round", "interactive {data}/redial --setting multi-round --targets 20 --noun film"
    ),
    Entry(
        "interactive-interecagent",
        "interactive {data}/redial --setting interecagent --targets 20 --noun film",
    ),
    Entry("interactive-usersim", "interactive movielens-100k --setting usersim --targets 20"),
    Entry("interactive-ievalm", "interactive {data}/redial --setting ievalm --targets 15 --noun film"),
    Entry("understanding", "understanding {data}"),
    Entry(
        "conversation",
        "conversation --conversations 30 --real {data}/redial/iard_intents.jsonl "
        "--real {data}/redial/dialogues.train.jsonl",
    ),
    Entry("scripts", "scripts"),
    Entry(
        "ablation",
        "ablation {data}/redial {data}/ccpe {data}/movietweetings {data}/goodbooks --shippable "
        "--tokens 500000 --examples 120 --packs 2",
    ),
)


def run_suite(out: Path, *, docs: Path | None, only: Sequence[str] = ()) -> None:
    """Make the runs that are not there yet, then publish all that are. Exit code 1 when one failed.

    Raises click.UsageError for a name in `only` that no run has.
    """
    names = [entry.name for entry in ENTRIES]
    if strange := [name for name in only if name not in names]:
        raise click.UsageError(f'There is no run "{strange[0]}"; there are {", ".join(names)}.')
    failed = []
    chosen = [entry for entry in ENTRIES if not only or entry.name in only]
    for place, entry in enumerate(chosen, start=1):
        label = f"[{place}/{len(chosen)}] {entry.name}"
        if path := entry.missing():
            click.echo(f"{label}: skipped, {path} is not here", err=True)
        elif _is_done(entry, out):
            click.echo(f"{label}: done before", err=True)
        else:
            click.echo(f"{label}: duetto evaluate {entry.words}", err=True)
            if not _run(entry, out):
                failed.append(entry.name)
    done = [out / entry.name for entry in ENTRIES if (out / entry.name / DATA).is_file()]
    if docs is not None and done:
        publish(done, docs=docs)
        click.echo(f"{docs / 'README.md'}: {len(done)} runs")
    if failed:
        click.echo(f"Failed: {', '.join(failed)}. Give the command again to go on.", err=True)
        sys.exit(1)


def _is_done(entry: Entry, out: Path) -> bool:
    try:
        made = json.loads((out / entry.name / DATA).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return bool(made["run"]["command"] == command_line(["cli", "evaluate", *entry.arguments()]))


def _run(entry: Entry, out: Path) -> bool:
    """Whether the run left a report; one with faults did, and names them."""
    words = [sys.executable, "-m", "ui.cli", "evaluate", *entry.arguments(), "--out", str(out / entry.name)]
    root = Path(__file__).parents[1]
    done = subprocess.run(  # noqa: S603  our own words
        words, stdout=subprocess.DEVNULL, check=False, env=os.environ | {"PYTHONPATH": str(root)}
    )
    return done.returncode == 0 or _is_done(entry, out)
