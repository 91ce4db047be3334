"""The folder of a data set: tables, engines, index and sessions, built once, resumed where it stopped.

::

    FOLDER/
    ├── dataset/            items, interactions, dialogues, and what is on the cards
    ├── added.jsonl         what was added since
    ├── cf/                 the collaborative engine, and what dialogues name together
    ├── vectors/            embeddings and the Chroma collection
    ├── pictures/           embeddings of the pictures, where it was built with an image model
    ├── adapter/            of the language model, where it was built with one
    ├── priors.npz          log P(item) of the language model
    ├── sessions.sqlite     conversations
    └── manifest.json       written last: what the rest was built from
"""

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from agent.additions import ADDED, Additions
from agent.collaborative import Collaborative
from agent.manifest import MANIFEST, manifest_of, names_models, write_manifest
from agent.models import Models
from agent.world import Priors, World
from catalog import DataError, Dataset, Progress, UnknownDataset, data_home, load
from catalog.cards import CARD, write_card
from catalog.sources import SOURCES
from cf_engine.mentions import told
from language_model.shipped import adapter_folder
from retrieval import DEFAULT_CARD, Pictures, VectorIndex, card_of

COLLABORATIVE = "cf"
ADAPTER, NO_ADAPTER, ADAPTER_VARIABLE = "adapter", "none", "DUETTO_ADAPTER"
PRIORS_AT_BUILD = 2000
"""Best-known items whose prior is computed by the build; the others' when they are first candidates."""


def folder_of(name_or_folder: str | Path) -> Path:
    """Where a data set is built: a built-in's own place, or the folder itself."""
    name = str(name_or_folder)
    return data_home() / name if name in SOURCES else Path(name_or_folder)


def is_built(folder: Path) -> bool:
    return (folder / MANIFEST).is_file()


def adapter_for(folder: Path, stated: str | Path | None = None) -> Path | None:
    """The adapter to open a folder with: the stated one, else `$DUETTO_ADAPTER`, else the one it was built with.

    "none" is the language model as it comes, "multitask" the adapter that comes with the project.
    """
    chosen = stated or os.environ.get(ADAPTER_VARIABLE)
    if chosen:
        return None if str(chosen) == NO_ADAPTER else adapter_folder(chosen)
    kept = folder / ADAPTER
    return kept if kept.is_dir() else None


def build(dataset: Dataset, folder: Path, models: Models, *, progress: Progress | None = None) -> World:
    """Index the data set in its folder and open it. What is there already and still fits is kept, and so is
    what was added to it; what was added to another data set is dropped.

    Without ratings each dialogue counts as a person with the opinions that it tells. The folder keeps a copy
    of the models' adapter and of the card of the data set, or the preset of its name, and is opened with them from
    then on.

    Raises catalog.IndexInUse when another process has the folder open, catalog.ConfigError for an adapter that
    cannot be used.
    """
    if models.adapter is not None:
        models.language()
    if not len(dataset.interactions) and dataset.dialogues:
        dataset = replace(dataset, interactions=told(dataset.dialogues, dataset.items))
    dataset = replace(dataset, card=card_of(dataset))
    world = _opened(dataset, folder, models, progress, anew=True)
    try:
        _keep_adapter(models.adapter, folder / ADAPTER)
    except BaseException:
        world.index.close()
        raise
    return world


def _opened(
    dataset: Dataset, folder: Path, models: Models, progress: Progress | None, *, anew: bool
) -> World:
    folder.mkdir(parents=True, exist_ok=True)
    index = VectorIndex.open(folder / "vectors", embedder=models.embedder)
    try:
        return _build(dataset, folder, models, index, progress, anew=anew)
    except BaseException:
        index.close()
        raise


def _build(
    dataset: Dataset,
    folder: Path,
    models: Models,
    index: VectorIndex,
    progress: Progress | None,
    *,
    anew: bool,
) -> World:
    checksum = dataset.checksum()
    manifest = manifest_of(folder)
    finished = manifest.get("dataset") == checksum
    if not finished:
        if anew:
            (folder / ADDED).unlink(missing_ok=True)
        (folder / MANIFEST).unlink(missing_ok=True)
        if progress:
            progress("neighbours", 0, None)
        dataset.save(folder / "dataset")
        _fit(dataset, folder)
    elif anew and dataset.card is not None:
        write_card(folder / "dataset" / CARD, dataset.card)
    added = Additions.read(folder)
    grown = added.applied(dataset)
    index.build(grown.items, template=dataset.card or DEFAULT_CARD, progress=progress)
    pictures = _pictures(grown, folder, models, progress, anew=anew)
    priors = Priors(folder / "priors.npz", models.scorer, dataset.noun)
    collaborative = _collaborative(dataset, folder).after(grown, added.users)
    world = World.over(grown, collaborative, models=models, index=index, priors=priors, pictures=pictures)
    if not finished:
        best_known = np.argsort(-world.fans, kind="stable")[:PRIORS_AT_BUILD]
        priors.of([grown.items[int(row)].title for row in best_known], progress=progress)
    before: Mapping[str, object] = {} if anew else manifest
    if not finished or not names_models(manifest, models, before=before):
        write_manifest(folder, dataset, checksum, models, before=before)
    return world


def _pictures(
    dataset: Dataset, folder: Path, models: Models, progress: Progress | None, *, anew: bool
) -> Pictures | None:
    """A build looks at all files anew, else only at those that are not known yet."""
    if models.image_model is None:
        return None
    pictures = Pictures(folder / "pictures", models.image_model)
    look = pictures.build if anew else pictures.complete
    look(dataset.items, dataset.home or Path.cwd(), progress=progress)
    return pictures


def open_built(folder: Path, models: Models, *, progress: Progress | None = None) -> World:
    """Open what `build` made; a part that is damaged or of another model is made anew.

    Raises catalog.UnknownDataset when the folder was never built.
    """
    if not is_built(folder):
        raise UnknownDataset(
            f"{folder} is not a built data set. Build it first: duetto build --items FILE -o {folder}"
        )
    return _opened(Dataset.load(folder / "dataset"), folder, models, progress, anew=False)


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


def rebuilt(folder: Path, world: World) -> Collaborative:
    """Save the world's data and the collaborative voice, fitted anew to them."""
    dataset = world.dataset
    dataset.save(folder / "dataset")
    collaborative = _fit(dataset, folder)
    write_manifest(folder, dataset, dataset.checksum(), world.models, before=manifest_of(folder))
    return collaborative


def _keep_adapter(adapter: Path | None, place: Path) -> None:
    if adapter is not None and adapter.resolve() == place.resolve():
        return
    with tempfile.TemporaryDirectory(prefix=f".{ADAPTER}-", dir=place.parent) as scratch:
        copied = Path(scratch, "new")
        if adapter is not None:
            from language_model.adapter import CONFIG, WEIGHTS

            copied.mkdir()
            for name in (CONFIG, WEIGHTS, "README.md"):
                if (adapter / name).is_file():
                    shutil.copy(adapter / name, copied)
        if place.exists():
            place.replace(Path(scratch, "old"))
        if adapter is not None:
            copied.replace(place)


def _fit(dataset: Dataset, folder: Path) -> Collaborative:
    fitted = Collaborative.of(dataset)
    fitted.save(folder / COLLABORATIVE)
    return fitted


def _collaborative(dataset: Dataset, folder: Path) -> Collaborative:
    """What was saved, made anew where it is damaged."""
    try:
        return Collaborative.load(folder / COLLABORATIVE)
    except DataError:
        return _fit(dataset, folder)
