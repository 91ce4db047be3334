import numpy as np
import pytest

from agent.linking import Linker, popularity
from agent.parser import Context, RuleParser
from agent.utterance import Utterance
from catalog import Dataset, Dialogue, Interactions, Item, Items, Turn

ITEMS = Items(
    [
        Item("1", "The Godfather", 1972),
        Item("2", "Dark Water", 2002),
        Item("3", "Dark Waters", 1944),
        Item("4", "Dark Waters", 2019),
        Item("5", "Casino", 1995),
        Item("6", "Casini", 1996),
    ]
)


def linker() -> Linker:
    return Linker(ITEMS, np.array([0, 0, 0, 1, 0, 0], np.float32))


def test_a_typo_links_the_one_title_that_is_close() -> None:
    assert linker().fuzzy("the godfahter") == 0


def test_of_namesakes_the_best_known_is_meant() -> None:
    assert linker().fuzzy("dark wwaters") == 3


def test_between_two_titles_as_close_it_does_not_choose_and_find_names_both() -> None:
    assert linker().fuzzy("casinx") is None
    assert linker().find("casinx") == (None, (4, 5))


def read_over(items: list[Item], text: str, known: dict[str, int] | None = None) -> Utterance:
    catalogue = Items(items)
    popularity = np.array([(known or {}).get(item.item_id, 0) for item in items], np.float32)
    return RuleParser(catalogue, Linker(catalogue, popularity))(text, Context())


def linked(utterance: Utterance) -> list[str]:
    return [mention.item_id for mention in utterance.mentions]


def asked(utterance: Utterance) -> list[tuple[str, tuple[str, ...], str]]:
    return [(one.attribute, one.values, one.mode) for one in utterance.constraints]


NAMESAKES = [
    Item("heat", "Heat", 1995),
    Item("the heat", "The Heat", 2013),
    Item("ring", "Ring", 1998),
    Item("the ring", "The Ring", 2002),
]


@pytest.mark.parametrize(
    ("text", "item_id"),
    [
        ("I loved Heat", "heat"),
        ("i loved heat", "heat"),
        ("I loved The Heat", "the heat"),
        ("I loved Ring", "the ring"),
        ("I loved Ring (1998)", "ring"),
    ],
)
def test_between_namesakes_the_article_as_typed_counts_and_so_does_how_well_known_they_are(
    text: str, item_id: str
) -> None:
    """ "Heat" linked to The Heat, which twice as many people name."""
    known = {"heat": 10, "the heat": 19, "ring": 3, "the ring": 12}
    assert linked(read_over(NAMESAKES, text, known)) == [item_id]


def test_what_dialogues_name_is_known() -> None:
    turns = (Turn("user", "Heat", ("heat",)), Turn("user", "Heat, Ring", ("heat", "ring", "no item")))
    dataset = Dataset("x", Items(NAMESAKES), Interactions.of([], []), (Dialogue("1", turns),))
    fans = np.array([0, 1, 0, 0], np.float32)
    assert popularity(dataset, fans).tolist() == [2, 1, 1, 0]
    assert fans.tolist() == [0, 1, 0, 0]


GENRES = [
    Item("1", "The Comedy", 2012, attributes={"genre": ("Drama",)}),
    Item("2", "War", 2007, attributes={"genre": ("Action",)}),
    Item("3", "Big", 1988, attributes={"genre": ("Comedy",)}),
    Item("4", "1917", 2019, attributes={"genre": ("War",)}),
]


@pytest.mark.parametrize(
    ("text", "constraints"),
    [
        ("a comedy", [("genre", ("Comedy",), "must")]),
        ("the comedies", [("genre", ("Comedy",), "must")]),
        ("not a war film", [("genre", ("War",), "must_not")]),
    ],
)
def test_a_genre_behind_an_article_is_no_title(
    text: str, constraints: list[tuple[str, tuple[str, ...], str]]
) -> None:
    """ "a comedy" linked to the film The Comedy, and "not a war film" to War."""
    utterance = read_over(GENRES, text)
    assert linked(utterance) == []
    assert asked(utterance) == constraints


def test_a_title_that_is_a_genre_is_believed_with_its_capitals_or_in_quotes() -> None:
    assert linked(read_over(GENRES, "I loved The Comedy")) == ["1"]
    assert linked(read_over(GENRES, 'I loved "the comedy"')) == ["1"]


COURSES = [
    *(Item(f"l{n}", f"Learn subject {n}") for n in range(40)),
    Item(
        "py",
        "Learn python",
        attributes={"concept": ("Python (programming language)",), "level": ("expert",)},
    ),
    Item("es", "Spanish photos", attributes={"category": ("photography", "spanish"), "level": ("beginner",)}),
    Item("fr", "Fotos", attributes={"category": ("photography",), "language": ("spanish",)}),
]


@pytest.mark.parametrize(
    ("text", "constraints"),
    [
        ("I want to learn Python", [("concept", ("Python (programming language)",), "must")]),
        (
            "photography in Spanish",
            [("category", ("photography",), "must"), ("language", ("spanish",), "must")],
        ),
        ("a Spanish course", [("category", ("spanish",), "must")]),
        (
            "photography for beginners",
            [("category", ("photography",), "must"), ("level", ("beginner",), "must")],
        ),
        ("something advanced", [("level", ("expert",), "must")]),
        ("nothing for experts", [("level", ("expert",), "must_not")]),
    ],
)
def test_subjects_levels_and_languages_of_courses(
    text: str, constraints: list[tuple[str, tuple[str, ...], str]]
) -> None:
    """ "learn Python" was the course of that name; a plural, a bracket or the language was not understood."""
    utterance = read_over(COURSES, text)
    assert linked(utterance) == []
    assert asked(utterance) == constraints


def test_a_title_of_ordinary_words_is_believed_where_one_is_due() -> None:
    assert linked(read_over(COURSES, "I finished Learn Python")) == ["py"]


GAMES = [
    *(Item(f"x{n}", f"Game {n} - Xbox 360") for n in range(40)),
    Item("gears", "Gears of War - Xbox 360"),
    Item("console", "Xbox 360 (Black)"),
    Item("ff", "Final Fantasy VII"),
]


def test_a_title_is_known_by_what_is_before_its_platform() -> None:
    utterance = read_over(GAMES, "I played Gears of War on the Xbox 360")
    assert linked(utterance) == ["gears"]


def test_a_name_behind_a_title_that_is_known_is_reported() -> None:
    """ "Zelda" was swallowed by the run of capitals that begins with the title."""
    utterance = read_over(GAMES, "I liked Final Fantasy VII and Zelda")
    assert linked(utterance) == ["ff"]
    assert [name.said for name in utterance.unlinked] == ["Zelda"]


ARTISTS = [
    Item(str(n), name, attributes={"tag": ("i love", "shoegaze", "80s", "band", "seen live")})
    for n, name in enumerate(("Slowdive", "Ride", "Lush"))
]


@pytest.mark.parametrize(
    ("text", "constraints"),
    [
        ("some shoegaze", [("tag", ("shoegaze",), "must")]),
        ("I love Slowdive", []),
        ("a band like Ride", []),
        ("80s shoegaze", [("tag", ("80s",), "must"), ("tag", ("shoegaze",), "must")]),
    ],
)
def test_tags_that_are_words_of_every_talk_are_not_asked_for(
    text: str, constraints: list[tuple[str, tuple[str, ...], str]]
) -> None:
    """The tag "i love" was asked for by "I love Slowdive"; of artists without years none was of the 80s."""
    utterance = read_over(ARTISTS, text)
    assert asked(utterance) == constraints
    assert utterance.period is None
