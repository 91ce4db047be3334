from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from catalog import CardTemplate, Item, Items
from retrieval import Embedder, card, card_vectors, open_embedder, vectors_by_template
from retrieval.embedding import _fingerprint

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


HEAT = Item("1", "Heat", 1995, "A thief and a detective.", {"genre": ("Crime", "Drama")}, image="a.jpg")


@pytest.mark.parametrize(
    "changed",
    [
        replace(HEAT, title="Heats"),
        replace(HEAT, year=1996),
        replace(HEAT, text=None),
        replace(HEAT, attributes={"genre": ("Crime",)}),
        replace(HEAT, attributes={"topic": ("Crime", "Drama")}),
    ],
)
def test_the_fingerprint_changes_with_all_that_a_card_may_show(
    embedder: Embedder, changed: Item, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.embedding.SAMPLE", 1)
    up = Item("2", "Up")
    before = _fingerprint(Items([up, HEAT]), embedder)
    assert _fingerprint(Items([up, changed]), embedder) != before
    assert _fingerprint(Items([HEAT, up]), embedder) != before


def test_the_fingerprint_changes_with_the_template(
    embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the cards of the sample do not."""
    monkeypatch.setattr("retrieval.embedding.SAMPLE", 1)
    items = Items([Item("2", "Up"), HEAT])
    assert _fingerprint(items, embedder, CardTemplate(text=9)) != _fingerprint(items, embedder)


def test_templates_share_what_they_have_in_common(embedder: Embedder, tmp_path: Path) -> None:
    items, bare = Items([Item("2", "Up"), HEAT]), CardTemplate(fields=("label",))
    full, plain = vectors_by_template(items, [CardTemplate(), bare], embedder, folder=tmp_path)
    assert (full[0] == plain[0]).all()
    expected = embedder.encode_cards([card(HEAT), card(HEAT, bare)])
    np.testing.assert_allclose([full[1], plain[1]], expected, atol=1e-5)


def test_the_fingerprint_stays_with_all_else(embedder: Embedder) -> None:
    """With equal strings as with the same one, in memory of their own or not."""
    once = Items([replace(HEAT, title="Crime")])
    genre = "".join(["Cri", "me"])
    again = Items(
        [replace(HEAT, title="Crime", attributes={"genre": (genre, "Drama")}, image=None, aliases=("?",))]
    )
    assert _fingerprint(once, embedder) == _fingerprint(again, embedder)


def test_an_unchanged_catalogue_has_no_card_made(
    embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for the sample."""
    vectors = card_vectors(ITEMS, embedder, folder=tmp_path)
    made: list[Item] = []

    def counted(item: Item, template: CardTemplate) -> str:
        made.append(item)
        return card(item, template)

    monkeypatch.setattr("retrieval.embedding.card", counted)
    monkeypatch.setattr("retrieval.embedding.SAMPLE", 2)
    card_vectors(ITEMS, embedder, folder=tmp_path)  # of another sample, so made anew
    assert made.count(ITEMS[1]) == 1
    made.clear()
    np.testing.assert_array_equal(card_vectors(ITEMS, embedder, folder=tmp_path), vectors)
    assert made == [ITEMS[0], ITEMS[3]]
