"""The collection at a Chroma server."""

import json
import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from catalog import ConfigError, Items
from retrieval import Embedder, VectorIndex


@pytest.fixture(scope="module")
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def running(port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[bytes]]:
    folder = tmp_path_factory.mktemp("server")
    chroma = Path(sys.executable).with_name("chroma")
    command = [str(chroma), "run", "--path", str(folder), "--port", str(port), "--host", "127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port)
            yield process
        finally:
            process.kill()


def _wait(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the Chroma server did not start within 30 seconds")


def _collections(port: int) -> list[str]:
    place = "tenants/default_tenant/databases/default_database/collections"
    return [found["name"] for found in httpx.get(f"http://127.0.0.1:{port}/api/v2/{place}").json()]


@pytest.mark.slow
def test_a_server_holds_the_collection_and_the_search_outlives_it(
    running: subprocess.Popen[bytes],
    port: int,
    tmp_path: Path,
    embedder: Embedder,
    films: Items,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = f"http://127.0.0.1:{port}"
    with VectorIndex.open(tmp_path / "local", embedder=embedder) as index:
        index.build(films)
        expected = index.query(index.vector("heat"), n=3)
    monkeypatch.setenv("DUETTO_CHROMA", address)
    with VectorIndex.open(tmp_path / "remote", embedder=embedder) as index:
        index.build(films)
        assert index.query(index.vector("heat"), n=3) == expected
    assert not list((tmp_path / "remote").glob("chroma-*"))
    first = _collections(port)
    assert len(first) == 1
    with VectorIndex.open(tmp_path / "remote", embedder=embedder, server=address) as index:
        index.build(films)
        assert _collections(port) == first
        index.build(Items(films[:4]))
        assert len(_collections(port)) == 1
        assert _collections(port) != first
        running.kill()
        running.wait()
        with caplog.at_level(logging.WARNING):
            assert [hit.item_id for hit in index.query(index.vector("007"), n=1)] == ["007"]
        assert "Chroma could not answer" in caplog.text
    assert json.loads((tmp_path / "remote" / "index.json").read_text())["content"] is None


def test_nobody_at_the_address_is_named(tmp_path: Path, embedder: Embedder, films: Items) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with (
            VectorIndex.open(tmp_path, embedder=embedder, server=address) as index,
            pytest.raises(ConfigError, match=rf"No Chroma server answers at {address}\. Start one"),
        ):
            index.build(films)


def test_an_address_that_is_none_is_named(tmp_path: Path, embedder: Embedder) -> None:
    with pytest.raises(ConfigError, match="'localhost:8000' is no address of a Chroma server"):
        VectorIndex.open(tmp_path, embedder=embedder, server="localhost:8000")
