import pytest

from catalog import DataError, Item, Items, split_title

TITLES = [
    ("Heat (1995)", "Heat", 1995, ()),
    ("Matrix, The (1999)", "The Matrix", 1999, ()),
    ("Awfully Big Adventure, An (1995)", "An Awfully Big Adventure", 1995, ()),
    ("Misérables, Les (1995)", "Les Misérables", 1995, ()),
    ("Avventura, L' (Adventure, The) (1960)", "L'Avventura", 1960, ("The Adventure",)),
    ("Tin Drum, The (Blechtrommel, Die) (1979)", "The Tin Drum", 1979, ("Die Blechtrommel",)),
    ("Seven (a.k.a. Se7en) (1995)", "Seven", 1995, ("Se7en",)),
    (
        "8 ½ Women (a.k.a. 8 1/2 Women) (a.k.a. Eight and a Half Women) (1999)",
        "8 ½ Women",
        1999,
        ("8 1/2 Women", "Eight and a Half Women"),
    ),
    (
        "Good, the Bad and the Ugly, The (Buono, il brutto, il cattivo, Il) (1966)",
        "The Good, the Bad and the Ugly",
        1966,
        ("Il Buono, il brutto, il cattivo",),
    ),
    ("Power of Nightmares, The: The Rise (2004)", "The Power of Nightmares: The Rise", 2004, ()),
    ("(500) Days of Summer (2009)", "(500) Days of Summer", 2009, ()),
    ("Evangelion: 1.0 You Are (Not) Alone (2007)", "Evangelion: 1.0 You Are (Not) Alone", 2007, ()),
    ("1-900 (06) (1994)", "1-900 (06)", 1994, ()),
    ("1984 (1984)", "1984", 1984, ()),
    ("2012", "2012", None, ()),
    ("(1999)", "(1999)", None, ()),
    ("Big Bang Theory, The (2007-)", "The Big Bang Theory", 2007, ()),
    ("Fawlty Towers (1975-1979)", "Fawlty Towers", 1975, ()),
    ("Death Note (2006–2007)", "Death Note", 2006, ()),
    ("The Great Giving (1995) (V)", "The Great Giving", 1995, ()),
    ("Blind Side, The  (2009) ", "The Blind Side", 2009, ()),
    ("Tinker, Tailor, Soldier, Spy (1979)", "Tinker, Tailor, Soldier, Spy", 1979, ()),
    ("Honey, I Shrunk the Kids (1989)", "Honey, I Shrunk the Kids", 1989, ()),
    ("Frankenstein (Frankenstein) (1931)", "Frankenstein", 1931, ()),
    ("", "", None, ()),
]


@pytest.mark.parametrize(("raw", "title", "year", "aliases"), TITLES, ids=[case[0] for case in TITLES])
def test_split_title(raw: str, title: str, year: int | None, aliases: tuple[str, ...]) -> None:
    assert split_title(raw) == (title, year, aliases)


@pytest.mark.parametrize(
    ("title", "year", "label"),
    [("Heat", 1995, "Heat (1995)"), ("Heat", None, "Heat"), ("The Iliad", -750, "The Iliad (750 BCE)")],
)
def test_label(title: str, year: int | None, label: str) -> None:
    assert Item("1", title, year).label() == label


def catalogue() -> Items:
    return Items(
        [
            Item("007", "Dr. No", 1962, attributes={"genre": ("Action", "Thriller")}),
            Item("7", "Seven", 1995, attributes={"genre": ("Crime", "Thriller"), "country": ("USA",)}),
        ]
    )


def test_items_are_found_by_id_and_by_position() -> None:
    items = catalogue()
    assert items.ids == ["007", "7"]
    assert items.index_of("7") == 1
    assert items[1].title == "Seven"
    assert [item.title for item in items[:1]] == ["Dr. No"]
    assert items.get("07") is None
    assert "007" in items
    assert "07" not in items
    with pytest.raises(KeyError):
        items.index_of("07")


def test_vocabulary_counts_items_most_first() -> None:
    items = catalogue()
    assert items.attribute_names() == ("country", "genre")
    assert list(items.vocabulary("genre").items()) == [("Thriller", 2), ("Action", 1), ("Crime", 1)]
    assert items.vocabulary("director") == {}


def test_added_items_move_no_index() -> None:
    items = catalogue().with_added([Item("8", "Heat"), Item("007", "Dr. No (restored)"), Item("8", "Heat 2")])
    assert [(item.item_id, item.title) for item in items] == [
        ("007", "Dr. No (restored)"),
        ("7", "Seven"),
        ("8", "Heat 2"),
    ]


def test_a_repeated_id_is_an_error() -> None:
    with pytest.raises(DataError, match=r"there twice.*'7'"):
        Items([Item("7", "Seven"), Item("8", "Heat"), Item("7", "Seven again")])
