"""What `docker compose up` runs, run here: its commands, its health check, and the address between the two."""

import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from catalog import Items
from retrieval import Embedder, VectorIndex
from ui.cli import cli

SERVICES: dict[str, Any] = yaml.safe_load(Path(__file__).parents[2].joinpath("compose.yaml").read_text())[
    "services"
]


def test_the_chat_looks_for_the_server_that_is_started() -> None:
    address = urlsplit(SERVICES["duetto"]["environment"]["DUETTO_CHROMA"])
    command = SERVICES["chroma"]["command"]
    assert address.hostname in SERVICES
    assert str(address.port) == command[command.index("--port") + 1]
    name, *arguments = SERVICES["duetto"]["command"][1:]
    with cli.commands[name].make_context(name, arguments) as context:
        assert (context.params["host"], context.params["port"]) == ("0.0.0.0", 7860)  # noqa: S104  in its container


@pytest.mark.slow
def test_the_server_starts_and_is_healthy_and_holds_an_index(
    tmp_path: Path, embedder: Embedder, films: Items
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free_port = int(probe.getsockname()[1])

    def local(words: list[str]) -> list[str]:
        own = {"0.0.0.0": "127.0.0.1", "/chroma": str(tmp_path / "chroma"), "8000": str(free_port)}  # noqa: S104
        return [own.get(word, word.replace(":8000", f":{free_port}")) for word in words]

    program, *arguments = local(SERVICES["chroma"]["command"])
    _, python, *check = local(SERVICES["chroma"]["healthcheck"]["test"])
    assert (program, python) == ("chroma", "python")
    with subprocess.Popen(
        [str(Path(sys.executable).with_name(program)), *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            until = time.monotonic() + 60
            while subprocess.run([sys.executable, *check], capture_output=True, check=False).returncode:
                assert time.monotonic() < until
            with VectorIndex.open(
                tmp_path / "index", embedder=embedder, server=f"http://127.0.0.1:{free_port}"
            ) as index:
                index.build(films)
                assert index.query(index.vector("heat"), n=1)[0].item_id == "heat"
        finally:
            process.kill()
