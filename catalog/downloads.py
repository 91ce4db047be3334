"""Archives from the hosts of their makers: resumed when interrupted, verified, kept in the cache."""

import hashlib
import http.client
import os
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from filelock import FileLock

from catalog.errors import DownloadError
from catalog.paths import cache_home
from catalog.progress import Progress

BLOCK = 1 << 18
TIMEOUT_SECONDS = 30
TRIES = 3
_MD5 = re.compile(r"\b[0-9a-fA-F]{32}\b")


@dataclass(frozen=True)
class Remote:
    """A file on the web. `checksum` is "md5:..." or "sha256:..."; None when the host publishes an
    MD5 in a file of that name and ".md5" beside it, because the file changes from time to time."""

    url: str
    checksum: str | None = None

    @property
    def name(self) -> str:
        return PurePosixPath(urlsplit(self.url).path).name


def download(remote: Remote, *, progress: Progress | None = None) -> Path:
    """The path of the file in the cache; a second call only looks whether it is there.

    A part that an interrupted call left is continued. The checksum is verified before the file
    gets its name. Raises DownloadError.
    """
    folder = cache_home() / "archives" / hashlib.sha256(remote.url.encode()).hexdigest()[:12]
    target = folder / remote.name
    if target.is_file():
        return target
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / "lock"):
            if not target.is_file():
                _fetch(remote, target, progress)
    except (OSError, http.client.HTTPException) as error:
        raise DownloadError(
            f"{remote.url} could not be downloaded ({_reason(error)}). Try again, which continues where this "
            "stopped, or download the file elsewhere and give its path."
        ) from error
    return target


def _fetch(remote: Remote, target: Path, progress: Progress | None) -> None:
    part = target.with_name(f"{target.name}.part")
    expected = remote.checksum or _published(remote)
    for left in reversed(range(TRIES)):
        try:
            _continue(remote, part, progress)
            break
        except (http.client.HTTPException, ConnectionError, TimeoutError):
            if not left:
                raise
    algorithm, _, wanted = expected.partition(":")
    with part.open("rb") as file:
        found = hashlib.file_digest(file, algorithm).hexdigest()
    if found != wanted:
        part.unlink()
        raise DownloadError(
            f"{remote.url} is not the file that is expected: its {algorithm} is {found}, not {wanted}. It was "
            "removed; try again, and if it stays so, the file was changed by its makers or on the way."
        )
    part.replace(target)


def _published(remote: Remote) -> str:
    with _opened(urllib.request.Request(f"{remote.url}.md5")) as answer:  # noqa: S310 - the URL is ours
        text = answer.read(BLOCK).decode("ascii", errors="replace")
    found = _MD5.search(text)
    if not found:
        raise DownloadError(f"{remote.url}.md5 holds no MD5; the file cannot be verified.")
    return f"md5:{found[0].lower()}"


def _continue(remote: Remote, part: Path, progress: Progress | None) -> None:
    """Append what is missing to the part; a host that cannot continue sends the whole again."""
    done = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(remote.url)  # noqa: S310 - the URL is ours
    if done:
        request.add_header("Range", f"bytes={done}-")
    try:
        with _opened(request) as answer:
            resumed = answer.status == http.client.PARTIAL_CONTENT
            done = done if resumed else 0
            _append(answer, part, done, remote, progress)
    except urllib.error.HTTPError as error:
        if error.code != http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        error.close()  # the part is the whole file already


def _append(
    answer: http.client.HTTPResponse, part: Path, done: int, remote: Remote, progress: Progress | None
) -> None:
    length = answer.headers.get("Content-Length")
    total = None if length is None else done + int(length)
    room = shutil.disk_usage(part.parent).free
    if total is not None and total - done > room:
        raise DownloadError(
            f"{remote.name} needs {total - done:,} bytes, and {part.parent} has room for {room:,}. Make room "
            "there, or set DUETTO_HOME to another folder."
        )
    with part.open("ab") as file:
        file.truncate(done)
        while block := answer.read(BLOCK):
            file.write(block)
            done += len(block)
            if progress:
                progress(f"download {remote.name}", done, total)
        file.flush()
        os.fsync(file.fileno())
    if total is not None and done != total:
        raise ConnectionError(f"the host sent {done:,} of {total:,} bytes")


@contextmanager
def _opened(request: urllib.request.Request) -> Iterator[http.client.HTTPResponse]:
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - the URL is ours
        yield answer


def _reason(error: BaseException) -> str:
    reason = getattr(error, "reason", None)
    return str(reason or error) or type(error).__name__
