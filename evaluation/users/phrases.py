"""How people put an attribute, a period and a place in a list into words."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.utterance import Period
from agent.words import fold


@dataclass(frozen=True, slots=True)
class Wording:
    """Forms with the places {value}, {attribute}, {noun}, {a_noun} and {a_value} (with article)."""

    wanted: tuple[str, ...]
    refused: tuple[str, ...]


_LABEL = Wording(
    ("{a_value} {noun}", "some {value}", "something with {value}"),
    ("no {value}", "nothing with {value}", "anything but {value}"),
)
_MAKER = Wording(
    ("{a_noun} by {value}", "something by {value}", "something from {value}"),
    ("nothing by {value}", "nothing from {value}"),
)
_PLAYER = Wording(
    ("{a_noun} with {value}", "something with {value} in it", "something starring {value}"),
    ("nothing with {value}", "nothing with {value} in it"),
)
_TOPIC = Wording(
    ("{a_noun} about {value}", "something on {value}", "something about {value}"),
    ("nothing about {value}", "nothing on {value}"),
)
_WORDINGS = {
    "genre": _LABEL,
    "kind": _LABEL,
    "style": _LABEL,
    "director": Wording(
        ("{a_noun} directed by {value}", "something by {value}", "something that {value} directed"),
        ("nothing directed by {value}", "nothing by {value}"),
    ),
    "actor": _PLAYER,
    "cast": _PLAYER,
    "author": _MAKER,
    "writer": _MAKER,
    "artist": _MAKER,
    "brand": _MAKER,
    "category": _TOPIC,
    "concept": _TOPIC,
    "topic": _TOPIC,
    "subject": _TOPIC,
    "tag": Wording(
        ("something that people call {value}", "something {value}", "{a_noun} tagged {value}"),
        ("nothing that people call {value}", "nothing {value}"),
    ),
    "series": Wording(
        ("{a_noun} from the series {value}", "something out of the series {value}"),
        ("nothing from the series {value}",),
    ),
    "language": Wording(("{a_noun} in {value}", "something in {value}"), ("nothing in {value}",)),
    "level": Wording(
        ("{a_noun} at the {value} level", "something at {value} level"), ("nothing at the {value} level",)
    ),
    "audience": Wording(("{a_noun} for {value}", "something made for {value}"), ("nothing for {value}",)),
}
_OTHER = Wording(
    ("{a_noun} with {attribute} {value}", "something with {attribute} {value}"),
    ("nothing with {attribute} {value}",),
)
LABELS = frozenset({"genre", "kind", "style", "category"})
"""Attributes of few, well known values, which people refuse and change their minds about."""
_LOWER = frozenset({"genre", "kind", "style", "tag", "category"})
_SAME = ({"actor", "cast", "star"}, {"author", "writer"}, {"year", "period", "decade", "era"})
_SEEN = {
    "film": "seen", "movie": "seen", "show": "seen", "book": "read", "novel": "read", "game": "played",
    "artist": "heard", "band": "heard", "song": "heard", "album": "heard", "course": "taken",
}  # fmt: skip
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def base_name(attribute: str) -> str:
    """An attribute's name as the wordings know it: "Genres" is "genre"."""
    name = fold(attribute)
    return name[:-1] if name.endswith("s") and name[:-1] in _WORDINGS else name


def same_attribute(asked: str, attribute: str) -> bool:
    """Whether a question about the one is about the other: who asks for stars means the cast."""
    one, other = base_name(asked), base_name(attribute)
    return one == other or any({one, other} <= group for group in _SAME)


def spoken(attribute: str, value: str) -> str:
    """The value as it is typed: labels without capitals, names as they are."""
    return value.lower() if base_name(attribute) in _LOWER and not value.isupper() else value


def wanted(attribute: str, value: str, *, noun: str) -> tuple[str, ...]:
    """Noun phrases for something that has the value, the shortest last."""
    wording = _WORDINGS.get(base_name(attribute), _OTHER)
    return (*_filled(wording.wanted, attribute, value, noun), spoken(attribute, value))


def refused(attribute: str, value: str, *, noun: str) -> tuple[str, ...]:
    """Phrases for something that has not the value, the shortest last."""
    wording = _WORDINGS.get(base_name(attribute), _OTHER)
    said = spoken(attribute, value)
    return (*_filled(wording.refused, attribute, value, noun), f"not {said}", f"without {said}", f"no {said}")


def dated(period: Period, *, noun: str) -> tuple[str, ...]:
    """Noun phrases for something of the period, the shortest last."""
    when = _when(period)
    return (*(f"{article(noun)} {noun} {w}" for w in when), *(f"something {w}" for w in when), when[-1])


def period_of(year: int, *, open_ended: bool) -> Period:
    """A period that people would name for a year: its decade, or all since, and all before 1930 as one."""
    if year < 1930:
        return Period(year_max=1929, said="before 1930")
    start = year // 10 * 10
    if open_ended:
        return Period(year_min=start, said=f"since {start}")
    return Period(year_min=start, year_max=start + 9, said=f"{start} to {start + 9}")


def article(word: str) -> str:
    return "an" if fold(word)[:1] in set("aeiou") else "a"


def place_name(place: int, count: int) -> tuple[str, ...]:
    """Names of the item at a place, from 0, of a list of `count`."""
    if count == 1:
        return "that one", "this one", "it"
    if place < len(_ORDINALS):
        return f"the {_ORDINALS[place]} one", f"the {_ORDINALS[place]}", f"number {place + 1}"
    return f"number {place + 1}", f"no. {place + 1}"


def seen_verb(noun: str) -> str:
    """The participle for knowing an item of this kind: a film was seen, a book read."""
    return _SEEN.get(fold(noun), "tried")


def _when(period: Period) -> tuple[str, ...]:
    low, high = period.year_min, period.year_max
    if low is None:
        return f"from before {(high or 0) + 1}", f"made before {(high or 0) + 1}", period.said
    if high is None:
        return f"from {low} on", f"made since {low}", f"newer than {low - 1}"
    if high == low + 9 and low < 2000:
        return f"from the {low % 100}s", f"from the {low}s", f"made between {low} and {high}"
    return f"made between {low} and {high}", f"from {low} to {high}"


def _filled(forms: Sequence[str], attribute: str, value: str, noun: str) -> list[str]:
    said = spoken(attribute, value)
    return [
        form.format(
            value=said,
            attribute=attribute,
            noun=noun,
            a_noun=f"{article(noun)} {noun}",
            a_value=f"{article(said)} {said}",
        )
        for form in forms
    ]
