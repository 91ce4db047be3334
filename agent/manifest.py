"""What a built folder says of itself: the data and the models that it was built from, and how to open them again."""

import json
import logging
import os
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from agent.models import Models
from catalog import ConfigError, Dataset, MissingDependency, Progress
from retrieval import DEFAULT_EMBEDDER, EMBEDDER_VARIABLE, IMAGE_VARIABLE, ImageModel

MANIFEST = "manifest.json"
IMAGE_MODEL, IMAGE_SOURCE, NO_IMAGE_MODEL = "image_model", "image_model_source", "none"

_log = logging.getLogger(__name__)


def manifest_of(folder: Path) -> dict[str, object]:
    """What the folder was built from; nothing where that cannot be read."""
    try:
        stored = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stored if isinstance(stored, dict) else {}


def write_manifest(
    folder: Path, dataset: Dataset, checksum: str, models: Models, *, before: Mapping[str, object]
) -> None:
    """Whole or not at all. Where no image model is open, that of the manifest `before` stays."""
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
            **_images(models.image_model, before),
        },
        indent=2,
    )
    scratch = folder / f"{MANIFEST}.part"
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(folder / MANIFEST)


def names_models(manifest: Mapping[str, object], models: Models, *, before: Mapping[str, object]) -> bool:
    """Whether the manifest says of the models what `write_manifest` would."""
    images = _images(None, manifest)
    return manifest.get("embedder") == models.embedder.name and images == _images(models.image_model, before)


def _images(model: ImageModel | None, before: Mapping[str, object]) -> Mapping[str, object]:
    if model is not None:
        return {IMAGE_MODEL: model.name, IMAGE_SOURCE: model.source}
    return {name: before[name] for name in (IMAGE_MODEL, IMAGE_SOURCE) if name in before}


def models_for(
    folder: Path,
    embedder: str | None = None,
    *,
    image_model: str | None = None,
    adapter: Path | None = None,
    scorer: str | None = None,
    progress: Progress | None = None,
) -> Models:
    """The models to open a folder with: its own embedder, where it was built, else `embedder` or the default.

    The default itself may be of another version by now; the index is made anew then. The image model is as
    `_image_model_at_open` has it, or where nothing was built yet as `image_model_for` has it. Raises
    catalog.ConfigError where the folder was built with another model than `embedder`, or else
    $DUETTO_EMBEDDER, asks for, or than is found by now where it came from.
    """
    asked, own = embedder or os.environ.get(EMBEDDER_VARIABLE), embedder_of(folder)
    built_with = manifest_of(folder).get("embedder")
    images = (image_model_for if own is None else _image_model_at_open)(folder, image_model)
    try:
        models = Models.open(
            embedder=asked or own, adapter=adapter, scorer=scorer, image_model=images, progress=progress
        )
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


def image_model_for(folder: Path, stated: str | None = None) -> ImageModel | None:
    """The model to look at pictures with in a build: the stated one, else that of $DUETTO_IMAGE_MODEL, else the one
    that the folder was built with. None for "none", or where there is none of these.

    Raises catalog.ConfigError, catalog.MissingDependency.
    """
    asked = stated or os.environ.get(IMAGE_VARIABLE)
    own = manifest_of(folder).get(IMAGE_SOURCE)
    source = asked or (own if isinstance(own, str) else None)
    if source is None or source == NO_IMAGE_MODEL:
        return None
    try:
        return ImageModel.of(source)
    except ConfigError as error:
        if asked:
            raise
        raise ConfigError(
            f"{folder} was built with an image model. {error} Or build without: --image-model none."
        ) from error


def _image_model_at_open(folder: Path, stated: str | None) -> ImageModel | None:
    """As `image_model_for`, for a folder that is built; None, with a warning, for one that cannot be opened or that
    the pictures were not embedded with."""
    built_with = manifest_of(folder).get(IMAGE_MODEL)
    try:
        model = image_model_for(folder, stated)
    except (ConfigError, MissingDependency) as error:
        _log.warning("%s is opened without its pictures: %s", folder, error)
        return None
    if model is None or model.name == built_with:
        return model
    _log.warning(
        "%s is opened without pictures, as it was built with %s and not with the image model %s: "
        "to use that one, run duetto build once more with --image-model %s.",
        folder,
        f"the image model {built_with}" if built_with else "no image model",
        model.name,
        model.source,
    )
    return None
