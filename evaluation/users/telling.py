"""An agenda being told: each statement once, and the need that follows from it."""

from collections.abc import Callable, Sequence

from agent.lexicon import COMMON
from agent.utterance import Constraint, Period
from agent.words import tokenize
from catalog import Item
from evaluation.users import templates
from evaluation.users.domain import YEAR, Fact
from evaluation.users.goal import Change, Opinion, Statement, Wish
from evaluation.users.person import Act, Need
from evaluation.users.phrases import same_attribute, spoken
from evaluation.users.speech import Speech

OPEN_QUESTIONS = frozenset({"", "mood"})
LIKED, AVOID = "liked", "avoid"
"""Keys of the agent's own questions."""


class Telling:
    """What is left to say, and what was said: the need holds a statement from the moment it is made.

    A statement that cannot be made without leaking is dropped.
    """

    def __init__(self, speech: Speech, agenda: Sequence[Statement], goes_on: Callable[[], bool]) -> None:
        """`goes_on` decides, each time it is asked, whether another statement follows in the message."""
        self.need = Need(speech.target)
        self.values: list[str] = []
        """Values and titles said since the list was last emptied."""
        self._speech = speech
        self._left = list(agenda)
        self._goes_on = goes_on

    def opening(self) -> str:
        """The first statement as a request."""
        said = self._state(self._left.pop(0), templates.OPEN) if self._left else None
        if said is None:
            return self._speech.sure(templates.OPEN, {"thing": self._speech.domain.anything})
        return self._with_more(said)

    def next(self) -> tuple[Act, str]:
        """The next statement, or a request for others when everything is said."""
        changes = bool(self._left) and isinstance(self._left[0], Change)
        said = self._first(lambda _: True, templates.TELL)
        if said is None:
            return "more", self._speech.sure(templates.MORE)
        return "change" if changes else "tell", self._with_more(said)

    def reply(self, asked: str) -> str:
        """An answer to a question about `asked`."""
        if asked == LIKED:
            said = self._first(lambda s: isinstance(s, Opinion) and s.side == "liked", templates.ANSWER)
            return self._speech.sure(templates.NOTHING) if said is None else self._with_more(said)
        if asked == AVOID:
            return self._first(_is_against, templates.ANSWER) or self._speech.sure(templates.NOTHING)
        if asked in OPEN_QUESTIONS:
            said = self._first(_is_wanted, templates.TELL) or self._first(lambda _: True, templates.TELL)
            return self._speech.sure(templates.NO_MORE) if said is None else self._with_more(said)
        said = self._first(
            lambda s: isinstance(s, Wish) and same_attribute(asked, s.fact.attribute), templates.ANSWER
        )
        return said or self._repeated(asked) or self._speech.sure(templates.INDIFFERENT)

    def reminder(self, wish: Constraint | Period) -> str | None:
        """A wish that was stated before, for a system that forgot it."""
        if isinstance(wish, Period) or wish.mode == "must":
            return self._again(wish, templates.REMIND)
        fact = Fact(wish.attribute, wish.values[0])
        self._keep(fact)
        return self._speech.ban(templates.REMIND_BAN, fact)

    def change_now(self) -> str | None:
        """The change of mind that is still to come, if there is one."""
        return self._first(lambda s: isinstance(s, Change), templates.TELL)

    @property
    def will_change(self) -> bool:
        return any(isinstance(statement, Change) for statement in self._left)

    def _with_more(self, said: str) -> str:
        """With another statement behind it, if the user goes on; it stays unsaid where both together leak."""
        if not self._goes_on():
            return said
        before = self.need, list(self.values), list(self._left)
        more = self._first(lambda s: not isinstance(s, Change), templates.TELL)
        both = self._speech.together([said, more])
        if both is None:
            self.need, self.values, self._left = before
        return both or said

    def _repeated(self, asked: str) -> str | None:
        wishes = [c for c in self.need.constraints if c.mode == "must" and same_attribute(asked, c.attribute)]
        if wishes:
            return self._again(wishes[0], templates.ANSWER)
        dated = self.need.period if same_attribute(asked, YEAR) else None
        return None if dated is None else self._again(dated, templates.ANSWER)

    def _again(self, wish: Constraint | Period, forms: Sequence[str]) -> str | None:
        if isinstance(wish, Period):
            return self._speech.wish(forms, Fact(YEAR, wish.said, wish))
        fact = Fact(wish.attribute, wish.values[0])
        self._keep(fact)
        return self._speech.wish(forms, fact)

    def _keep(self, *facts: Fact) -> None:
        self.values += [fact.value for fact in facts if fact.period is None]

    def _first(self, fits: Callable[[Statement], bool], forms: Sequence[str]) -> str | None:
        """The first statement that fits and can be made."""
        for statement in [s for s in self._left if fits(s)]:
            self._left.remove(statement)
            said = self._state(statement, forms)
            if said is not None:
                return said
        return None

    def _state(self, statement: Statement, forms: Sequence[str]) -> str | None:
        match statement:
            case Opinion():
                return self._opinion(statement)
            case Change():
                return self._change(statement)
            case Wish(fact, "must_not"):
                said = self._speech.ban(templates.FORBID, fact)
            case Wish(fact):
                said = self._speech.wish(forms, fact)
        if said is not None:
            self.need = self.need.stating([statement.fact.wish(statement.mode)])
            self._keep(statement.fact)
        return said

    def _opinion(self, opinion: Opinion) -> str | None:
        likes = opinion.side == "liked"
        item = opinion.item
        said = self._speech.say(templates.LIKE if likes else templates.DISLIKE, {"title": (_named(item),)})
        if said is not None:
            ids = [item.item_id]
            self.need = self.need.adding(liked=ids) if likes else self.need.adding(disliked=ids)
            self.values.append(_named(item))
        return said

    def _change(self, change: Change) -> str | None:
        """Where the old wish never came out, the new one is stated as any other."""
        old = change.old.wish()
        if old not in (*self.need.constraints, self.need.period):
            return self._state(Wish(change.new), templates.TELL)
        given_up = change.old.value if change.old.period else spoken(change.old.attribute, change.old.value)
        said = self._speech.say(
            templates.CHANGE, {"new": self._speech.domain.thing(change.new), "old": (given_up,)}
        )
        if said is not None:
            self.need = self.need.without(old).stating([change.new.wish()])
            self._keep(change.old, change.new)
        return said


def _named(item: Item) -> str:
    """Its title, with the year where the title alone reads as ordinary words."""
    return item.label() if all(token.key in COMMON for token in tokenize(item.title)) else item.title


def _is_against(statement: Statement) -> bool:
    match statement:
        case Opinion(_, side):
            return side == "disliked"
        case Wish(_, mode):
            return mode == "must_not"
        case _:
            return False


def _is_wanted(statement: Statement) -> bool:
    return isinstance(statement, Wish) and statement.mode == "must"
