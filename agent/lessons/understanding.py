"""What messages mean: of annotated dialogues, and of messages made over the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from agent.lessons.behaviour import dialogue_key
from agent.lessons.licences import licence_of
from agent.lessons.material import Material
from agent.lessons.notation import lines_of, question
from agent.lessons.parts import parted, rng_of
from agent.lessons.sayings import Sayings
from agent.parser import Context
from agent.utterance import Intent, Mention, Polarity, Utterance
from catalog import Dialogue, Feedback, Turn
from language_model.training.example import Example, Part, Task

INTENTS: Mapping[str, frozenset[Intent]] = {
    "AskForRec": frozenset({"recommend", "more"}),
    "AddDetails": frozenset({"inform", "recommend"}),
    "GiveFeedback": frozenset({"inform", "seen", "refuse", "about", "explain", "recommend"}),
    "OTH": frozenset({"greet", "thank", "bye", "help", "unknown"}),
}
"""What an annotated label of IARD admits, the usual one first named in `USUAL`."""
USUAL: Mapping[str, Intent] = {
    "AskForRec": "recommend",
    "AddDetails": "inform",
    "GiveFeedback": "inform",
    "OTH": "unknown",
}


@dataclass(frozen=True, eq=False)
class Annotated:
    """A dialogue's messages. Where the source annotates mentions, feedback and intents these count; the rest is
    what the rules read."""

    material: Material
    dialogues: Sequence[Dialogue]
    source: str
    seed: int
    task: Task = field(default="understanding", init=False)

    @property
    def name(self) -> str:
        return f"{self.source}, messages"

    @cached_property
    def _units(self) -> dict[Part, list[int]]:
        return parted(dialogue_key(one) for one in self.dialogues)

    def count(self, part: Part) -> int:
        return len(self._units[part])

    def examples(self, part: Part, unit: int, *, epoch: int) -> Sequence[Example]:
        """One of its messages; those that say something are drawn three times as often."""
        dialogue = self.dialogues[self._units[part][unit]]
        rng = rng_of(self.seed, self.name, dialogue.dialogue_id, epoch)
        numbers = [n for n, turn in enumerate(dialogue.turns) if turn.role == "user" and turn.text.strip()]
        if not numbers:
            return ()
        weight = [3.0 if dialogue.turns[n].items or dialogue.turns[n].intents else 1.0 for n in numbers]
        number = int(rng.choice(numbers, p=[w / sum(weight) for w in weight]))
        turn, before = dialogue.turns[number], _before(dialogue, number)
        heard = self.material.parser(turn.text, Context(shown=before.items if before else ()))
        meant = _corrected(heard, turn, dialogue.feedback)
        prompt = question(turn.text, before.text if before else "")
        lines = lines_of(meant, self.material.dataset.items)
        return (Example(self.task, "message", prompt, lines, self.source, licence_of(self.source).name),)


@dataclass(frozen=True, eq=False)
class Generated:
    """Messages over the titles and attributes of the catalogue."""

    material: Material
    seed: int
    task: Task = field(default="understanding", init=False)

    @property
    def name(self) -> str:
        return f"{self.material.name}, generated"

    @cached_property
    def _units(self) -> dict[Part, list[int]]:
        return parted(f"{self.material.name}/{item.item_id}" for item in self.material.dataset.items)

    @cached_property
    def _sayings(self) -> Sayings:
        return Sayings(self.material.dataset.items, self.material.dataset.noun)

    def count(self, part: Part) -> int:
        return len(self._units[part])

    def examples(self, part: Part, unit: int, *, epoch: int) -> Sequence[Example]:
        """A message that names the unit's item first, and others of its part."""
        data, own = self.material.dataset, self._units[part]
        first = data.items[own[unit]]
        rng = rng_of(self.seed, self.name, first.item_id, epoch)
        others = [data.items[own[int(i)]] for i in rng.integers(len(own), size=2)]
        text, meant = self._sayings.about([first, *others], rng)
        lines = lines_of(meant, data.items)
        return (
            Example(self.task, "generated", question(text), lines, data.name, licence_of(data.name).name),
        )


def _before(dialogue: Dialogue, number: int) -> Turn | None:
    """The assistant's last turn before this one."""
    return next((turn for turn in reversed(dialogue.turns[:number]) if turn.role == "assistant"), None)


def _corrected(heard: Utterance, turn: Turn, feedback: Mapping[str, Feedback]) -> Utterance:
    """The rules' reading with the source's mentions, polarities and intent in place of its own."""
    read = {mention.item_id: mention for mention in heard.mentions}
    mentions = [_mention(read.get(item_id), item_id, feedback.get(item_id)) for item_id in turn.items]
    shown = [one for item_id, one in read.items() if item_id not in turn.items and item_id in feedback]
    changes = {"mentions": tuple([*mentions, *shown] if turn.items else heard.mentions)}
    return heard.model_copy(update={**changes, "intent": _intent(heard.intent, turn.intents)})


def _mention(read: Mention | None, item_id: str, said: Feedback | None) -> Mention:
    polarity: Polarity = read.polarity if read is not None else "likes"
    if polarity != "asks" and said is not None:
        if said.liked is not None:
            polarity = "likes" if said.liked else "dislikes"
        elif said.seen:
            polarity = "seen"
    return Mention(item_id=item_id, polarity=polarity, said="", start=0, end=0)


def _intent(read: Intent, labels: Sequence[str]) -> Intent:
    """The rules' intent where the labels admit it, else what the first label says most often."""
    known = [label for label in labels if label in INTENTS]
    if not known or any(read in INTENTS[label] for label in known):
        return read
    return USUAL[known[0]]
