"""Messages made over a catalogue's own titles and attributes, with what they mean: a new domain needs no annotation."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from agent.lessons.parts import pick
from agent.utterance import Constraint, Intent, Mention, Period, Polarity, Taste, Utterance
from catalog import Item, Items

KINDS = ("genre", "category", "tag", "style", "topic")
"""Attributes whose values people name as kinds, in small letters."""
DECADES = (1960, 1970, 1980, 1990, 2000, 2010)
MOODS = (
    "something slow and quiet",
    "something light",
    "something dark",
    "a good laugh",
    "something to think about",
    "something short for tonight",
    "something exciting",
    "something easy",
)

Pattern = tuple[Intent, str]
PATTERNS: tuple[Pattern, ...] = (
    ("inform", "I loved {likes}."),
    ("inform", "I really liked {likes} and {likes}."),
    ("inform", "{likes} is one of my favourites, but I could not stand {dislikes}"),
    ("inform", "I hated {dislikes}."),
    ("inform", "My favourites are {likes}, {likes} and {likes}"),
    ("inform", "I like {enjoys}, for example {likes}"),
    ("inform", "I enjoy {enjoys}"),
    ("inform", "I am not a fan of {avoids}"),
    ("seen", "I have already seen {seen}"),
    ("seen", "{seen}? I know that one already"),
    ("refuse", "Not {dislikes}, please"),
    ("about", "What is {asks} about?"),
    ("about", "Tell me more about {asks}"),
    ("recommend", "I loved {likes} and {likes}, can you suggest something like that?"),
    ("recommend", "I loved {likes}, something like that but no {must_not}?"),
    ("recommend", "Can you recommend a {must} {noun}?"),
    ("recommend", "I am looking for a {must} {noun} from the {decade}s"),
    ("recommend", "Any good {noun} with {must}, but nothing like {dislikes}?"),
    ("recommend", "I want {wish}, no {must_not}"),
    ("recommend", "I feel like {wish}"),
    ("recommend", "{wish} from the {decade}s, maybe {rather}?"),
    ("recommend", "Preferably {rather}. I liked {likes}"),
    ("recommend", "Actually, I would rather have {wish}"),
    ("more", "Show me more"),
    ("more", "What else do you have?"),
    ("explain", "Why that one?"),
    ("help", "What can you do?"),
    ("greet", "Hi there"),
    ("thank", "Thanks, that helps"),
    ("bye", "Goodbye"),
)
_TITLES: tuple[Polarity, ...] = ("likes", "dislikes", "seen", "asks")


@dataclass(frozen=True, eq=False)
class Sayings:
    """Makes messages over one catalogue."""

    items: Items
    noun: str

    @cached_property
    def _kinds(self) -> str | None:
        names = self.items.attribute_names()
        return next((name for name in KINDS if name in names), None)

    def about(
        self, named: Sequence[Item], rng: np.random.Generator, *, intents: Collection[Intent] = ()
    ) -> tuple[str, Utterance]:
        """A message that may name these items, the most at hand first, and what it says; of these intents, or any."""
        among = [one for one in PATTERNS if not intents or one[0] in intents]
        for _ in range(20):
            intent, pattern = among[int(rng.integers(len(among)))]
            message = _Message(self, list(named), rng)
            if (text := message.filled(pattern)) is not None:
                return _worn(text, rng), message.meaning(text, intent)
        return "Hi there", Utterance(text="Hi there", intent="greet")

    def value(self, item: Item, rng: np.random.Generator, *, kinds: bool) -> tuple[str, str] | None:
        """An attribute with a value that the item has; a kind of thing, or any."""
        names = [self._kinds] if kinds and self._kinds else list(item.attributes)
        pairs = [(n, v) for n in names for v in item.attributes.get(n, ()) if not any(c.isdigit() for c in v)]
        return pairs[int(rng.integers(len(pairs)))] if pairs else None


class _Message:
    """One message while it is made."""

    def __init__(self, sayings: Sayings, named: list[Item], rng: np.random.Generator) -> None:
        self._sayings, self._left, self._rng = sayings, named, rng
        self._values_of = list(named)
        self._mentions: list[tuple[Item, Polarity]] = []
        self._values: list[tuple[str, str, str]] = []
        self._period: Period | None = None
        self._wish = ""

    def filled(self, pattern: str) -> str | None:
        """The pattern with words in its slots; None when there is nothing to put there."""
        text = pattern
        while "{" in text:
            before, _, rest = text.partition("{")
            slot, _, after = rest.partition("}")
            said = self._said(slot)
            if said is None or "{" in said:
                return None
            text = f"{before}{said}{after}"
        return text

    def _said(self, slot: str) -> str | None:
        if slot == "noun":
            return self._sayings.noun
        if slot == "wish":
            self._wish = pick(self._rng, MOODS)
            return self._wish
        if slot == "decade":
            start = int(self._rng.choice(DECADES))
            self._period = Period(year_min=start, year_max=start + 9, said=f"{start}s")
            return str(start)
        polarity = next((one for one in _TITLES if one == slot), None)
        if polarity is None:
            return self._value(slot)
        if not self._left:
            return None
        item = self._left.pop(0)
        self._mentions.append((item, polarity))
        return item.title if item.year is None or self._rng.random() < 0.7 else item.label()

    def _value(self, slot: str) -> str | None:
        if not self._values_of:
            return None
        item = self._values_of[int(self._rng.integers(len(self._values_of)))]
        found = self._sayings.value(item, self._rng, kinds=slot != "enjoys")
        if found is None or found in [(name, value) for _, name, value in self._values]:
            return None
        self._values.append((slot, *found))
        return found[1].lower() if found[0] in KINDS else found[1]

    def meaning(self, text: str, intent: Intent) -> Utterance:
        mentions = [
            Mention(item_id=item.item_id, polarity=polarity, said=item.title, start=0, end=0)
            for item, polarity in self._mentions
        ]
        tastes = [
            Taste(
                attribute=name, value=value, polarity="likes" if slot == "enjoys" else "dislikes", said=value
            )
            for slot, name, value in self._values
            if slot in {"enjoys", "avoids"}
        ]
        wanted = [
            Constraint(attribute=name, values=(value,), mode=mode, said=value)
            for slot, name, value in self._values
            for mode in ("must", "must_not", "rather")
            if mode == slot
        ]
        return Utterance(
            text=text,
            intent=intent,
            mentions=tuple(mentions),
            tastes=tuple(tastes),
            constraints=tuple(wanted),
            period=self._period,
            wish=self._wish,
            starts_over=text.startswith("Actually"),
        )


def _worn(text: str, rng: np.random.Generator) -> str:
    """As people type: now and then in small letters, or without the stop at the end."""
    if rng.random() < 0.3:
        text = text.lower()
    return text.rstrip(".?") if rng.random() < 0.3 else text
