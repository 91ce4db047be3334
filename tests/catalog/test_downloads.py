"""Downloads from a real server in this process: whole, continued, broken and forged."""

import hashlib
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from catalog import DownloadError, load
from catalog.downloads import Remote, download
from catalog.readers import OFFICIAL
from catalog.readers.registry import Official

CONTENT = bytes(range(256)) * 4096
SUM = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"


@dataclass
class Host:
    """What the server sends, how often it breaks off, and what it was asked for."""

    url: str
    content: bytes = CONTENT
    breaks: int = 0
    continues: bool = True
    ranges: list[str | None] = field(default_factory=list)


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path.endswith(".md5"):
                self._send(200, f"MD5 (a.zip) = {hashlib.md5(CONTENT).hexdigest()}\n".encode())  # noqa: S324
                return
            if self.path.endswith("missing.zip"):
                self._send(404, b"no")
                return
            asked = self.headers["Range"]
            said.ranges.append(asked)
            start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and said.continues else 0
            if start >= len(said.content):
                self._send(416, b"")
                return
            self._send(206 if start else 200, said.content[start:])

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if said.breaks and len(body) > 1000:
                said.breaks -= 1
                body = body[: len(body) // 2]
                self.close_connection = True
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """The test's output stays clean."""

    monkeypatch.setenv("DUETTO_HOME", str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        said = Host(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield said
        server.shutdown()


def test_a_download_is_verified_reported_and_kept(host: Host) -> None:
    seen: list[tuple[str, int, int | None]] = []
    remote = Remote(f"{host.url}/a.zip", SUM)
    path = download(remote, progress=lambda *report: seen.append(report))
    assert path.read_bytes() == CONTENT
    assert seen[-1] == ("download a.zip", len(CONTENT), len(CONTENT))
    assert download(remote) == path
    assert host.ranges == [None]


def test_what_breaks_off_is_continued(host: Host) -> None:
    host.breaks = 2
    assert download(Remote(f"{host.url}/a.zip", SUM)).read_bytes() == CONTENT
    assert host.ranges == [None, f"bytes={len(CONTENT) // 2}-", f"bytes={len(CONTENT) * 3 // 4}-"]


def test_a_later_call_continues_an_interrupted_one(host: Host) -> None:
    host.breaks = 3
    remote = Remote(f"{host.url}/a.zip", SUM)
    with pytest.raises(DownloadError, match="Try again, which continues where this stopped"):
        download(remote)
    assert download(remote).read_bytes() == CONTENT
    assert host.ranges[-1] == f"bytes={len(CONTENT) * 7 // 8}-"


def test_a_host_that_cannot_continue_sends_the_whole_again(host: Host) -> None:
    host.breaks, host.continues = 1, False
    assert download(Remote(f"{host.url}/a.zip", SUM)).read_bytes() == CONTENT


def test_a_part_that_is_whole_already_needs_only_its_name(host: Host) -> None:
    remote = Remote(f"{host.url}/a.zip", SUM)
    path = download(remote)
    path.rename(f"{path}.part")
    assert download(remote).read_bytes() == CONTENT


def test_a_forged_file_is_removed(host: Host) -> None:
    remote = Remote(f"{host.url}/a.zip", SUM)
    host.content = CONTENT[:-1] + b"!"
    with pytest.raises(DownloadError, match="its sha256 is"):
        download(remote)
    host.content = CONTENT
    assert download(remote).read_bytes() == CONTENT


def test_a_published_checksum(host: Host) -> None:
    assert download(Remote(f"{host.url}/a.zip")).read_bytes() == CONTENT
    host.content = b"other"
    with pytest.raises(DownloadError, match="its md5 is"):
        download(Remote(f"{host.url}/b.zip"))


def test_what_is_not_there_is_named(host: Host) -> None:
    with pytest.raises(DownloadError, match=r"missing\.zip could not be downloaded \(Not Found\)"):
        download(Remote(f"{host.url}/missing.zip", SUM))


def test_a_data_set_by_name_is_downloaded(
    host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with zipfile.ZipFile(tmp_path / "ml.zip", "w") as archive:
        archive.writestr("ml-1m/movies.dat", "1::Heat (1995)::Crime\n2::Alien (1979)::Horror\n")
        archive.writestr("ml-1m/ratings.dat", "7::1::4::100\n")
    host.content = (tmp_path / "ml.zip").read_bytes()
    known = OFFICIAL["movielens-1m"]
    remote = Remote(f"{host.url}/ml-1m.zip", f"sha256:{hashlib.sha256(host.content).hexdigest()}")
    here = Official(known.name, known.layout, known.page, remote)
    monkeypatch.setattr("catalog.sources.OFFICIAL", {known.name: here})
    assert (load("movielens-1m").name, len(load("movielens-1m").items)) == ("movielens-1m", 2)
