import pytest

from catalog import Item
from retrieval import card
from retrieval.cards import MAX_TEXT, cut_at_sentence


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
    assert MAX_TEXT - 15 < len(cut) <= MAX_TEXT


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("One. Two.", 9, "One. Two."),
        ("One. Two three.", 9, "One."),
        ("One. Two. Three", 9, "One. Two."),
        ("one two three", 9, "one two"),
        ("abcdefghijkl", 9, "abcdefghi"),
        ("農民が。侍を雇う", 5, "農民が。"),
    ],
)
def test_cut_at_sentence(text: str, limit: int, cut: str) -> None:
    assert cut_at_sentence(text, limit) == cut
