"""What people turned to next, and whether they liked it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from agent.lessons.licences import licence_of
from agent.lessons.material import Material, Rated
from agent.lessons.parts import parted, rng_of
from agent.recall import profile_of
from agent.world import opening
from catalog import Dialogue
from language_model.training.example import Example, Part, Task

LONGEST_HISTORY = 15
YES, NO = "Yes.", "No."


def liking(profile: str, title: str) -> str:
    """The question that `YES` or `NO` answers."""
    return f"{profile} Would I love {title}?"


@dataclass(frozen=True, eq=False)
class People:
    """Of a person's ratings: the next title that they liked, and whether they liked one."""

    material: Material
    seed: int
    task: Task = field(default="behaviour", init=False)

    @property
    def name(self) -> str:
        return f"{self.material.name}, people"

    @cached_property
    def _units(self) -> dict[Part, list[int]]:
        return parted(self.material.dataset.interactions.user_ids)

    def count(self, part: Part) -> int:
        return len(self._units[part])

    def examples(self, part: Part, unit: int, *, epoch: int) -> Sequence[Example]:
        user = self.material.dataset.interactions.user_ids[self._units[part][unit]]
        rng = rng_of(self.seed, self.name, user, epoch)
        rated = self.material.history(user, rng)
        liked = set(self.material.likes(rated))
        places = [place for place in range(1, len(rated)) if rated[place][0] in liked]
        if not places:
            return ()
        place = places[int(rng.integers(len(places)))]
        before = rated[max(0, place - int(rng.integers(1, LONGEST_HISTORY + 1))) : place]
        described = self.material.profile(before).describe(self.material.dataset.items)
        if not described:
            return ()
        title = self._title(rated[place][0])
        follows = self._example("next", opening(described, self.material.dataset.noun), title)
        return follows, self._liking(described, rated, place, rng)

    def _liking(
        self, described: str, rated: Sequence[Rated], place: int, rng: np.random.Generator
    ) -> Example:
        """Yes for what came next, or No for what was disliked, or else for what they never rated."""
        items, scale = self.material.dataset.items, self.material.dataset.interactions.scale
        if rng.random() < 0.5:
            return self._example("liking", liking(described, self._title(rated[place][0])), YES)
        known = {item_id for item_id, _, _ in rated}
        disliked = [item_id for item_id, rating, _ in rated[place:] if rating <= scale.dislike_at]
        others = [items[int(i)].item_id for i in rng.integers(len(items), size=20)]
        among = disliked or [item_id for item_id in others if item_id not in known] or [rated[place][0]]
        chosen = among[int(rng.integers(len(among)))]
        answer = YES if chosen == rated[place][0] else NO
        return self._example("liking", liking(described, self._title(chosen)), answer)

    def _title(self, item_id: str) -> str:
        items = self.material.dataset.items
        return items[items.index_of(item_id)].title

    def _example(self, kind: str, prompt: str, target: str) -> Example:
        name = self.material.name
        return Example(self.task, kind, prompt, target, name, licence_of(name).name)


@dataclass(frozen=True, eq=False)
class Talks:
    """Of a dialogue: what was suggested and not disliked, given the profile that was heard up to then."""

    material: Material
    seed: int
    task: Task = field(default="behaviour", init=False)

    @property
    def name(self) -> str:
        return f"{self.material.name}, talks"

    @cached_property
    def _units(self) -> dict[Part, list[int]]:
        return parted(dialogue_key(one) for one in self.material.dialogues)

    def count(self, part: Part) -> int:
        return len(self._units[part])

    def examples(self, part: Part, unit: int, *, epoch: int) -> Sequence[Example]:
        dialogue = self.material.dialogues[self._units[part][unit]]
        rng = rng_of(self.seed, self.name, dialogue.dialogue_id, epoch)
        suggested = suggestions(dialogue)
        if not suggested:
            return ()
        number, item_id = suggested[int(rng.integers(len(suggested)))]
        turns = [{"role": turn.role, "text": turn.text} for turn in dialogue.turns[:number]]
        items = self.material.dataset.items
        described = profile_of(turns, self.material.parser).describe(items)
        if not described:
            return ()
        prompt = opening(described, self.material.dataset.noun)
        title = items[items.index_of(item_id)].title
        name = self.material.name
        return (Example(self.task, "suggested", prompt, title, name, licence_of(name).name),)


def dialogue_key(dialogue: Dialogue) -> str:
    """By whom it is held, so that nobody is in two parts; by itself where that is not known."""
    return dialogue.user_id or dialogue.dialogue_id


def suggestions(dialogue: Dialogue) -> list[tuple[int, str]]:
    """(turn, item id) of what the assistant names first, unless the person says that they do not like it."""
    found, named = [], set()
    for number, turn in enumerate(dialogue.turns):
        for item_id in turn.items:
            opinion = dialogue.feedback.get(item_id)
            if (
                turn.role == "assistant"
                and item_id not in named
                and (opinion is None or opinion.liked is not False)
            ):
                found.append((number, item_id))
            named.add(item_id)
    return found
