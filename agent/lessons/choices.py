"""What was suggested, chosen between what all voices would have proposed there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from agent.lessons.behaviour import dialogue_key, suggestions
from agent.lessons.licences import licence_of
from agent.lessons.material import Material
from agent.lessons.parts import parted, rng_of
from agent.lessons.pools import Moment, moments
from agent.world import opening
from catalog import Dialogue, Progress
from language_model.training.example import Example, Part, Rivals, Task

N_RIVALS = 11
"""Drawn evenly, so that a list is the pool in small."""


@dataclass(frozen=True, eq=False)
class Choices:
    """Of a dialogue: what was suggested and not disliked, among rivals out of the pool of that moment.

    A unit is a dialogue that has such moments. In training it gives one of them an epoch, else all.
    """

    material: Material
    seed: int
    _units: Mapping[Part, Sequence[tuple[Dialogue, Sequence[Moment]]]]
    task: Task = field(default="fused", init=False)

    @classmethod
    def of(cls, material: Material, seed: int, *, progress: Progress | None = None) -> Self:
        found: dict[str, list[Moment]] = {}
        for one in moments(material, progress=progress):
            found.setdefault(one.dialogue_id, []).append(one)
        units = [(one, found[one.dialogue_id]) for one in material.dialogues if one.dialogue_id in found]
        places = parted(dialogue_key(one) for one, _ in units)
        return cls(material, seed, {part: [units[i] for i in own] for part, own in places.items()})

    @property
    def name(self) -> str:
        return f"{self.material.name}, choices"

    def count(self, part: Part) -> int:
        return len(self._units[part])

    def examples(self, part: Part, unit: int, *, epoch: int) -> Sequence[Example]:
        dialogue, those = self._units[part][unit]
        rng = rng_of(self.seed, self.name, dialogue.dialogue_id, epoch)
        chosen = [those[int(rng.integers(len(those)))]] if part == "train" else those
        return [made for one in chosen if (made := self._example(dialogue, one, rng))]

    def _example(self, dialogue: Dialogue, moment: Moment, rng: np.random.Generator) -> Example | None:
        """None where the pool holds no rival."""
        items, name = self.material.dataset.items, self.material.name
        title = {item_id: items[items.index_of(item_id)].title for item_id in moment.pool}
        rest = dict(zip(moment.pool, moment.rest, strict=True))
        right = {item_id for _, item_id in suggestions(dialogue)}
        wrong = {
            title[item_id]: item_id
            for item_id in moment.pool
            if item_id not in right and title[item_id] != title[moment.suggested]
        }
        if not wrong:
            return None
        rivals = rng.permutation(list(wrong.values()))[:N_RIVALS].tolist()
        among = Rivals(
            tuple(title[item_id] for item_id in rivals),
            tuple(rest[item_id] for item_id in (moment.suggested, *rivals)),
            opening("", self.material.dataset.noun),
        )
        target = title[moment.suggested]
        return Example(self.task, "choice", moment.prompt, target, name, licence_of(name).name, among)
