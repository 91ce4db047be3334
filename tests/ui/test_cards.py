from html.parser import HTMLParser

import pytest

from agent import Recommendation
from agent.parts import EVERYONE, Part, Parts
from catalog import Item
from ui.cards import ACTIONS, cards_html, cover, initials, share

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "${alert(1)}",
    '"><script>alert(1)</script>',
    "' onclick='x",
    "`${1}`",
)


class Reader(HTMLParser):
    """Tags with their attributes, and the text, as a browser would read them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(str(html))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def values(self, attribute: str) -> list[str | None]:
        return [attributes[attribute] for _, attributes in self.tags if attribute in attributes]


def shown(item: Item, *reasons: str) -> Recommendation:
    return Recommendation(item, 0.5, 1.0, -1.0, list(reasons))


def test_a_card_says_everything_of_its_item() -> None:
    item = Item("007", "Heat", 1995, attributes={"genre": ("Crime", "Drama")})
    read = Reader(cards_html([shown(item, "31 people liked it", "it is Crime, as you asked")], noun="film"))
    assert read.text[:5] == ["H", "1", " ", "Heat", " "]
    assert {"1995", "Crime", "Drama", "31 people liked it", "It is Crime, as you asked"} <= set(read.text)
    assert read.values("data-item") == ["007"]
    assert read.values("data-act") == list(ACTIONS) == ["why", "more", "dislike", "seen"]
    assert [style for style in read.values("style") if "width" in str(style)] == ["width:84%", "width:16%"]
    assert "People like you: +1.00" in read.values("aria-label")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_wherever_it_comes(text: str) -> None:
    plain = Item("1", "x", 1990, attributes={"genre": ("y",)}, image="https://x.org/a.png")
    hostile = Item(text, text, 1990, attributes={text: (text,)}, image=f"https://x.org/{text}")
    calm, read = (Reader(cards_html([shown(i, r)], noun="film")) for i, r in ((plain, "z"), (hostile, text)))
    assert [(tag, sorted(attributes)) for tag, attributes in read.tags] == [
        (tag, sorted(attributes)) for tag, attributes in calm.tags
    ]
    assert text in read.text
    assert read.values("data-item") == [text]


def test_hidden_cards_leave_the_others_their_numbers() -> None:
    items = [Item(str(k), f"Film {k}") for k in range(3)]
    read = Reader(cards_html([shown(i) for i in items], noun="film", hidden={"1"}))
    assert read.values("data-item") == ["0", "2"]
    assert [text for text in read.text if text.isdigit()] == ["1", "3"]


@pytest.mark.parametrize("text", HOSTILE)
def test_the_parts_of_a_score_are_bars_on_its_own_card(text: str) -> None:
    people = (Part(about="Heat (1995)", item_id="1", amount=0.5), Part(about=EVERYONE, amount=-0.25))
    parts = Parts(item_id="2", score=0.35, alpha=0.5, people=people, words=(Part(about=text, amount=0.1),))
    read = Reader(cards_html([shown(Item("1", "x")), shown(Item("2", "y"))], noun="film", parts=parts))
    assert read.values("aria-label").count("What its score of +0.35 is made of") == 1
    assert text in read.text
    bars = [(own["class"], own["style"]) for tag, own in read.tags if own.get("class") in {"more", "less"}]
    assert bars == [("more", "width:50%"), ("less", "width:25%"), ("more", "width:10%")]


def test_an_empty_shelf_says_what_to_do() -> None:
    assert "the films that fit appear here" in cards_html([], noun="film")
    assert "You went through all of these" in cards_html([shown(Item("1", "x"))], noun="film", hidden={"1"})


@pytest.mark.parametrize(
    ("image", "sources"),
    [
        ("https://x.org/a.png", ["https://x.org/a.png"]),
        ("http://x.org/a.png", ["http://x.org/a.png"]),
        ("javascript:alert(1)", []),
        ("data:text/html,x", []),
        ("/etc/passwd", []),
        (None, []),
    ],
)
def test_only_pictures_from_the_web_are_drawn(image: str | None, sources: list[str]) -> None:
    assert Reader(cover(Item("1", "x", image=image))).values("src") == sources


def test_a_cover_belongs_to_its_title() -> None:
    assert cover(Item("1", "Heat")) == cover(Item("2", "Heat")) != cover(Item("1", "Fargo"))


@pytest.mark.parametrize(
    ("title", "letters"),
    [
        ("Pulp Fiction", "PF"),
        ("The Matrix", "M"),
        ("heat", "H"),
        ("七人の侍", "七"),
        ("...", "."),
        ("The", "T"),
    ],
)
def test_initials(title: str, letters: str) -> None:
    assert initials(title) == letters


@pytest.mark.parametrize(("score", "percent"), [(0.0, 50), (1.0, 84), (-1.0, 16), (9.0, 100), (-9.0, 0)])
def test_share(score: float, percent: int) -> None:
    assert share(score) == percent
