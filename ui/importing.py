"""`duetto import`: a person's own tables, or a public data set, into a folder of the three tables."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catalog import ConfigError, Dataset, Progress, coverage
from ui.options import QUIET
from ui.plans import report, show
from ui.progress import progress_bars

if TYPE_CHECKING:
    from catalog.intake import Finding, Join, Plan
    from catalog.rawtables import Table

KEY = "pseudonyms.key"
ROLE_HELP = {
    "user": "who rated",
    "item": "the id of the item; repeatable, where two files name it differently",
    "rating": "the rating",
    "time": "when",
    "title": "the title of the item",
    "year": "its year",
    "genres": "its genres",
    "text": "its description",
    "image": "the address or the file of its picture",
}
FILE = click.Path(path_type=Path, dir_okay=False)


def _roles(command: Callable[..., None]) -> Callable[..., None]:
    """An option for each role of a column."""
    for role, what in reversed(ROLE_HELP.items()):
        option = click.option(
            f"--{role}", f"of_{role}", multiple=True, metavar="COLUMN", help=f"Column: {what}."
        )
        command = option(command)
    return command


@click.command("import")
@click.argument("source", metavar="FILE|NAME|FOLDER|ZIP")
@click.option("--items", type=FILE, help="A second file, with the items.")
@click.option("-o", "--out", type=click.Path(path_type=Path, file_okay=False), help="The folder to write.")
@_roles
@click.option(
    "--attribute", "attributes", multiple=True, metavar="COLUMN[=NAME]", help="Keep a column of the items."
)
@click.option("--keep", multiple=True, metavar="COLUMN", help="Keep a column of the interactions.")
@click.option("--columns", metavar="A,B,...", help="The columns of a FILE without a header.")
@click.option("--separator", metavar="SIGN", help="Between cells. Default: found in the file.")
@click.option("--encoding", help="Default: found in the file.")
@click.option(
    "--time-format", metavar="PATTERN", help="seconds, milliseconds, ISO 8601, or such as %d/%m/%Y."
)
@click.option("--noun", default="item", show_default=True, help='What one item is called, e.g. "book".')
@click.option("--archive", type=click.Path(path_type=Path), help="The official archive of a NAME.")
@click.option("--key", type=FILE, help="The key of the pseudonyms. Default: one in Duetto's data folder.")
@click.option("--keep-ids", is_flag=True, help="Write user ids as they are.")
@click.option("--join", type=FILE, help="A table with more about the items: .csv, .jsonl or .parquet.")
@click.option("--on", default="title,year", show_default=True, help='"title,year", ID, or ATTRIBUTE=COLUMN.')
@click.option(
    "--take", multiple=True, metavar="COLUMN[=NAME]", help="What the join adds; text fills descriptions."
)
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing, and write what looks personal too.")
@QUIET
def import_(source: str, **options: Any) -> None:
    """Turn your own table, or a public data set, into the three tables that `duetto build` reads.

    What the columns of FILE are is guessed and shown; an option corrects it, "" for none. All other
    columns are left out, and user ids become pseudonyms. A NAME or its files are written as they are.
    """
    from catalog.intake import joined

    wish = Wish(source, **_renamed(options))
    if wish.out is None and not wish.dry_run:
        raise click.UsageError("Say where to write: -o FOLDER.")
    with progress_bars(quiet=wish.quiet) as progress:
        join = _join(wish)
        dataset = _own(wish, progress) if wish.is_own_file else _public(wish, progress)
        if dataset is None or wish.out is None:
            return
        if join is not None:
            items, found = joined(dataset.items, *join)
            click.echo("\n".join(found.lines()), err=True)
            dataset = replace(dataset, items=items)
        dataset.save(wish.out)
    click.echo(f"{wish.out}: {dataset.counts()}")
    click.echo(coverage(dataset.items))


@dataclass(frozen=True)
class Wish:
    """What the person asked for."""

    source: str
    items: Path | None
    out: Path | None
    roles: Mapping[str, Sequence[str]]
    attributes: Sequence[str]
    keep: Sequence[str]
    columns: str | None
    separator: str | None
    encoding: str | None
    time_format: str | None
    noun: str
    archive: Path | None
    key: Path | None
    keep_ids: bool
    join: Path | None
    on: str
    take: Sequence[str]
    dry_run: bool
    yes: bool
    quiet: bool

    @property
    def is_own_file(self) -> bool:
        path = Path(self.source)
        return path.is_file() and path.suffix.lower() != ".zip"


def _renamed(options: dict[str, Any]) -> dict[str, Any]:
    """The options with those of the roles in one mapping."""
    roles = {role: options.pop(f"of_{role}") for role in ROLE_HELP}
    return options | {"roles": {role: names for role, names in roles.items() if names}}


def _named(pairs: Iterable[str]) -> dict[str, str]:
    """COLUMN=NAME, or COLUMN alone for its own name."""
    split = (pair.rpartition("=") for pair in pairs)
    return {column or name: name for column, _, name in split}


def _public(wish: Wish, progress: Progress) -> Dataset | None:
    from catalog import load

    dataset = load(wish.source, archive=wish.archive, progress=progress)
    for line in (dataset.source, *dataset.dropped):
        click.echo(line, err=True)
    return None if wish.dry_run else dataset


def _own(wish: Wish, progress: Progress) -> Dataset | None:
    """The person's files as planned; None when they are not to be read."""
    from catalog.intake import Pseudonyms, key_in, read_own

    plan = _plan(wish)
    show(plan)
    if not _is_agreed(wish, report(plan, keep_ids=wish.keep_ids)) or wish.dry_run or wish.out is None:
        return None
    pseudonym = None
    if plan.interactions is not None and not wish.keep_ids:
        path = _key_path(wish, wish.out)
        pseudonym = Pseudonyms(key_in(path))
        click.echo(
            f"User ids become pseudonyms under the key in {path}; keep it apart from the data.", err=True
        )
    dataset, counts = read_own(
        plan, name=wish.out.name, noun=wish.noun, pseudonym=pseudonym, progress=progress
    )
    click.echo("\n".join(line for count in counts for line in count.lines()), err=True)
    return replace(dataset, dropped=tuple(line for count in counts for line in count.kept_lines()))


