"""The folder of a data set: tables, engines, index and sessions, built once, resumed where it stopped.

::

    FOLDER/
    ├── dataset/            items, interactions, dialogues
    ├── cf/                 the collaborative engine, popularity, and what dialogues name together
    ├── vectors/            embeddings and the Chroma collection
    ├── priors.npz          log P(item) of the language model
    ├── sessions.sqlite     conversations
    └── manifest.json       written last: what the rest was built from
"""

import json
import math
import time
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

from agent.collaborative import Collaborative, baskets_of
from agent.models import Models
from agent.world import Priors, World
from catalog import DataError, Dataset, Interactions, Progress, UnknownDataset, data_home, load
from catalog.sources import SOURCES
from cf_engine import Baskets, preset
from cf_engine.mentions import told
from retrieval import VectorIndex

MANIFEST = "manifest.json"
COLLABORATIVE = "cf"
PRIORS_AT_BUILD = 2000
"""Best-known items whose prior is computed by the build; the others' when they are first candidates."""


def folder_of(name_or_folder: str | Path) -> Path:
    """Where a data set is built: a built-in's own place, or the folder itself."""
    name = str(name_or_folder)
    return data_home() / name if name in SOURCES else Path(name_or_folder)


def is_built(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def build(dataset: Dataset, folder: Path, models: Models, *, progress: Progress | None = None) -> World:
    """Index the data set in its folder and open it. What is there already and still fits is kept.

    Without ratings each dialogue counts as a person with the opinions that it tells.

    Raises catalog.IndexInUse when another process has the folder open.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not len(dataset.interactions) and dataset.dialogues:
        dataset = replace(dataset, interactions=told(dataset.dialogues, dataset.items))
    index = VectorIndex.open(folder / "vectors", embedder=models.embedder)
    try:
        return _build(dataset, folder, models, index, progress)
    except BaseException:
        index.close()
        raise


def _build(
    dataset: Dataset, folder: Path, models: Models, index: VectorIndex, progress: Progress | None
) -> World:
    checksum = dataset.checksum()
    finished = _built_from(folder) == checksum
    if not finished:
        (folder / MANIFEST).unlink(missing_ok=True)
        if progress:
            progress("neighbours", 0, None)
        dataset.save(folder / "dataset")
        _fit(dataset, folder)
    index.build(dataset.items, progress=progress)
    priors = Priors(folder / "priors.npz", models.language, dataset.noun)
    world = _world(dataset, folder, models, index, priors)
    if not finished:
        best_known = np.argsort(-world.fans, kind="stable")[:PRIORS_AT_BUILD]
        priors.of([dataset.items[int(row)].title for row in best_known], progress=progress)
        _write_manifest(folder, dataset, checksum, models)
    return world


def open_built(folder: Path, models: Models, *, progress: Progress | None = None) -> World:
    """Open what `build` made; a part that is damaged or of another model is made anew.

    Raises catalog.UnknownDataset when the folder was never built.
    """
    if not is_built(folder):
        raise UnknownDataset(
            f"{folder} is not a built data set. Build it first: duetto build --items FILE -o {folder}"
        )
    return build(Dataset.load(folder / "dataset"), folder, models, progress=progress)


def refuse(name_or_folder: str | Path) -> None:
    """Raise the error that fits a folder or a name that cannot be opened."""
    if Path(name_or_folder, "dataset").is_dir():
        raise UnknownDataset(
            f"{name_or_folder} holds an unfinished build. Run duetto build again; it resumes."
        )
    load(name_or_folder)
    raise UnknownDataset(
        f"{name_or_folder} holds tables but no index. Build it first: duetto build {name_or_folder} -o FOLDER"
    )


def interactions_of(rows: Sequence[tuple[str, str, float]], dataset: Dataset) -> Interactions:
    """Rows (user_id, item_id, rating) as interactions of the data set, dated now.

    Raises catalog.DataError for an unknown item or a rating outside the scale.
    """
    scale = dataset.interactions.scale
    for user_id, item_id, rating in rows:
        if not user_id:
            raise DataError("A rating needs the id of a person.", column="user_id", value=user_id)
        if item_id not in dataset.items:
            raise DataError("There is no such item; add it first.", column="item_id", value=item_id)
        if not (math.isfinite(rating) and scale.low <= rating <= scale.high):
            raise DataError(
                f"A rating is a number from {scale.low:g} to {scale.high:g}.", column="rating", value=rating
            )
    users = tuple(dict.fromkeys(user_id for user_id, _, _ in rows))
    place = {user_id: i for i, user_id in enumerate(users)}
    latest = {(user_id, item_id): rating for user_id, item_id, rating in rows}
    return Interactions(
        users,
        np.array([place[user_id] for user_id, _ in latest], dtype=np.int32),
        np.array([dataset.items.index_of(item_id) for _, item_id in latest], dtype=np.int32),
        np.array(list(latest.values()), dtype=np.float32),
        np.full(len(latest), int(time.time()), dtype=np.int64),
        scale,
    )


def changed(folder: Path, dataset: Dataset, world: World) -> World:
    """Save the changed data set, fit the engines on it, and give the world that follows `world`."""
    (folder / MANIFEST).unlink(missing_ok=True)
    dataset.save(folder / "dataset")
    collaborative = _fit(dataset, folder)
    _write_manifest(folder, dataset, dataset.checksum(), world.models)
    return World(dataset, collaborative, world.models, world.index, world.priors)


def _fit(dataset: Dataset, folder: Path) -> Collaborative:
    """The collaborative voice with the engine as preset for these data, fitted and saved."""
    items = dataset.items
    fitted = Collaborative.fit(
        dataset.interactions,
        len(items),
        engine=preset(dataset.name),
        baskets=_baskets(dataset),
    )
    fitted.save(folder / COLLABORATIVE)
    return fitted


def _baskets(dataset: Dataset) -> Baskets | None:
    """Where dialogues say about as much as ratings do; a few of them say nothing of most items."""
    named = sum(len(turn.items) for dialogue in dataset.dialogues for turn in dialogue.turns)
    return baskets_of(dataset.dialogues, dataset.items) if 2 * named >= len(dataset.interactions) else None


def _world(dataset: Dataset, folder: Path, models: Models, index: VectorIndex, priors: Priors) -> World:
    try:
        collaborative = Collaborative.load(folder / COLLABORATIVE)
    except DataError:
        collaborative = _fit(dataset, folder)
    return World(dataset, collaborative, models, index, priors)


def _built_from(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["dataset"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_manifest(folder: Path, dataset: Dataset, checksum: str, models: Models) -> None:
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
            "language_model": models.language().name,
        },
        indent=2,
    )
    scratch = folder / f"{MANIFEST}.part"
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(folder / MANIFEST)
