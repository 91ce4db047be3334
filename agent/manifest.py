"""What a built folder says of itself: the data and the models that it was built from, and how to open them again."""

import json
import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from agent.models import Models
from catalog import ConfigError, Dataset, Progress
from retrieval import DEFAULT_EMBEDDER, EMBEDDER_VARIABLE

MANIFEST = "manifest.json"


def manifest_of(folder: Path) -> dict[str, object]:
    """What the folder was built from; nothing where that cannot be read."""
    try:
        stored = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}


def write_manifest(folder: Path, dataset: Dataset, checksum: str, models: Models) -> None:
    """Whole or not at all."""
    try:
        own = version("duetto")
    except PackageNotFoundError:
        own = "unknown"
    text = json.dumps(
        {
            "duetto": own,
            "name": dataset.name,
            "dataset": checksum,
            "items": len(dataset.items),
            "interactions": len(dataset.interactions),
            "embedder": models.embedder.name,
            "embedder_source": models.embedder.source,
            "language_model": models.scorer().name,
        },
        indent=2,
    )
    scratch = folder / f"{MANIFEST}.part"
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(folder / MANIFEST)


def models_for(
    folder: Path,
    embedder: str | None = None,
    *,
    adapter: Path | None = None,
    scorer: str | None = None,
    progress: Progress | None = None,
) -> Models:
    """The models to open a folder with: its own embedder, where it was built, else `embedder` or the default.

    The default itself may be of another version by now; the index is made anew then. Raises
    catalog.ConfigError where the folder was built with another model than `embedder`, or else
    $DUETTO_EMBEDDER, asks for, or than is found by now where it came from.
    """
    asked, own = embedder or os.environ.get(EMBEDDER_VARIABLE), embedder_of(folder)
    built_with = manifest_of(folder).get("embedder")
    try:
        models = Models.open(embedder=asked or own, adapter=adapter, scorer=scorer, progress=progress)
    except ConfigError as error:
        if asked or not own:
            raise
        raise ConfigError(f"{folder} was built with the embedding model {built_with}. {error}") from error
    name = models.embedder.name
    if built_with in (None, name) or (asked is None and models.embedder.source == DEFAULT_EMBEDDER):
        return models
    raise ConfigError(
        f"{folder} was built with the embedding model {built_with}, but {models.embedder.source} is {name}: "
        "ask for the model that it was built with, or run duetto build once more with "
        f"--embedder {models.embedder.source}, which embeds all items anew."
    )


def embedder_of(folder: Path) -> str | None:
    """The source of the embedder that the folder was built with; None where it was not built."""
    manifest = manifest_of(folder)
    source = manifest.get("embedder_source", DEFAULT_EMBEDDER if manifest else None)
    return source if isinstance(source, str) else None
