"""Data sets by name, from a folder of tables, or from the files that their makers publish."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from rapidfuzz import process

from catalog import movielens
from catalog.archives import Archive
from catalog.dataset import Dataset
from catalog.downloads import download
from catalog.errors import ConfigError, DataError, DownloadError, UnknownDataset
from catalog.progress import Progress
from catalog.readers import OFFICIAL, Official, recognised

LEAST_LIKENESS = 60


class Source(Protocol):
    """Reads one built-in data set, from its official archive when there is one at hand."""

    def __call__(self, *, archive: Path | None, progress: Progress | None) -> Dataset: ...


SOURCES: Mapping[str, Source] = {
    "movielens-small": movielens.load_small,
    "movielens-100k": movielens.load_100k,
}
"""Built in: they need nothing but the package index. Those of `OFFICIAL` need their makers' files."""


def load(
    name_or_path: str | Path, *, archive: str | Path | None = None, progress: Progress | None = None
) -> Dataset:
    """A data set by its name, or what a folder or an archive holds.

    A name is a built-in one, or one of `OFFICIAL`, whose archive is downloaded when its host offers
    one; a folder of that name comes before the download. `archive` (.zip or unpacked) is read
    instead of a download. A path is a folder of tables (see `Dataset.load`), or official files,
    whose layout is recognised. Raises UnknownDataset, DataError, DownloadError, MissingDependency;
    ConfigError for an archive with a path.
    """
    given = None if archive is None else Path(archive)
    source = SOURCES.get(name_or_path) if isinstance(name_or_path, str) else None
    if source is not None:
        return source(archive=given, progress=progress)
    path = Path(name_or_path)
    official = OFFICIAL.get(name_or_path) if isinstance(name_or_path, str) else None
    if official is not None and (given is not None or not path.exists()):
        return official.read(Archive.open(given or _downloaded(official, progress)), progress)
    if not path.exists():
        raise UnknownDataset(_unknown(str(name_or_path)))
    if given is not None:
        raise ConfigError(f"An archive goes with a data set by name ({_names()}), not a folder.")
    return _at(path, progress)


def _at(path: Path, progress: Progress | None) -> Dataset:
    if path.is_dir() and any(path.glob("items.*")):
        return Dataset.load(path)
    if not path.is_dir() and path.suffix.lower() != ".zip":
        raise DataError(
            "This is a file; give the folder that holds items and interactions, or read it with duetto import.",
            file=path,
        )
    if path.is_dir() and any(path.glob("dialogues*.jsonl")):
        raise DataError(
            "There are dialogues but no items, so there is nothing to recommend: add items.jsonl, items.csv or "
            "items.parquet.",
            file=path,
        )
    archive = Archive.open(path)
    return recognised(archive).read(archive, progress)


def _downloaded(official: Official, progress: Progress | None) -> Path:
    if official.remote is None:
        raise DownloadError(
            f"{official.name} is not downloaded by Duetto. Fetch its files from {official.page} and give "
            "their zip or folder with --archive."
        )
    return download(official.remote, progress=progress)


def _names() -> str:
    return ", ".join([*SOURCES, *OFFICIAL])


def _unknown(name: str) -> str:
    near = process.extractOne(name.lower(), [*SOURCES, *OFFICIAL], score_cutoff=LEAST_LIKENESS)
    hint = f'Did you mean "{near[0]}"?' if near else "Name a folder with items and interactions instead."
    return f'"{name}" is neither a folder nor a data set ({_names()}). {hint}'
