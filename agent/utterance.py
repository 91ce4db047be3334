"""What one message says, as plain data: an intent, linked mentions, constraints and a free wish."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from agent.acts import Act

Intent = Literal[
    "greet",
    "thank",
    "bye",
    "help",
    "recommend",
    "inform",
    "more",
    "explain",
    "about",
    "seen",
    "refuse",
    "accept",
    "unknown",
]
Polarity = Literal["likes", "dislikes", "seen", "asks"]
Mode = Literal["must", "must_not", "rather"]


class Plain(BaseModel):
    """Base of the agent's data: frozen, closed, and made of JSON types alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Mention(Plain):
    """An item of the catalogue that the message names, with what it says of it."""

    item_id: str
    polarity: Polarity
    strength: float = Field(default=1.0, ge=0.0, le=1.0)
    """1 for "loved" or "hated", less for milder words."""
    said: str
    """The words of the message that were linked."""
    start: int
    end: int


class Taste(Plain):
    """An attribute value that the person likes or dislikes in general."""

    attribute: str
    value: str
    polarity: Literal["likes", "dislikes"]
    said: str


class Constraint(Plain):
    """Any one of `values` must, must not, or would rather hold for an attribute."""

    attribute: str
    values: tuple[str, ...]
    mode: Mode
    said: str


class Period(Plain):
    """Years that are wanted, both ends included; None leaves an end open."""

    year_min: int | None = None
    year_max: int | None = None
    said: str

    def __str__(self) -> str:
        if self.year_min is not None and self.year_min == self.year_max:
            return f"{self.year_min}"
        if self.year_min is None:
            return f"up to {self.year_max}"
        if self.year_max is None:
            return f"{self.year_min} or later"
        return f"{self.year_min} to {self.year_max}"


class Unlinked(Plain):
    """Words that look like a title but name nothing in the catalogue."""

    said: str
    suggestions: tuple[str, ...] = ()
    """Ids of the items whose titles come closest."""


class Utterance(Plain):
    """One message, understood."""

    text: str
    intent: Intent
    acts: tuple[Act, ...] | None = None
    """All that the message does, None where its parser does not tell; the intent is what the reply answers."""
    mentions: tuple[Mention, ...] = ()
    tastes: tuple[Taste, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    period: Period | None = None
    wish: str = ""
    """What is wanted in the person's own words, without titles: it goes to the embedder and the model."""
    avoid: str = ""
    """What is refused in the person's own words, where it is neither a title nor an attribute."""
    unlinked: tuple[Unlinked, ...] = ()
    starts_over: bool = False
    """True when the message takes back earlier wishes ("actually", "instead")."""
