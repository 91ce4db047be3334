"""How near every item is to what a person likes and says: meaning, words, attributes, talk and looks, as one score."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, NonNegativeFloat
from scipy import sparse

from catalog import CardTemplate, Dialogue, Items
from retrieval.cards import DEFAULT_CARD, card, telling
from retrieval.lexical import Lexical
from retrieval.pictures import Pictured
from retrieval.talk import beside, talk

Scores = NDArray[np.float32]
FAR, UNDATED = -3.0, -1.0
"""Nearness in time of what is three decades away or more, and of what has no year."""


class ContentWeights(BaseModel):
    """What each voice counts, its scores being brought to mean 0 and deviation 1 over the catalogue.

    The defaults are for items of which nobody talked: chosen on held-out train dialogues of ReDial for what the
    search finds by itself; reciprocal ranks instead of sums found less. Years count nothing in them. The weights of
    pictures, which count only where there is an image model, were not validated, for want of public data with
    pictures.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    words: NonNegativeFloat = 0.1
    """Cosine between the card and what is said."""
    alike: NonNegativeFloat = 0.4
    """Mean cosine between the card and those of the items that came up."""
    lexical: NonNegativeFloat = 0.25
    """BM25 of the card for what is said."""
    attributes: NonNegativeFloat = 0.5
    """Logarithm of the BM25 of the attribute values for those of the items that came up."""
    years: NonNegativeFloat = 0.0
    """How near its year is to those of the items that came up."""
    talk: NonNegativeFloat = 0.55
    """BM25 of what people said before they named the item, for what is said."""
    around: NonNegativeFloat = 0.15
    """What `talk` gives to the items that dialogues named beside it."""
    pictured: NonNegativeFloat = 0.1
    """Cosine between the picture and what is said."""
    looks: NonNegativeFloat = 0.2
    """Mean cosine between the picture and those of the items that came up."""
    unlike: NonNegativeFloat = 0.5
    """What an item that is not wanted counts against one that is, as in `blend`."""


BESIDE_TALK = ContentWeights(
    words=0.14, alike=0.24, lexical=0.05, attributes=0.35, years=0.25, talk=0.2, around=0.3
)
"""For items that dialogues talk of: fitted list-wise on held-out train dialogues of ReDial, beside the collaborative
voice. Talk says best what words mean there, so the words of cards count less."""


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """What is asked for; each part may be missing.

    `said` and `vector`, (dimension,), its embedding, are words, `avoid` the embedding of words to keep away
    from. `like` and `unlike` are rows of the catalogue. `picture` and `avoid_picture` are the embeddings of the
    words by the image model. `telling` are those words that may be looked for in cards; None: all that is said.
    """

    said: str = ""
    vector: NDArray[np.float32] | None = None
    avoid: NDArray[np.float32] | None = None
    like: Sequence[int] = ()
    unlike: Sequence[int] = ()
    picture: NDArray[np.float32] | None = None
    avoid_picture: NDArray[np.float32] | None = None
    telling: str | None = None

    @property
    def is_empty(self) -> bool:
        """True where there is nothing to search by."""
        return not (self.said or self.like)


