"""What `duetto import` is about to do, said before it is done."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from catalog.intake import Finding, Part, Plan

SHOWN_CELLS = 3


def show(plan: "Plan") -> None:
    from catalog.intake.encodings import GUESSES

    for part in plan.parts:
        table = part.table
        guess = " as a guess" if table.encoding in GUESSES else ""
        how = ", ".join(said for said in (table.encoding + guess, _sign(table.separator)) if said)
        click.echo(f"{table.path} ({how})" if how else str(table.path), err=True)
        named = {column: role for role, column in part.roles.items()}
        for column in table.columns:
            if column in plan.used(part):
                what = named.get(column) or plan.attributes.get(column, column)
                cells = ", ".join(
                    repr(cell[:20]) for cell in [*dict.fromkeys(part.sample[column])][:SHOWN_CELLS]
                )
                click.echo(f"  {what:8} <- {column}: {cells}{_of_time(plan, part, column)}", err=True)
        if left := [column for column in table.columns if column not in plan.used(part)]:
            click.echo(f"  left out: {', '.join(left)}", err=True)


def _sign(separator: str) -> str:
    return {"": "", "\t": "tabs", ",": "commas"}.get(separator, f'"{separator}"')


def _of_time(plan: "Plan", part: "Part", column: str) -> str:
    if plan.time is None or part.roles.get("time") != column:
        return ""
    rival = f", or {plan.time.rival}: state it with --time-format" if plan.time.rival else ""
    return f" (written as {plan.time.name}{rival})"


def report(plan: "Plan", *, keep_ids: bool) -> "list[Finding]":
    """Say what looks personal, and return what of it would be written."""
    written = []
    for part in plan.parts:
        for finding in _findings(plan, part):
            if finding.column not in plan.used(part):
                what = "is left out"
            elif finding.column == part.roles.get("user") and not keep_ids:
                what = "becomes a pseudonym"
            else:
                what = "would be written"
                written.append(finding)
            click.echo(f"Personal? {finding.told()}; it {what}.", err=True)
    return written


def _findings(plan: "Plan", part: "Part") -> "list[Finding]":
    """In a file with people, the columns about items are not about them."""
    from catalog.intake import personal

    of_items = {column for role, column in part.roles.items() if role not in {"user", "rating", "time"}}
    of_items |= plan.attributes.keys()
    people = part is plan.interactions
    columns = part.sample.items()
    return [
        *personal(
            {name: cells for name, cells in columns if not people or name in of_items}, of_people=False
        ),
        *personal(
            {name: cells for name, cells in columns if people and name not in of_items}, of_people=True
        ),
    ]
