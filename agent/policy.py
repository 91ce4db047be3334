"""What to do with a turn: recommend, explain, tell, ask, or make small talk."""

from typing import Literal

from agent.profile import Profile
from agent.utterance import Plain, Utterance

Act = Literal[
    "recommend", "explain", "about", "ask", "unlinked", "greet", "thank", "accept", "bye", "help", "unknown"
]


class Decision(Plain):
    act: Act
    item_id: str | None = None
    """The item to explain or tell about."""
    question: str | None = None
    """The key of the question that is asked."""


QUESTIONS: tuple[tuple[str, str], ...] = (
    ("liked", "Which {plural} did you love lately?"),
    ("mood", "What do you feel like today: something light, something dark, a particular kind?"),
    ("avoid", "Is there anything that you would rather avoid?"),
)
"""Keys and texts, most telling first. None is asked twice in a session."""


def decide(utterance: Utterance, profile: Profile, *, asked: list[str], nothing_new: bool) -> Decision:
    """The act for this turn.

    `nothing_new` says that only an unlinked name came, so that there is nothing to act on but the name.
    """
    intent = utterance.intent
    named = next((m.item_id for m in utterance.mentions), None)
    if intent == "explain":
        return Decision(act="explain", item_id=named)
    if intent == "about" and named:
        return Decision(act="about", item_id=named)
    if utterance.unlinked and nothing_new:
        return Decision(act="unlinked")
    if intent in {"thank", "bye", "help", "unknown"}:
        return Decision(act=intent)
    if intent == "accept":
        return Decision(act="accept", item_id=named)
    if intent == "greet":
        return Decision(act="greet", question=_next_question(asked))
    asks = intent == "more" or (intent == "recommend" and profile.taken)
    if profile.is_empty and not asks:
        question = _next_question(asked)
        if question and not asked:
            return Decision(act="ask", question=question)
    return Decision(act="recommend")


def _next_question(asked: list[str]) -> str | None:
    return next((key for key, _ in QUESTIONS if key not in asked), None)
