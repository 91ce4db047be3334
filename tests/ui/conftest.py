"""A small catalogue with hostile titles, and one real agent over it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from socket import create_server

import numpy as np
import pytest

from agent import Agent
from agent.library import build
from agent.models import Models
from catalog import Dataset, Interactions, Item, Items

IMAGE_TITLE = "<img src=x onerror=alert(1)>"
TEMPLATE_TITLE = "${alert(1)}"
FILMS = (
    ("001", "Heat", 1995, "Crime"),
    ("002", "Fargo", 1996, "Crime"),
    ("003", IMAGE_TITLE, 1997, "Crime"),
    ("004", TEMPLATE_TITLE, 1998, "Crime"),
    ("005", "Casino", 1995, "Crime"),
    ("006", "Goodfellas", 1990, "Crime"),
    ("007", "Saw", 2004, "Horror"),
    ("008", "Alien", 1979, "Horror"),
    ("009", "The Thing", 1982, "Horror"),
    ("010", "It", 1990, "Horror"),
)


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    """Forty people: even ones like crime, odd ones horror, and each left a film or two unrated."""
    rng = np.random.default_rng(3)
    items = Items(Item(i, title, year, attributes={"genre": (genre,)}) for i, title, year, genre in FILMS)
    rows = [
        (f"u{person}", row, 5.0 if (item.attributes["genre"][0] == "Crime") == (person % 2 == 0) else 1.0)
        for person in range(40)
        for row, item in enumerate(items)
        if rng.random() < 0.8
    ]
    users, rated, ratings = zip(*rows, strict=True)
    interactions = Interactions.of(users, rated, rating=np.array(ratings, dtype=np.float32))
    return Dataset("ten films", items, interactions, noun="film")


@pytest.fixture(scope="session")
def agent(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    folder = tmp_path_factory.mktemp("ten films")
    with Agent(build(dataset, folder, Models.open()), folder) as opened:
        yield opened


@pytest.fixture(scope="session")
def address(dataset: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the page over the small catalogue is served, by the command that a person would use."""
    folder = tmp_path_factory.mktemp("served films")
    build(dataset, folder, Models.open()).index.close()
    command = [sys.executable, "-m", "ui.cli", "ui", str(folder), "--port", str(free_port()), "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        ready = server.stdout.readline()
        assert ready.startswith("Duetto is ready at http://127.0.0.1:")
        yield ready.split()[4]
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()


def free_port() -> int:
    with closing(create_server(("127.0.0.1", 0))) as free:
        port: int = free.getsockname()[1]
    return port
