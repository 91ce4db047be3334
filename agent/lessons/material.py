"""A data set as lessons read it: its tables, its parser, and what must not be learned from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from agent.collaborative import Collaborative
from agent.linking import Linker
from agent.models import Models
from agent.parser import RuleParser
from agent.profile import Profile
from agent.world import Priors, World
from catalog import Dataset, Dialogue
from retrieval import VectorIndex

HELD_OUT_LAST = 2
"""The latest ratings of a person are never read where ratings have times: leave-last-out measures on them."""
Rated = tuple[str, float, float]


@dataclass(frozen=True, eq=False)
class Material:
    """`held_out` are ids of dialogues that belong to evaluation; they give no lesson."""

    dataset: Dataset
    held_out: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return self.dataset.name

    @cached_property
    def dialogues(self) -> tuple[Dialogue, ...]:
        return tuple(one for one in self.dataset.dialogues if one.dialogue_id not in self.held_out)

    @cached_property
    def linker(self) -> Linker:
        rows, n_items = self.dataset.interactions, len(self.dataset.items)
        likes = rows.item_index[rows.rating >= rows.scale.like_at]
        return Linker(self.dataset.items, np.bincount(likes, minlength=n_items).astype(np.float32))

    @cached_property
    def parser(self) -> RuleParser:
        return RuleParser(self.dataset.items, self.linker)

    @cached_property
    def world(self) -> World:
        """With people's evidence, for the realiser and its checker; there are no models in it."""
        voice = Collaborative.of(self.dataset)
        return World.over(
            self.dataset,
            voice,
            models=cast(Models, None),
            index=cast(VectorIndex, None),
            priors=cast(Priors, None),
        )

    def history(self, user_id: str, rng: np.random.Generator) -> list[Rated]:
        """The person's ratings (item id, rating, time), oldest first; in random order where there are no times."""
        items, rating, time = self.dataset.interactions.of_user(user_id)
        if time is None:
            return self._rows(items, rating, np.zeros(len(items)), rng.permutation(len(items)))
        return self._rows(items, rating, time, np.lexsort((items, time))[:-HELD_OUT_LAST])

    def _rows(
        self, items: NDArray[Any], rating: NDArray[Any], time: NDArray[Any], order: NDArray[Any]
    ) -> list[Rated]:
        ids = self.dataset.items
        return [(ids[int(items[i])].item_id, float(rating[i]), float(time[i])) for i in order]

    def profile(self, rated: Sequence[Rated]) -> Profile:
        """As a session has it for someone with these ratings."""
        profile = Profile()
        profile.adopt(rated, self.dataset.interactions.scale)
        return profile

    def likes(self, rated: Collection[Rated]) -> list[str]:
        return [item_id for item_id, rating, _ in rated if rating >= self.dataset.interactions.scale.like_at]
