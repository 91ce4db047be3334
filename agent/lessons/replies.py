"""Evidence to words: replies that say exactly what the records and the evidence say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from agent.checker import untrue
from agent.gather import Candidates
from agent.lessons.behaviour import dialogue_key
from agent.lessons.licences import licence_of
from agent.lessons.material import Material
from agent.lessons.parts import parted, pick, rng_of
from agent.lessons.sayings import Sayings
from agent.policy import Decision
from agent.profile import Profile
from agent.realiser import realise
from agent.rerank import Ranking, explain
from agent.utterance import Utterance
from agent.writer import request
from catalog import Dialogue, Item, Turn
from language_model.training.example import Example, Part, Task

LEADS = (
    "How about these?",
    "Here is what I would try:",
    "I think you would enjoy these:",
    "Good choice. Have a look at these:",
    "With that in mind, I would go for:",
    "These come to mind:",
)
CLOSINGS = (
    "",
    "",
    "Tell me if you have seen any of them.",
    "Shall I look for more?",
    "Does one of them appeal to you?",
)
LONGEST_REPLY = 300


@dataclass(frozen=True, eq=False)
class Worded:
    """The realiser's reply to a person's likes, in other words. What the checker doubts is left out."""

    material: Material
    seed: int
    task: Task = field(default="reply", init=False)

    @property
    def name(self) -> str:
        return f"{self.material.name}, replies"

    @cached_property
    def _units(self) -> dict[Part, list[int]]:
        return parted(self.material.dataset.interactions.user_ids)

    @cached_property
    def _sayings(self) -> Sayings:
        return Sayings(self.material.dataset.items, self.material.dataset.noun)

    def count(self, part: Part) -> int:
        return len(self._units[part])

    def examples(self, part: Part, unit: int, *, epoch: int) -> Sequence[Example]:
        data = self.material.dataset
        user = data.interactions.user_ids[self._units[part][unit]]
        rng = rng_of(self.seed, self.name, user, epoch)
        liked = self.material.likes(self.material.history(user, rng))
        if len(liked) < 3:
            return ()
        drawn = [liked[i] for i in rng.permutation(len(liked))[:6]]
        suggested = drawn[: 1 + int(rng.integers(1, min(3, len(drawn) - 1) + 1))][1:]
        known = [item_id for item_id in drawn if item_id not in suggested]
        profile = self.material.profile([(i, data.interactions.scale.high, 0.0) for i in known])
        named = [self._item(item_id) for item_id in known]
        message, meant = self._sayings.about(named, rng, intents=("inform", "recommend", "more"))
        plain = self._plain(profile, meant, suggested, rng)
        target = _reworded(plain, rng)
        about = [self._item(item_id) for item_id in drawn]
        world = self.material.world
        if not target or untrue(plain, world, about=about) or untrue(target, world, about=about):
            return ()
        name = data.name
        return (Example(self.task, "worded", request(plain, message), target, name, licence_of(name).name),)

    def _item(self, item_id: str) -> Item:
        items = self.material.dataset.items
        return items[items.index_of(item_id)]

    def _plain(
        self, profile: Profile, meant: Utterance, suggested: Sequence[str], rng: np.random.Generator
    ) -> str:
        """The realiser's own reply, with the evidence that the ratings hold for these items."""
        world, n = self.material.world, len(suggested)
        rows = np.array([self.material.dataset.items.index_of(i) for i in suggested], dtype=np.int32)
        score = np.sort(rng.normal(size=n))[::-1].copy()
        ranking = Ranking(rows, score, score, score, 0.5)
        candidates = Candidates(rows, score.astype(np.float32), {int(row): ("neighbours",) for row in rows})
        ranked = explain(world, profile, ranking, candidates, n=n)
        calm = meant.model_copy(update={"intent": "recommend", "mentions": (), "unlinked": ()})
        return realise(world, Decision(act="recommend"), utterance=calm, profile=profile, ranked=ranked)


@dataclass(frozen=True, eq=False)
class Spoken:
    """What people who recommend wrote, where every title in it is one that they meant."""

    material: Material
    seed: int
    task: Task = field(default="reply", init=False)

    @property
    def name(self) -> str:
        return f"{self.material.name}, recommendations"

    @cached_property
    def _units(self) -> dict[Part, list[int]]:
        return parted(dialogue_key(one) for one in self.material.dialogues)

    def count(self, part: Part) -> int:
        return len(self._units[part])

    def examples(self, part: Part, unit: int, *, epoch: int) -> Sequence[Example]:
        dialogue = self.material.dialogues[self._units[part][unit]]
        rng = rng_of(self.seed, self.name, dialogue.dialogue_id, epoch)
        turns = list(_recommendations(dialogue))
        if not turns:
            return ()
        message, turn = turns[int(rng.integers(len(turns)))]
        about = [item for item_id in turn.items if (item := self.material.dataset.items.get(item_id))]
        text = " ".join(turn.text.split())
        if len(text) > LONGEST_REPLY or not all(item.title in text for item in about):
            return ()
        if not about or untrue(text, self.material, about=about):
            return ()
        plain = f"I would try {', '.join(item.label() for item in about)}."
        name = self.material.name
        return (Example(self.task, "spoken", request(plain, message), text, name, licence_of(name).name),)


def _reworded(plain: str, rng: np.random.Generator) -> str:
    """The same list under another lead; empty when the realiser made no list."""
    lead, _, listed = plain.partition("\n")
    if not listed:
        return ""
    opening = pick(rng, LEADS) if rng.random() < 0.8 else lead
    return "\n".join(part for part in (opening, listed, pick(rng, CLOSINGS)) if part)


def _recommendations(dialogue: Dialogue) -> Iterable[tuple[str, Turn]]:
    """The person's last message and the assistant's turn that names what was not named before."""
    message, named = "", set[str]()
    for turn in dialogue.turns:
        if turn.role == "user":
            message = turn.text
        elif turn.items and message and not named.intersection(turn.items):
            yield message, turn
        named.update(turn.items)
