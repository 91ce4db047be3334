"""Data sets by name, or from a folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from rapidfuzz import process

from catalog import movielens
from catalog.dataset import Dataset
from catalog.errors import ConfigError, DataError, UnknownDataset
from catalog.progress import Progress

LEAST_LIKENESS = 60


class Source(Protocol):
    """Reads one built-in data set, from its official archive when there is one at hand."""

    def __call__(self, *, archive: Path | None, progress: Progress | None) -> Dataset: ...


SOURCES: Mapping[str, Source] = {
    "movielens-small": movielens.load_small,
    "movielens-100k": movielens.load_100k,
}


def load(
    name_or_path: str | Path, *, archive: str | Path | None = None, progress: Progress | None = None
) -> Dataset:
    """The built-in data set of that name, else the folder's (see `Dataset.load`).

    `archive` is the official MovieLens archive (.zip or unpacked) to read instead of the
    download. Raises UnknownDataset, DataError, DownloadError, MissingDependency; ConfigError
    for an archive with a folder.
    """
    source = SOURCES.get(name_or_path) if isinstance(name_or_path, str) else None
    if source is not None:
        return source(archive=None if archive is None else Path(archive), progress=progress)
    folder = Path(name_or_path)
    if not folder.exists():
        raise UnknownDataset(_unknown(str(name_or_path)))
    if archive is not None:
        raise ConfigError(f"An archive goes with a built-in data set ({', '.join(SOURCES)}), not a folder.")
    if not folder.is_dir():
        raise DataError("This is a file; give the folder that holds items and interactions.", file=folder)
    return Dataset.load(folder)


def _unknown(name: str) -> str:
    near = process.extractOne(name.lower(), SOURCES.keys(), score_cutoff=LEAST_LIKENESS)
    hint = f'Did you mean "{near[0]}"?' if near else "Name a folder with items and interactions instead."
    return f'"{name}" is neither a folder nor a data set ({", ".join(SOURCES)}). {hint}'
