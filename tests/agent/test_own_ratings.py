"""A person's own ratings: read as each service exports them, found in the catalogue, and nothing invented."""

from pathlib import Path

import pytest

from agent import Agent
from agent.own_ratings import import_ratings, read_export
from agent.profile import Opinion, Profile
from catalog import DataError, Item, Items

LETTERBOXD = """Date,Name,Year,Letterboxd URI,Rating
2024-05-01,Heat,1995,https://boxd.it/1,5
2024-05-02,King Kong,2005,https://boxd.it/2,0.5
2024-05-03,Amelie,2002,https://boxd.it/3,4
2024-05-04,Zorblax Chronicles,2001,https://boxd.it/4,4
"""
WATCHED = "Date,Name,Year,Letterboxd URI\n2024-05-01,Heat,1995,https://boxd.it/1\n"
IMDB = """Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres
tt01,10,2023-01-05,Heat,Heat,https://x,Movie,8.3,170,1995,"Crime, Drama"
tt02,2,2023-01-06,Saw,Saw,https://x,Movie,7.6,103,2004,Horror
"""
GOODREADS = """Book Id,Title,Author,My Rating,Original Publication Year,Date Read,Exclusive Shelf
1,"Heat (The Heat Saga, #1)",Ann Author,5,1995,2020/02/03,read
2,Saw,Ann Author,0,2004,,read
3,Fargo,Ann Author,0,1996,,to-read
"""
MOVIELENS = """movie_id,imdb_id,tmdb_id,rating,average_rating,title
6,0114369,807,4.5,4.1,Heat (1995)
7,0114370,808,1.0,3.0,"Matrix, The (1999)"
"""


def imported(text: str, tmp_path: Path, films: Items) -> tuple[Profile, tuple[str, ...], tuple[str, ...]]:
    path = tmp_path / "mine.csv"
    path.write_text(text, encoding="utf-8")
    profile = Profile()
    found = import_ratings(path, profile, films)
    return profile, found.seen, found.missing


@pytest.mark.parametrize(
    ("text", "liked", "disliked", "seen", "missing"),
    [
        (LETTERBOXD, ["1", "13"], ["12"], (), ("Zorblax Chronicles",)),
        (WATCHED, [], [], ("1",), ()),
        (IMDB, ["1"], ["3"], (), ()),
        (GOODREADS, ["1"], [], ("3",), ()),
        (MOVIELENS, ["1"], ["6"], (), ()),
    ],
)
def test_the_export_of_each_service(
    text: str,
    liked: list[str],
    disliked: list[str],
    seen: tuple[str, ...],
    missing: tuple[str, ...],
    tmp_path: Path,
    films: Items,
) -> None:
    profile, known, lost = imported(text, tmp_path, films)
    assert (profile.liked, profile.disliked, known, lost) == (liked, disliked, seen, missing)
    assert profile.seen == list(seen)


def test_times_and_where_it_comes_from_are_kept(tmp_path: Path, films: Items) -> None:
    profile, _, _ = imported(IMDB, tmp_path, films)
    assert profile.opinions["1"] == Opinion(weight=1.0, time=1672876800.0, said="your rating on IMDb")


def test_ratings_alone_are_weighed_as_ratings(tmp_path: Path, films: Items) -> None:
    from agent.weighing import RATED

    profile, _, _ = imported(IMDB, tmp_path, films)
    assert profile.weighing == RATED


def test_an_id_that_both_have_counts_more_than_the_title(tmp_path: Path) -> None:
    films = Items([Item("a", "Hitze", 1995, attributes={"imdb_id": ("tt01",)}), Item("b", "Heat", 1995)])
    profile, _, _ = imported(IMDB, tmp_path, films)
    assert profile.liked == ["a"]


def test_namesakes_that_cannot_be_told_apart_are_not_guessed(tmp_path: Path, films: Items) -> None:
    text = LETTERBOXD.replace("King Kong,2005", "King Kong,")
    profile, _, missing = imported(text, tmp_path, films)
    assert profile.disliked == []
    assert "King Kong" in missing


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b\n1,2\n", "no export of ratings"),
        (LETTERBOXD.replace(",5\n", ",seven\n"), "line 2, column 'Rating'"),
        (LETTERBOXD.replace(",5\n", ",11\n"), "from 0.5 to 5"),
        (LETTERBOXD.replace(",Heat,", ",,"), "line 2, column 'Name'"),
        (LETTERBOXD.replace("1995", "last year"), "line 2, column 'Year'"),
        ("", "empty"),
    ],
)
def test_what_cannot_be_read_is_one_clear_error(text: str, told: str, tmp_path: Path, films: Items) -> None:
    with pytest.raises(DataError, match=told):
        imported(text, tmp_path, films)


def test_a_file_that_is_too_large_is_refused(
    tmp_path: Path, films: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.own_ratings.LARGEST", 10)
    with pytest.raises(DataError, match="at most"):
        imported(LETTERBOXD, tmp_path, films)


def test_a_cell_that_looks_like_a_formula_is_a_title(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(LETTERBOXD.replace("Heat", "=HYPERLINK(1)"), encoding="utf-8")
    assert read_export(path)[1][0].title == "=HYPERLINK(1)"


def test_what_was_said_stays_and_a_bad_file_changes_nothing(agent: Agent, tmp_path: Path) -> None:
    session = agent.session()
    session.say("I hated Heat")
    path = tmp_path / "mine.csv"
    path.write_text(IMDB, encoding="utf-8")
    assert str(session.import_ratings(path)) == "Taken over from IMDb: 2 rated."
    opinions = session.profile["opinions"]
    assert opinions["1"]["weight"] < 0
    assert opinions["3"]["said"] == "your rating on IMDb"
    path.write_text(IMDB.replace("10", "ten"), encoding="utf-8")
    with pytest.raises(DataError):
        session.import_ratings(path)
    assert session.profile["opinions"] == opinions
