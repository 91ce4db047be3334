from dataclasses import replace

import pytest

from catalog import CardTemplate, Dataset, Interactions, Item, Items
from retrieval import DEFAULT_CARD, card, card_of
from retrieval.cards import cut_at_sentence
from retrieval.presets import PRESETS

HEAT = Item(
    "1",
    "Heat",
    1995,
    "A thief. A detective.",
    {"genre": ("Crime", "Drama"), "imdb": ("0113277",), "actor": ("Al Pacino", "Robert De Niro")},
)


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (Item("1", "Heat", 1995), "Heat (1995)."),
        (
            Item("1", "Heat", 1995, "A thief.", {"genre": ("Crime", "Drama"), "director": ("Michael Mann",)}),
            "Heat (1995). Crime, Drama. Michael Mann. A thief.",
        ),
        (Item("1", "What?", None, "  "), "What?"),
        (Item("1", "七人の侍", 1954, None, {"genre": ("ドラマ",)}), "七人の侍 (1954). ドラマ."),
        (Item("1", "X", attributes={"imdb": ("0113277",), "url": ("https://x.org/a",)}), "X."),
        (
            Item("1", "X", attributes={"cast": tuple(f"n{k}" for k in range(20))}),
            "X. n0, n1, n2, n3, n4, n5, n6, n7.",
        ),
    ],
)
def test_card(item: Item, text: str) -> None:
    assert card(item) == text


def test_long_text_ends_at_a_sentence() -> None:
    text = "One two three. " * 200
    cut = card(Item("1", "X", text=text)).removeprefix("X. ")
    assert cut.endswith("three.")
    assert DEFAULT_CARD.text - 15 < len(cut) <= DEFAULT_CARD.text


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("One. Two.", 9, "One. Two."),
        ("One. Two three.", 9, "One."),
        ("One. Two. Three", 9, "One. Two."),
        ("one two three", 9, "one two"),
        ("abcdefghijkl", 9, "abcdefghi"),
        ("農民が。侍を雇う", 5, "農民が。"),
        ("One! Two three", 9, "One!"),
        ("One? Two three", 9, "One?"),
        ("「行け。」侍は", 6, "「行け。」"),
        ("He said “No.” Then he", 18, "He said “No.”"),
        ("रात है। दिन है", 9, "रात है।"),
        ("ما هذا؟ لا أعرف", 10, "ما هذا؟"),
        ("It ends. By J. Smith", 15, "It ends."),
        ("It ends. In the U.S. now", 21, "It ends."),
        ("It ends. By Dr. No", 16, "It ends."),
        ("It costs 3.5 more", 11, "It costs"),
    ],
)
def test_cut_at_sentence(text: str, limit: int, cut: str) -> None:
    assert cut_at_sentence(text, limit) == cut


@pytest.mark.parametrize(
    ("template", "text"),
    [
        (CardTemplate(), "Heat (1995). Crime, Drama. Al Pacino, Robert De Niro. A thief. A detective."),
        (CardTemplate(fields=("label",)), "Heat (1995)."),
        (CardTemplate(fields=("text", "title", "year")), "A thief. A detective. Heat. 1995."),
        (CardTemplate(fields=("label", "text"), text=10), "Heat (1995). A thief."),
        (
            CardTemplate(fields=("label", "attributes"), attributes={"actor": 1, "imdb": 1, "genre": 8}),
            "Heat (1995). Al Pacino. Crime, Drama.",
        ),
    ],
)
def test_a_template_says_what_is_on_the_card(template: CardTemplate, text: str) -> None:
    assert card(HEAT, template) == text


def test_a_card_leaves_out_what_the_item_lacks() -> None:
    template = CardTemplate(fields=("year", "text", "title", "attributes"), attributes={"genre": 1})
    assert card(Item("1", "Heat"), template) == "Heat."


def test_a_data_set_has_its_own_card_or_the_preset_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    own, chosen = CardTemplate(fields=("label",)), CardTemplate(attributes={"genre": 1})
    monkeypatch.setitem(PRESETS, "films", chosen)
    dataset = Dataset("films", Items([HEAT]), Interactions.of([], []))
    assert card_of(dataset) == chosen
    assert card_of(replace(dataset, card=own)) == own
    assert card_of(replace(dataset, name="others")) == DEFAULT_CARD
