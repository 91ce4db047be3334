"""Which column of a person's own table is the user, the item, the rating and so on."""

import re
from collections.abc import Callable, Mapping, Sequence

from catalog import values
from catalog.intake.times import guessed_time

USER, ITEM, RATING, TIME = "user", "item", "rating", "time"
TITLE, YEAR, GENRES, TEXT, IMAGE = "title", "year", "genres", "text", "image"
NAMES: Mapping[str, Sequence[str]] = {
    USER: "userid user username reviewerid reviewer customerid customer memberid member accountid uid personid "
    "profileid profilename clientid listener reader viewer".split(),
    ITEM: "itemid item movieid filmid bookid productid productcode parentasin asin isbn isbn13 artistid trackid "
    "songid gameid courseid articleid recipeid animeid showid businessid sku imdbid tconst iid product movie film "
    "book artist track song game course article id".split(),
    RATING: "rating userrating bookrating stars score overall vote grade note liked myrating".split(),
    TIME: "timestamp time datetime date ratedat createdat unixreviewtime reviewtime ratedate reviewdate watcheddate "
    "dateread ts when".split(),
    TITLE: "title itemtitle movietitle filmtitle booktitle producttitle itemname productname movie film book name "
    "primarytitle artist".split(),
    YEAR: "year releaseyear publicationyear yearofpublication originalpublicationyear startyear released".split(),
    GENRES: "genres genre categories category".split(),
    TEXT: "description overview summary plot synopsis blurb about text".split(),
    IMAGE: "image imageurl poster posterurl posterpath cover coverurl thumbnail picture".split(),
}
ROLES = tuple(NAMES)
OF_ITEMS = (TITLE, YEAR, GENRES, TEXT, IMAGE)
MOST_GRADES = 21
_NOT_LETTER = re.compile(r"[\W_]+")


def guessed_roles(
    columns: Mapping[str, Sequence[str]], given: Mapping[str, str], *, wanted: Sequence[str]
) -> dict[str, str]:
    """The column of each wanted role, those `given` first; roles without a column are left out.

    `columns` are the first cells of each. A name decides; it must also hold what the role needs
    (numbers for a rating, times for a time). A rating or a time that no name tells is the one
    column that looks like it.
    """
    found = {role: column for role, column in given.items() if role in wanted and column in columns}
    for role in wanted:
        free = [column for column in columns if column not in found.values()]
        if role not in found and (column := _by_name(role, free, columns)):
            found[role] = column
    for role, looks in ((TIME, _looks_like_time), (RATING, _looks_like_rating)):
        if role in wanted and role not in found:
            like = [name for name, cells in columns.items() if name not in found.values() and looks(cells)]
            found |= {role: like[0]} if len(like) == 1 else {}
    return found


def _by_name(role: str, free: Sequence[str], columns: Mapping[str, Sequence[str]]) -> str | None:
    plain = {_NOT_LETTER.sub("", column.casefold()): column for column in reversed(free)}
    named = (plain[name] for name in NAMES[role] if name in plain)
    return next((column for column in named if CHECKS.get(role, any)(columns[column])), None)


def year_of(cell: str) -> int | None:
    """A year, or the one that a date begins with; None for what is neither."""
    for text in (cell, cell[:4]):
        try:
            return values.optional_year(text)
        except values.BadValueError:
            continue
    return None


def _is_number(cell: str) -> bool:
    try:
        values.rating(cell)
    except values.BadValueError:
        return False
    return True


def _mostly(check: Callable[[str], object]) -> Callable[[Sequence[str]], bool]:
    """Whether at least half of the filled cells are right; the wrong ones are left out when they are read."""

    def checked(cells: Sequence[str]) -> bool:
        filled = [cell for cell in cells if cell.strip()]
        return 0 < len(filled) <= 2 * sum(bool(check(cell)) for cell in filled)

    return checked


def _looks_like_rating(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    if not filled or not all(map(_is_number, filled)):
        return False
    grades = {values.rating(cell) for cell in filled}
    return 1 < len(grades) <= MOST_GRADES < len(filled) and min(grades) >= -10 and max(grades) <= 100


def _looks_like_time(cells: Sequence[str]) -> bool:
    return guessed_time(cells) is not None


CHECKS: Mapping[str, Callable[[Sequence[str]], bool]] = {
    USER: lambda _: True,
    ITEM: lambda _: True,
    RATING: _mostly(_is_number),
    TIME: _looks_like_time,
    YEAR: _mostly(year_of),
}
