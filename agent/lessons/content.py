"""What an item's record says of the people who like it, and the reverse."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from agent.lessons.licences import licence_of
from agent.lessons.material import Material
from agent.lessons.parts import parted, rng_of
from agent.profile import Profile
from agent.utterance import Taste
from agent.world import opening
from catalog import CardTemplate, Item
from language_model.training.example import Example, Part, Task
from retrieval import DEFAULT_CARD, card, card_of
from retrieval.cards import cut_at_sentence

LONGEST_CARD, LONGEST_WISH = 400, 120
MOST_LIKED = 6


def reader_of(item: Item, noun: str, template: CardTemplate = DEFAULT_CARD) -> str:
    """The prompt that the profile of someone who likes the item continues."""
    return f"{cut_at_sentence(card(item, template), LONGEST_CARD)} Someone who loves this {noun} says:"


@dataclass(frozen=True, eq=False)
class Cards:
    """An item's card to the profile of someone who likes it."""

    material: Material
    seed: int
    task: Task = field(default="content", init=False)

    @property
    def name(self) -> str:
        return f"{self.material.name}, cards"

    @cached_property
    def _units(self) -> dict[Part, list[int]]:
        return parted(self.material.dataset.interactions.user_ids)

    def count(self, part: Part) -> int:
        return len(self._units[part])

    def examples(self, part: Part, unit: int, *, epoch: int) -> Sequence[Example]:
        data = self.material.dataset
        user = data.interactions.user_ids[self._units[part][unit]]
        rng = rng_of(self.seed, self.name, user, epoch)
        liked = self.material.likes(self.material.history(user, rng))
        if len(liked) < 2:
            return ()
        drawn = rng.permutation(len(liked))[: 1 + int(rng.integers(1, MOST_LIKED + 1))]
        item = data.items[data.items.index_of(liked[drawn[0]])]
        rated = [(liked[i], data.interactions.scale.high, 0.0) for i in drawn[1:]]
        described = self.material.profile(rated).describe(data.items)
        prompt = reader_of(item, data.noun, card_of(data))
        return (Example(self.task, "card", prompt, described, data.name, licence_of(data.name).name),)


@dataclass(frozen=True, eq=False)
class Records:
    """A wish that only an item's record tells of, to its title."""

    material: Material
    seed: int
    task: Task = field(default="content", init=False)

    @property
    def name(self) -> str:
        return f"{self.material.name}, records"

    @cached_property
    def _units(self) -> dict[Part, list[int]]:
        return parted(f"{self.material.name}/{item.item_id}" for item in self.material.dataset.items)

    def count(self, part: Part) -> int:
        return len(self._units[part])

    def examples(self, part: Part, unit: int, *, epoch: int) -> Sequence[Example]:
        data = self.material.dataset
        item = data.items[self._units[part][unit]]
        rng = rng_of(self.seed, self.name, item.item_id, epoch)
        profile = Profile(tastes=_tastes(item, rng), wish=_wish(item))
        described = profile.describe(data.items)
        if not described:
            return ()
        prompt = opening(described, data.noun)
        return (Example(self.task, "record", prompt, item.title, data.name, licence_of(data.name).name),)


def _tastes(item: Item, rng: np.random.Generator) -> list[Taste]:
    values = [
        (name, value) for name, own in item.attributes.items() for value in own if not value.isdecimal()
    ]
    drawn = rng.permutation(len(values))[:4]
    return [
        Taste(attribute=values[i][0], value=values[i][1], polarity="likes", said="") for i in sorted(drawn)
    ]


def _wish(item: Item) -> str:
    """The first words of its text that do not give the title away."""
    text = re.sub(re.escape(item.title), "it", item.text or "", flags=re.IGNORECASE)
    words = " ".join(text.split())[:LONGEST_WISH]
    return words.rpartition(" ")[0] if len(words) == LONGEST_WISH else words.rstrip(".")
