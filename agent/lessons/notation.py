"""An `Utterance` as short lines: what the model learns to write of a message.

::

    intent recommend
    likes Heat; Fargo
    must_not genre: Horror
    years 1990 to 1999
    wish something slow
"""

from collections.abc import Iterable

from agent.utterance import Utterance
from catalog import Items

LONGEST_MESSAGE, LONGEST_BEFORE = 400, 160


def question(text: str, before: str = "") -> str:
    """The prompt that the lines answer: the message, and what the assistant said just before it."""
    said = f"Assistant: {_cut(before, LONGEST_BEFORE)}\n" if before else ""
    return f"{said}Person: {_cut(text, LONGEST_MESSAGE)}\nUnderstood:"


def lines_of(utterance: Utterance, items: Items) -> str:
    """The utterance without its text and spans; items by title, and only what there is."""
    lines = [f"intent {utterance.intent}"]
    for polarity in ("likes", "dislikes", "seen", "asks"):
        named = [m.item_id for m in utterance.mentions if m.polarity == polarity]
        titles = [item.title for item_id in named if (item := items.get(item_id)) is not None]
        lines += _line(polarity, titles)
    for verb, polarity in (("enjoys", "likes"), ("avoids", "dislikes")):
        lines += _valued(verb, ((t.attribute, t.value) for t in utterance.tastes if t.polarity == polarity))
    for mode in ("must", "must_not", "rather"):
        stated = [c for c in utterance.constraints if c.mode == mode]
        lines += _valued(mode, ((c.attribute, value) for c in stated for value in c.values))
    if utterance.period:
        lines.append(f"years {utterance.period}")
    lines += _line("wish", [utterance.wish] if utterance.wish else [])
    lines += _line("without", [utterance.avoid] if utterance.avoid else [])
    lines += _line("unknown", [name.said for name in utterance.unlinked])
    if utterance.starts_over:
        lines.append("starts over")
    return "\n".join(lines)


def _valued(verb: str, pairs: Iterable[tuple[str, str]]) -> list[str]:
    by_name: dict[str, list[str]] = {}
    for name, value in pairs:
        by_name.setdefault(name, []).append(value)
    return [line for name, own in by_name.items() for line in _line(f"{verb} {name}:", own)]


def _line(head: str, parts: Iterable[str]) -> list[str]:
    told = "; ".join(" ".join(part.split()) for part in dict.fromkeys(parts))
    return [f"{head} {told}"] if told else []


def _cut(text: str, limit: int) -> str:
    """On one line, whole words, at most `limit` characters."""
    plain = " ".join(text.split())
    return plain if len(plain) <= limit else plain[:limit].rpartition(" ")[0]
