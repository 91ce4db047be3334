"""The rating sets of the development data as matrices in folders."""

from collections.abc import Iterator
from pathlib import Path

from benchmarks.stored import keep
from catalog import SOURCES, DuettoError, dev_data, load

RATINGS = "interactions.csv"


def names() -> list[str]:
    """The built-in sets, and every folder of development data that holds ratings."""
    return [*SOURCES, *sorted(path.parent.name for path in dev_data().glob(f"*/{RATINGS}"))]


def kept(scratch: Path, notes: list[str]) -> Iterator[tuple[str, Path]]:
    """Names and folders; a set that cannot be had is said in the notes."""
    for name in names():
        try:
            dataset = load(name if name in SOURCES else dev_data() / name)
        except DuettoError as error:
            notes.append(f"{name}: not measured, {error}")
            continue
        folder = scratch / name
        keep(folder, lambda dataset=dataset: dataset.interactions.matrix(len(dataset.items)))  # type: ignore[misc]
        yield name, folder
