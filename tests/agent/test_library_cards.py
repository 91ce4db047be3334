from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent.library import build, open_built
from agent.models import Models
from agent.world import World
from catalog import CardTemplate, DataError, Dataset, Item
from retrieval import card

BARE = CardTemplate(fields=("title",))


def embedded(world: World, models: Models, template: CardTemplate, *, row: int = 0) -> bool:
    """Whether the item's vector is that of its card by this template."""
    text = card(world.dataset.items[row], template)
    return bool(np.allclose(world.index.vectors[row], models.embedder.encode_cards([text])[0], atol=1e-5))


def test_a_built_folder_keeps_its_card(dataset: Dataset, folder: Path, models: Models) -> None:
    build(replace(dataset, card=BARE), folder, models).index.close()
    world = open_built(folder, models)
    with world.index:
        assert embedded(world, models, BARE)
        assert not embedded(world, models, CardTemplate())
        world.index.upsert([Item("new", "Seven", 1995)])
        assert world.index.vector("new") == pytest.approx(
            models.embedder.encode_cards(["Seven."])[0], abs=1e-5
        )


def test_another_card_embeds_anew_and_nothing_else_is_done(
    dataset: Dataset, folder: Path, models: Models
) -> None:
    build(dataset, folder, models).index.close()
    engine = (folder / "cf").stat().st_mtime_ns
    build(replace(dataset, card=BARE), folder, models).index.close()
    assert (folder / "cf").stat().st_mtime_ns == engine
    world = open_built(folder, models)
    with world.index:
        assert embedded(world, models, BARE)


def test_a_damaged_card_is_told(dataset: Dataset, folder: Path, models: Models) -> None:
    build(dataset, folder, models).index.close()
    (folder / "dataset" / "card.json").write_text("{")
    with pytest.raises(DataError, match=r"card\.json"):
        open_built(folder, models)
