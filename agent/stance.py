"""Who is for and who is against: the stance that each word of a message stands under."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.lexicon import (
    CLAUSE_END,
    DISLIKES,
    FRESH_REQUESTS,
    HATES,
    LIKES,
    LOVES,
    NEGATIONS,
    REQUESTS,
    SEEN,
    SOFTENERS,
)
from agent.words import Token

Attitude = Literal["likes", "dislikes", "seen", "unseen", "wants", "refuses", "none"]


@dataclass(frozen=True, slots=True)
class Stance:
    attitude: Attitude
    strength: float = 1.0
    softened: bool = False


NEUTRAL = Stance("none")
_REACH = 3
"""How many words a negation reaches forward to a verb of liking."""


def clause_starts(text: str) -> list[int]:
    """Character offsets at which clauses begin; a conjunction belongs to the clause it opens."""
    return [0, *(m.end() if m.group()[0] in ".;!?\n" else m.start() for m in CLAUSE_END.finditer(text))]


def stances(text: str, tokens: Sequence[Token], *, silent: frozenset[int]) -> list[Stance]:
    """One stance per token, from the cues to its left in its clause, else from those to its right.

    `silent` are positions that name items or attributes: their words are no cues.
    """
    starts = clause_starts(text)
    left: list[Stance] = []
    begin = 0
    bounds: list[tuple[int, int]] = []
    for position in range(1, len(tokens) + 1):
        at_end = position == len(tokens)
        if at_end or _clause(starts, tokens[position]) != _clause(starts, tokens[begin]):
            bounds.append((begin, position))
            begin = position
    for first, end in bounds:
        clause = _scan(tokens[first:end], {p - first for p in silent if first <= p < end})
        left.extend(clause)
    return left


def _clause(starts: Sequence[int], token: Token) -> int:
    return sum(start <= token.start for start in starts)


def _scan(tokens: Sequence[Token], silent: set[int]) -> list[Stance]:
    found: list[Stance] = []
    state, negated_at, softened = NEUTRAL, -99, False
    for position, token in enumerate(tokens):
        if position not in silent:
            key = token.key
            if _negates(tokens, position):
                negated_at, state = position, Stance("refuses")
            elif key in SOFTENERS:
                softened = True
            else:
                state = _turn(tokens, position, state, position - negated_at)
        found.append(Stance(state.attitude, state.strength, softened))
    verdict = _verdict(tokens, silent)
    if verdict is None:
        return found
    return [verdict if stance.attitude in {"none", "seen"} else stance for stance in found]


def _negates(tokens: Sequence[Token], position: int) -> bool:
    key = tokens[position].key
    if key == "but":
        return position > 0 and tokens[position - 1].key == "anything"
    if key == "not" and position + 1 < len(tokens) and tokens[position + 1].key in {"only", "just"}:
        return False
    return key in NEGATIONS


def _turn(tokens: Sequence[Token], position: int, state: Stance, since_negation: int) -> Stance:
    """The stance after a cue word; unchanged after any other word."""
    key = tokens[position].key
    negated = since_negation <= (1 if key in FRESH_REQUESTS else _REACH)
    before = tokens[position - 1].key if position else ""
    if key == "like" and before in {"would", "i'd", "we'd", "d"}:
        return Stance("wants")
    if key == "like" and state.attitude == "wants" and not negated:
        return state  # "something like it for the Nintendo DS" compares
    if key in LOVES:
        return Stance("dislikes", 0.6) if negated else Stance("likes", 1.0)
    if key in LIKES:
        return Stance("dislikes", 0.6) if negated else Stance("likes", 0.8)
    if key in HATES | DISLIKES:
        return Stance("likes", 0.5) if negated else Stance("dislikes", 1.0 if key in HATES else 0.8)
    if key == "mind" and negated:
        return Stance("likes", 0.4)  # "I don't mind comedies"
    if key in SEEN:
        asked = before == "you" and position > 1 and tokens[position - 2].key in {"have", "did"}
        return Stance("unseen") if negated or asked else Stance("seen")
    if key in REQUESTS and not negated:
        return Stance("wants")
    return state


def _verdict(tokens: Sequence[Token], silent: set[int]) -> Stance | None:
    """What a clause says behind its subject: `Heat was boring`, `I saw Heat and loved it`."""
    for position in range(len(tokens) - 1, -1, -1):
        if position in silent or not any(named < position for named in silent):
            continue
        key = tokens[position].key
        if key in {"fan", "fans"} and position - 1 not in silent:
            continue
        if key in {"like", "similar"} or key not in LOVES | LIKES | HATES | DISLIKES:
            continue
        negated = any(t.key in NEGATIONS for t in tokens[max(0, position - _REACH) : position])
        good = (key in LOVES | LIKES) != negated
        strength = 1.0 if key in LOVES | HATES and not negated else 0.7
        return Stance("likes" if good else "dislikes", strength)
    return None
