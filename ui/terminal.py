"""The chat in a terminal."""

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catalog import DuettoError

if TYPE_CHECKING:
    from agent import Agent
    from agent.session import Session

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_HELP = "/undo  take back the last turn    /clear  start anew    /profile  what I know    /quit"


def talk(agent: "Agent", user_id: str | None, *, ratings: Path | None = None) -> None:
    """Read messages and answer them until /quit or the end of the input. `ratings` are taken over before.

    Messages that are not typed (a file, a pipe) are printed, too, so that the output reads as a conversation.
    """
    session = agent.session(user_id)
    if ratings is not None:
        click.secho(f"{session.import_ratings(ratings)}", dim=True)
    click.secho(f"{len(agent.world.dataset.items)} {agent.world.plural}. {_HELP}", dim=True)
    while True:
        try:
            message = input("\nyou> ").strip()
        except EOFError:
            click.echo()
            return
        if not sys.stdin.isatty():
            click.echo(printable(message))
        if message == "/quit":
            return
        if message.startswith("/"):
            click.secho(_command(session, message), dim=True)
        elif message:
            _answer(session, message)


def _answer(session: "Session", message: str) -> None:
    click.echo()
    try:
        for piece in session.stream(message):
            if isinstance(piece, str):
                click.echo(printable(piece), nl=False)
    except DuettoError as error:
        click.echo(f"{error}", nl=False)
    click.echo()


def _command(session: "Session", command: str) -> str:
    if command == "/undo":
        taken = session.undo()
        return f"Taken back: {printable(taken)}" if taken is not None else "There is nothing to take back."
    if command == "/clear":
        session.clear()
        return "Forgotten."
    if command == "/profile":
        known = {key: value for key, value in session.profile.items() if value}
        return "\n".join(f"{key}: {printable(str(value))}" for key, value in known.items()) or "Nothing yet."
    return _HELP


def printable(text: str) -> str:
    """The text without the control characters that a terminal would obey."""
    return _CONTROL.sub("", text)
