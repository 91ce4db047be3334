"""Under which terms data are, and whether an adapter that learned from them may be given to others."""

from dataclasses import dataclass

OWN = "as its owner says"


@dataclass(frozen=True, slots=True)
class Licence:
    name: str
    ships: bool
    """Whether what learned from it may be handed on under an open licence, with attribution."""


_KNOWN = {
    "redial": Licence("CC BY 4.0", ships=True),
    "ccpe": Licence("CC BY 4.0", ships=True),
    "movietweetings": Licence("MIT", ships=True),
    "goodbooks": Licence("CC BY-SA 4.0", ships=True),
    "iard": Licence("research only", ships=False),
    "inspired": Licence("none stated", ships=False),
    "opendialkg": Licence("CC BY-NC 4.0", ships=False),
    "movielens": Licence("GroupLens terms, non-commercial", ships=False),
    "lastfm": Licence("non-commercial", ships=False),
    "amazon": Licence("none stated", ships=False),
    "coco": Licence("none stated", ships=False),
}


def licence_of(name: str) -> Licence:
    """By the data set's name or the family that its name begins with; unknown data are their owner's matter."""
    family = next((known for known in _KNOWN if name.casefold().startswith(known)), None)
    return Licence(OWN, ships=False) if family is None else _KNOWN[family]
