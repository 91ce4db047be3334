"""What is known of a person, as plain data that they may read, edit and delete."""

import time
from collections.abc import Iterable

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from agent.utterance import Constraint, Mention, Period, Taste, Utterance
from agent.weighing import RATED, SPOKEN, Weighing
from catalog import Items, RatingScale
from cf_engine import FoldIn

SEEN = 0.2
"""The weight of an item that the person took without a word on how it was."""
FROM_DATA = "your rating"
"""How an opinion's words begin where it comes from ratings."""


class Opinion(BaseModel):
    """A person's word on one item."""

    model_config = ConfigDict(extra="forbid")

    weight: float = Field(ge=-1.0, le=1.0)
    """1 is the best they can say of it, -1 the worst."""
    time: float
    """Seconds since 1970-01-01 UTC."""
    said: str
    """The words that said so, or where else it came from."""


class Profile(BaseModel):
    """Ratings, tastes, constraints and wishes of one person."""

    model_config = ConfigDict(extra="forbid")

    user_id: str | None = None
    """Their id in the rating data, when they are there."""
    opinions: dict[str, Opinion] = Field(default_factory=dict)
    """By item id."""
    tastes: list[Taste] = Field(default_factory=list)
    constraints: list[Constraint] = Field(default_factory=list)
    period: Period | None = None
    wish: str = ""
    """What they feel like now, in their own words."""
    avoid: str = ""
    shown: list[str] = Field(default_factory=list)
    seen: list[str] = Field(default_factory=list)
    refused: list[str] = Field(default_factory=list)

    @property
    def liked(self) -> list[str]:
        return [item_id for item_id, opinion in self.opinions.items() if opinion.weight > 0]

    @property
    def disliked(self) -> list[str]:
        return [item_id for item_id, opinion in self.opinions.items() if opinion.weight < 0]

    @property
    def taken(self) -> list[str]:
        """Items that speak for others: those they like or, where they like none, those that they said they know."""
        judged = {*self.opinions, *self.shown, *self.refused}
        return self.liked or [item_id for item_id in self.seen if item_id not in judged]

    @property
    def weighing(self) -> Weighing:
        """How the voices count: as in a conversation once anything was said in one, else as for ratings alone."""
        told = any(not opinion.said.startswith(FROM_DATA) for opinion in self.opinions.values())
        spoke = told or self.seen or self.tastes or self.constraints or self.period or self.wish
        return SPOKEN if spoke else RATED

    @property
    def alpha(self) -> float:
        """The weight of the collaborative voice, as long as the person sets none."""
        return self.weighing.alpha(len(self.opinions))

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to recommend from."""
        return not (self.liked or self.tastes or self.constraints or self.period or self.wish)

    @property
    def barred(self) -> set[str]:
        """Items that are never to be shown: known, seen, refused or shown already."""
        return {*self.opinions, *self.shown, *self.seen, *self.refused}

    def update(self, utterance: Utterance, *, now: float | None = None) -> None:
        """Take in what was said; where it contradicts what stood here, the latest counts."""
        if utterance.starts_over:
            self._forget_wishes()
        moment = time.time() if now is None else now
        for mention in utterance.mentions:
            self._note(mention, utterance.intent == "refuse", moment)
        for taste in utterance.tastes:
            same = {(taste.attribute, taste.value)}
            self.tastes = [t for t in self.tastes if (t.attribute, t.value) not in same] + [taste]
        self._constrain(utterance.constraints)
        self.period = utterance.period or self.period
        if utterance.intent == "recommend":
            self.wish = utterance.wish or self.wish
        self.avoid = " ".join(filter(None, (self.avoid, utterance.avoid)))[-200:]

    def _note(self, mention: Mention, refused: bool, moment: float) -> None:  # noqa: FBT001
        item_id = mention.item_id
        if mention.polarity == "asks":
            return
        if mention.polarity == "seen":
            _add(self.seen, item_id)
            return
        if refused and mention.polarity != "likes":
            _add(self.refused, item_id)
            return
        sign = 1.0 if mention.polarity == "likes" else -1.0
        self.opinions.pop(item_id, None)
        self.opinions[item_id] = Opinion(weight=sign * mention.strength, time=moment, said=mention.said)

    def _constrain(self, constraints: Iterable[Constraint]) -> None:
        new = list(constraints)
        asked = {c.attribute for c in new if c.mode != "must_not"}
        kept = []
        for old in self.constraints:
            if old.mode != "must_not" and old.attribute in asked:
                continue
            values = tuple(v for v in old.values if not any(_opposes(c, old, v) for c in new))
            if values and not any(c.mode == old.mode and set(values) <= set(c.values) for c in new):
                kept.append(old.model_copy(update={"values": values}))
        self.constraints = kept + new
        wanted = {(c.attribute, v) for c in new if c.mode == "must" for v in c.values}
        self.tastes = [
            t for t in self.tastes if t.polarity == "likes" or (t.attribute, t.value) not in wanted
        ]

    def _forget_wishes(self) -> None:
        self.constraints = [c for c in self.constraints if c.mode == "must_not"]
        self.period, self.wish = None, ""

    def fold_in(self, items: Items, scale: RatingScale) -> FoldIn:
        """The opinions as ratings on the data's scale, for the collaborative engine.

        A like lies between the scale's `like_at` and its top, a dislike between `dislike_at` and its end. Where
        nothing is liked, what is known is a mild like.
        """
        mild = {i: Opinion(weight=SEEN, time=0.0, said="") for i in self.taken if i not in self.opinions}
        known = [(items.index_of(i), o) for i, o in (self.opinions | mild).items() if i in items]
        weights = np.array([opinion.weight for _, opinion in known], dtype=np.float64)
        up = scale.like_at + (scale.high - scale.like_at) * weights
        down = scale.dislike_at + (scale.dislike_at - scale.low) * weights
        middle = np.full_like(weights, (scale.like_at + scale.dislike_at) / 2)
        return FoldIn(
            np.array([i for i, _ in known], dtype=np.int32),
            np.select([weights > 0, weights < 0], [up, down], middle).astype(np.float32),
            time=np.array([opinion.time for _, opinion in known], dtype=np.float64),
        )

    def adopt(
        self, rated: Iterable[tuple[str, float, float]], scale: RatingScale, *, said: str = FROM_DATA
    ) -> None:
        """Take over ratings (item id, rating, time); what the person said themselves stays."""
        for item_id, rating, moment in rated:
            if item_id not in self.opinions:
                weight = _weight(rating, scale)
                self.opinions[item_id] = Opinion(weight=weight, time=moment, said=said)

    def describe(self, items: Items) -> str:
        """The profile as the text that the language model reads.

        Titles go without years here: digits are a token each, and cost more than they tell.
        """
        parts = []
        if liked := _titles(items, self.liked):
            parts.append(f"I like {', '.join(liked)}.")
        elif known := _titles(items, self.taken):
            parts.append(f"I know {', '.join(known)}.")
        if disliked := _titles(items, self.disliked):
            parts.append(f"I do not like {', '.join(disliked)}.")
        if tastes := [t.value for t in self.tastes if t.polarity == "likes"]:
            parts.append(f"I enjoy {', '.join(tastes)}.")
        refused = [t.value for t in self.tastes if t.polarity == "dislikes"]
        refused += [v for c in self.constraints if c.mode == "must_not" for v in c.values]
        if refused:
            parts.append(f"No {', '.join(dict.fromkeys(refused))}.")
        wanted = [v for c in self.constraints if c.mode != "must_not" for v in c.values]
        if wanted:
            parts.append(f"I want {', '.join(dict.fromkeys(wanted))}.")
        if self.period:
            parts.append(f"Years: {self.period}.")
        if self.wish:
            parts.append(f"I said: {self.wish}.")
        return " ".join(parts)


def _weight(rating: float, scale: RatingScale) -> float:
    """The inverse of `Profile.fold_in`; a like never falls to 0 and a neutral rating is 0."""
    if rating >= scale.like_at:
        return (
            max(0.2, (rating - scale.like_at) / max(scale.high - scale.like_at, 1e-9))
            if scale.high > scale.like_at
            else 1.0
        )
    if rating <= scale.dislike_at:
        return -max(0.2, (scale.dislike_at - rating) / max(scale.dislike_at - scale.low, 1e-9))
    return 0.0


def _add(ids: list[str], item_id: str) -> None:
    if item_id not in ids:
        ids.append(item_id)


def _opposes(new: Constraint, old: Constraint, value: str) -> bool:
    return (new.mode == "must_not") != (old.mode == "must_not") and (
        new.attribute == old.attribute and value in new.values
    )


def _titles(items: Items, ids: Iterable[str], *, most: int = 10) -> list[str]:
    """Titles of the latest `most` items that the catalogue still has."""
    return [item.title for i in list(ids)[-most:] if (item := items.get(i)) is not None]
