from dataclasses import replace
from pathlib import Path

import pytest

from catalog import (
    CardTemplate,
    DataError,
    Dataset,
    Interactions,
    Item,
    Items,
    coverage,
    read_card,
    write_card,
)

ITEMS = Items(
    [
        Item("1", "Heat", 1995, "A thief.", {"genre": ("Crime",), "actor": ("Al Pacino",)}),
        Item("2", "Saw", None, None, {"genre": ("Horror",), "actor": ()}),
        Item("3", "Up"),
    ]
)
TEMPLATE = CardTemplate(fields=("label", "text", "attributes"), attributes={"actor": 2, "genre": 1}, text=200)


def test_a_template_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_card(tmp_path / "card.json", TEMPLATE)
    found = read_card(tmp_path / "card.json", ITEMS)
    assert found == TEMPLATE
    assert list(found.attributes or ()) == ["actor", "genre"]
    assert [path.name for path in tmp_path.iterdir()] == ["card.json"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no card"),
        ("{", "no card"),
        ("[]", "no card"),
        ('{"field": ["label"]}', "field"),
        ('{"fields": ["label", "plot"]}', "fields.1"),
        ('{"fields": ["label", "title"]}', "one of label and title"),
        ('{"fields": ["text"]}', "one of label and title"),
        ('{"fields": ["label", "text", "text"]}', "at most once"),
        ('{"attributes": {"genre": 0}}', "attributes.genre"),
        ('{"text": 0}', "text"),
        ('{"attributes": {"genres": 1}}', "there are actor, genre. Found: 'genres'"),
    ],
)
def test_a_template_that_cannot_be_used_is_named(tmp_path: Path, text: str, told: str) -> None:
    """Never another card in its place: the vectors depend on it."""
    path = tmp_path / "set" / "card.json"
    Dataset("set", ITEMS, Interactions.of([], [])).save(path.parent)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"card\.json") as raised:
        Dataset.load(path.parent)
    assert told in str(raised.value)


def test_a_data_set_keeps_its_template_which_does_not_change_its_checksum(tmp_path: Path) -> None:
    plain = Dataset("set", ITEMS, Interactions.of([], []))
    carded = replace(plain, card=TEMPLATE)
    assert carded.checksum() == plain.checksum()
    carded.save(tmp_path / "set")
    assert Dataset.load(tmp_path / "set").card == TEMPLATE
    plain.save(tmp_path / "set")
    assert Dataset.load(tmp_path / "set").card == TEMPLATE


def test_a_template_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be written"):
        write_card(tmp_path / "nowhere" / "card.json", TEMPLATE)


def test_coverage_counts_what_each_item_has() -> None:
    told = "3 items: 33% with a year, 33% a text, 67% genre, 33% actor; 1 with nothing but a title."
    assert coverage(ITEMS) == told


def test_coverage_calls_few_not_none_and_most_not_all() -> None:
    many = [Item(str(n), "X", 2000 if n else None, "Y" if not n else None) for n in range(1000)]
    assert coverage(Items(many)) == "1,000 items: 99% with a year, 1% a text; 0 with nothing but a title."


def test_coverage_names_the_most_frequent_attributes() -> None:
    items = Items([Item("1", "X", attributes={f"a{n}": ("v",) for n in range(10)})])
    told = "100% a0, 100% a1, 100% a2, 100% a3, 100% a4, 100% a5, 100% a6, 100% a7 and 2 attributes more;"
    assert told in coverage(items)