@dataclass(frozen=True, slots=True, eq=False)
class ContentSearch:
    """Scores every item of a catalogue exactly; what needs an index of words makes it at the first question.

    `vectors`, (n_items, dimension) of length 1, are those of the cards. Where there are `pictures`, an item
    without one is as near as their mean.
    """

    vectors: NDArray[np.float32]
    _cards: Lexical
    _attributes: Lexical
    _values: Sequence[str]
    _talk: Lexical
    _beside: "sparse.csr_array[np.float32, tuple[int, int]]"
    _years: NDArray[np.float32]
    weights: ContentWeights = field(default_factory=ContentWeights)
    pictures: Pictured | None = None

    @classmethod
    def over(
        cls,
        items: Items,
        vectors: NDArray[np.float32],
        *,
        dialogues: Iterable[Dialogue] = (),
        weights: ContentWeights | None = None,
        template: CardTemplate = DEFAULT_CARD,
        pictures: Pictured | None = None,
    ) -> "ContentSearch":
        """`dialogues` say what people say around the items; `template` is that of the cards. `weights` None: those
        for items that dialogues talk of, or that nobody talked of."""
        dialogues = list(dialogues)
        values = ["\n".join(dict.fromkeys(telling(item))) for item in items]
        return cls(
            vectors,
            Lexical([card(item, template) for item in items]),
            Lexical(values, split=_lines),
            values,
            Lexical(talk(dialogues, items), b=0.4),
            beside(dialogues, items),
            np.array([np.nan if item.year is None else item.year for item in items], np.float32),
            weights or (BESIDE_TALK if dialogues else ContentWeights()),
            pictures,
        )

    def scores(self, wish: Wish) -> Scores:
        """(n_items,); all zero for an empty wish."""
        total = np.zeros(len(self.vectors), np.float32)
        for name, score in self.voices(wish).items():
            total += getattr(self.weights, name) * score
        return total

    def voices(self, wish: Wish) -> dict[str, Scores]:
        """What each says by itself, by the name of its weight and on the scale on which it is weighed; without
        those to which the wish says nothing."""
        found: dict[str, Scores] = {}
        if wish.vector is not None:
            found["words"] = standard(self.vectors @ self._away(wish.vector, wish.avoid))
        if wish.said:
            found["lexical"] = standard(
                self._cards.scores(wish.said if wish.telling is None else wish.telling)
            )
            found["talk"] = standard(self._talk.scores(wish.said))
            found["around"] = standard(self._beside @ found["talk"])
        if len(wish.like):
            found["alike"] = standard(self._alike(wish))
            found["attributes"] = standard(self._sharing(wish))
            found["years"] = standard(self._near_in_time(wish.like))
        if self.pictures is not None and len(self.pictures.rows):
            found |= self._seen(self.pictures, wish)
        return found

    def _seen(self, pictures: Pictured, wish: Wish) -> dict[str, Scores]:
        found: dict[str, Scores] = {}
        if wish.picture is not None:
            wanted = self._away(wish.picture, wish.avoid_picture)
            found["pictured"] = self._among(pictures, wanted)
        liked = pictures.of(wish.like)
        if len(liked):
            found["looks"] = self._among(pictures, self._between(liked, pictures.of(wish.unlike)))
        return found

    def _among(self, pictures: Pictured, wanted: NDArray[np.float32]) -> Scores:
        """Brought to one scale over the items that have a picture; 0, the mean, for the others."""
        score = np.zeros(len(self.vectors), np.float32)
        score[pictures.rows] = standard(pictures.vectors @ wanted)
        return score

    def _away(self, vector: NDArray[np.float32], avoid: NDArray[np.float32] | None) -> NDArray[np.float32]:
        return vector if avoid is None else vector - self.weights.unlike * avoid

    def _between(self, liked: NDArray[np.float32], unliked: NDArray[np.float32]) -> NDArray[np.float32]:
        """(dimension,): the mean of the liked, away from that of the others."""
        wanted = liked.mean(axis=0)
        return self._away(wanted, unliked.mean(axis=0) if len(unliked) else None)

    def _alike(self, wish: Wish) -> Scores:
        wanted = self._between(self.vectors[list(wish.like)], self.vectors[list(wish.unlike)])
        return np.asarray(self.vectors @ wanted, np.float32)

    def _near_in_time(self, rows: Sequence[int]) -> Scores:
        """In decades from their mean year, below zero and never below FAR; UNDATED where a year is missing."""
        known = self._years[list(rows)]
        known = known[~np.isnan(known)]
        if not len(known):
            return np.zeros(len(self._years), np.float32)
        decades = np.abs(self._years - known.mean()) / 10
        return np.asarray(np.maximum(-np.nan_to_num(decades, nan=-UNDATED), FAR), np.float32)

    def _sharing(self, wish: Wish) -> Scores:
        return self._shared(wish.like) - self.weights.unlike * self._shared(wish.unlike)

    def _shared(self, rows: Sequence[int]) -> Scores:
        return np.log1p(self._attributes.scores("\n".join(self._values[row] for row in rows)))


def standard(score: NDArray[np.floating]) -> Scores:
    """The same with mean 0 and standard deviation 1; zeros where all are equal."""
    spread = float(score.std(dtype=np.float64))
    if spread < 1e-12:
        return np.zeros(len(score), np.float32)
    return np.asarray((score - score.mean(dtype=np.float64)) / spread, np.float32)


def _lines(text: str) -> list[str]:
    return [line for line in text.casefold().splitlines() if line]
