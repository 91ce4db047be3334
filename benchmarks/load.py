"""Many visitors at once, each with a conversation of their own, on one agent."""

import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from agent import Agent
from agent.library import build
from agent.models import Models
from benchmarks.report import Report
from benchmarks.sample import best_known
from benchmarks.timing import percentile
from catalog import load

FOLLOW_UPS = ("more", "why the first?", "seen it", "something funny", "not the second one")


@dataclass
class Seen:
    """What the visitors saw; each appends to lists of their own."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    mixed: int = 0


def run(*, quick: bool) -> Report:
    """Figures of 20 visitors with ten turns each; quick: 5 visitors with three."""
    visitors, turns = (5, 3) if quick else (20, 10)
    dataset = best_known(load("movielens-small"), 200)
    models = Models.open()
    models.load()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "built")
        with Agent(build(dataset, folder, models), folder) as agent:
            seen = [Seen() for _ in range(visitors)]
            threads = [
                threading.Thread(target=_visit, args=(agent, number, turns, seen[number]))
                for number in range(visitors)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    seconds = [second for one in seen for second in one.seconds]
    figures = {
        "visitors": visitors,
        "turns": len(seconds),
        "errors": sum(len(one.errors) for one in seen),
        "mixed_sessions": sum(one.mixed for one in seen),
        "p50_s": percentile(seconds, 50),
        "p95_s": percentile(seconds, 95),
    }
    errors = tuple(error for one in seen for error in one.errors)
    return Report("load", figures, notes=("all visitors speak at once, through the Python API", *errors[:5]))


def _visit(agent: Agent, number: int, turns: int, seen: Seen) -> None:
    """Each visitor likes one film; a profile that holds another's is a mixed session."""
    own = agent.world.dataset.items[number]
    session = agent.session(f"visitor {number}")
    for turn in range(turns):
        said = f'I loved "{own.label()}"' if turn == 0 else FOLLOW_UPS[turn % len(FOLLOW_UPS)]
        began = time.perf_counter()
        try:
            session.say(said)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong is what is counted
            seen.errors.append(repr(error))
        seen.seconds.append(time.perf_counter() - began)
    liked = set(session.profile["opinions"])
    seen.mixed += liked != {own.item_id} or len(session.turns) != 2 * turns
