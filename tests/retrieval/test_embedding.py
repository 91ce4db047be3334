from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from catalog import Item, Items
from retrieval import Embedder, card, card_vectors, open_embedder

ITEMS = Items([Item(str(place), title) for place, title in enumerate(("Heat", "Up", "Heat", ""))])


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return open_embedder()


def test_they_are_the_cards_and_only_new_ones_are_embedded(
    embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = card_vectors(ITEMS, embedder, folder=tmp_path)
    np.testing.assert_allclose(vectors, embedder.encode_cards([card(item) for item in ITEMS]), atol=1e-5)
    embedded: list[str] = []
    encode = embedder.encode_cards

    def counted(texts: list[str]) -> NDArray[np.float32]:
        embedded.extend(texts)
        return encode(texts)

    monkeypatch.setattr(embedder, "encode_cards", counted)
    more = card_vectors(Items([*ITEMS, Item("4", "Fargo", 1996)]), embedder, folder=tmp_path)
    assert embedded == ["Fargo (1996)."]
    assert (more[:4] == vectors).all()