def _plan(wish: Wish) -> "Plan":
    from catalog.intake import OwnTable, TimeFormat, planned

    names = [name.strip() for name in wish.columns.split(",")] if wish.columns else None
    separator = wish.separator.replace("\\t", "\t") if wish.separator else None
    return planned(
        OwnTable.open(Path(wish.source), encoding=wish.encoding, separator=separator, names=names),
        None
        if wish.items is None
        else OwnTable.open(wish.items, encoding=wish.encoding, separator=separator),
        given=wish.roles,
        attributes=_named(wish.attributes),
        keep=wish.keep,
        time=TimeFormat.stated(wish.time_format) if wish.time_format else None,
    )


def _is_agreed(wish: Wish, written: "Sequence[Finding]") -> bool:
    """Whether to go on: asked in a terminal; elsewhere what looks personal needs --yes."""
    if wish.yes or wish.dry_run:
        return True
    if sys.stdin.isatty():
        return click.confirm("Read it so?", default=not written, err=True)
    if written:
        names = ", ".join(dict.fromkeys(repr(finding.column) for finding in written))
        raise ConfigError(
            f"{names} would be written and looks personal. Leave the column out, or say --yes to write it."
        )
    return True


def _key_path(wish: Wish, out: Path) -> Path:
    from catalog import data_home

    path = wish.key or data_home() / KEY
    if path.resolve().is_relative_to(out.resolve()):
        raise ConfigError(f"The key {path} would lie among the data that it protects; choose another place.")
    return path


def _join(wish: Wish) -> "tuple[Table, Join] | None":
    from catalog.intake import Join, OwnTable

    if wish.join is None:
        return None
    return OwnTable.open(wish.join).whole(), Join(wish.on, _named(wish.take))
