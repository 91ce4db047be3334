"""How near every item is to what a person likes and says: meaning, words, attributes, years and talk, as one score."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, NonNegativeFloat
from scipy import sparse

from catalog import CardTemplate, Dialogue, Items
from retrieval.cards import DEFAULT_CARD, card, telling
from retrieval.lexical import Lexical
from retrieval.talk import beside, talk

Scores = NDArray[np.float32]
FAR, UNDATED = -3.0, -1.0
"""Nearness in time of what is three decades away or more, and of what has no year."""


class ContentWeights(BaseModel):
    """What each voice counts, its scores being brought to mean 0 and deviation 1 over the catalogue.

    The defaults are for items of which nobody talked: chosen on held-out train dialogues of ReDial for what the
    search finds by itself; reciprocal ranks instead of sums found less. Years count nothing in them.
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
    from. `like` and `unlike` are rows of the catalogue.
    """

    said: str = ""
    vector: NDArray[np.float32] | None = None
    avoid: NDArray[np.float32] | None = None
    like: Sequence[int] = ()
    unlike: Sequence[int] = ()

    @property
    def is_empty(self) -> bool:
        """True where there is nothing to search by."""
        return not (self.said or self.like)


@dataclass(frozen=True, slots=True, eq=False)
class ContentSearch:
    """Scores every item of a catalogue exactly; what needs an index of words makes it at the first question.

    `vectors`, (n_items, dimension) of length 1, are those of the cards.
    """

    vectors: NDArray[np.float32]
    _cards: Lexical
    _attributes: Lexical
    _values: Sequence[str]
    _talk: Lexical
    _beside: "sparse.csr_array[np.float32, tuple[int, int]]"
    _years: NDArray[np.float32]
    weights: ContentWeights = field(default_factory=ContentWeights)

    @classmethod
    def over(
        cls,
        items: Items,
        vectors: NDArray[np.float32],
        *,
        dialogues: Iterable[Dialogue] = (),
        weights: ContentWeights | None = None,
        template: CardTemplate = DEFAULT_CARD,
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
            found["words"] = standard(self._meaning(wish.vector, wish.avoid))
        if wish.said:
            found["lexical"] = standard(self._cards.scores(wish.said))
            found["talk"] = standard(self._talk.scores(wish.said))
            found["around"] = standard(self._beside @ found["talk"])
        if len(wish.like):
            found["alike"] = standard(self._alike(wish))
            found["attributes"] = standard(self._sharing(wish))
            found["years"] = standard(self._near_in_time(wish.like))
        return found

    def _meaning(self, vector: NDArray[np.float32], avoid: NDArray[np.float32] | None) -> Scores:
        wanted = vector if avoid is None else vector - self.weights.unlike * avoid
        return np.asarray(self.vectors @ wanted, np.float32)

    def _alike(self, wish: Wish) -> Scores:
        wanted = self.vectors[list(wish.like)].mean(axis=0)
        if len(wish.unlike):
            wanted = wanted - self.weights.unlike * self.vectors[list(wish.unlike)].mean(axis=0)
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
