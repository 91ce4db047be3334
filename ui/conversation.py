"""What the page does when a visitor does something: plain generators and functions, no widgets.

Everything that is drawn is read from the visitor's session, so page and agent never disagree.
"""

import html
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from agent import Reply
from catalog import ConfigError
from ui.cards import ACTIONS, cards_html
from ui.portrait import portrait_html, without
from ui.turns import in_own_thread

if TYPE_CHECKING:
    from agent import Agent, Session
    from agent.parts import Parts

Message = dict[str, str]
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


@dataclass(frozen=True)
class View:
    """What is on the page; None leaves a part as it is.

    `draft` is what stands in the text box, `words` is 1 - alpha, from 0 to 1, `notice` what is said beside the
    conversation.
    """

    transcript: list[Message]
    draft: str | None = None
    cards: str | None = None
    portrait: str | None = None
    words: float | None = None
    auto: bool | None = None
    notice: str = ""


class Desk:
    """One agent's front desk: visitors come with their session id."""

    def __init__(self, agent: "Agent") -> None:
        self._agent = agent

    def session(self, session_id: str) -> "Session":
        """The visitor's session. Raises ConfigError for an empty id, which the agent would take for anyone."""
        if not session_id:
            raise ConfigError("The page is still loading; try again in a moment.")
        return self._agent.session(session_id=session_id)

    def view(self, session_id: str, *, parts: "Parts | None" = None) -> View:
        """The page as the session stands, with the parts of one score drawn on its card."""
        session = self.session(session_id)
        dataset, profile = self._agent.world.dataset, session.profile
        hidden = {*profile["opinions"], *profile["seen"], *profile["refused"]}
        return View(
            transcript=transcript(session),
            cards=cards_html(session.last, noun=dataset.noun, hidden=hidden, parts=parts),
            portrait=portrait_html(profile, dataset.items),
            words=round(1 - session.alpha_used, 2),
            auto=session.alpha is None,
        )

    def say(self, session_id: str, text: str) -> Iterator[View]:
        """The transcript as the reply grows, then the whole page. Blank text changes nothing."""
        session = self.session(session_id)
        if not text.strip():
            yield self.view(session_id)
            return
        before = [*transcript(session), message("user", text)]
        yield View([*before, message("assistant", "…")], draft="")
        said = ""
        for piece in in_own_thread(session.stream(text)):
            if not isinstance(piece, Reply):
                said += piece
                yield View([*before, message("assistant", said)])
        yield self.view(session_id)

    def act(self, session_id: str, action: str, item_id: str) -> Iterator[View]:
        """A button on a card; a press that names no card of the visitor's last list changes nothing."""
        session = self.session(session_id)
        places = {shown.item.item_id: place for place, shown in enumerate(session.last)}
        if action not in ACTIONS or item_id not in places:
            yield self.view(session_id)
            return
        label = session.last[places[item_id]].item.label()
        match action:
            case "why":
                place = places[item_id]
                name = ORDINALS[place] if place < len(ORDINALS) else f"{place + 1}th"
                yield from self.say(session_id, f"Why the {name} one?")
                yield self.view(session_id, parts=session.parts(item_id))
            case "more":
                session.feedback(item_id, "like")
                yield from self.say(session_id, f"More like {label}")
            case "dislike" | "seen":
                session.feedback(item_id, "dislike" if action == "dislike" else "seen")
                yield self.view(session_id)

    def forget(self, session_id: str, part: str, key: str) -> Iterator[View]:
        """Take one thing out of what is known of the visitor."""
        session = self.session(session_id)
        session.set_profile(without(session.profile, part, key))
        yield self.view(session_id)

    def take_ratings(self, session_id: str, path: str) -> Iterator[View]:
        """Take over a visitor's own ratings, and say what came of it."""
        session = self.session(session_id)
        found = session.import_ratings(path)
        yield replace(self.view(session_id), notice=str(found))

    def weigh(self, session_id: str, words: float | None) -> Iterator[View]:
        """Set how much the visitor's words count, from 0 to 1; None lets Duetto choose."""
        self.session(session_id).set_alpha(None if words is None else 1 - words)
        yield self.view(session_id)

    def undo(self, session_id: str) -> Iterator[View]:
        """Take the last turn back; its message becomes the draft."""
        said = self.session(session_id).undo()
        yield replace(self.view(session_id), draft=said or "")

    def retry(self, session_id: str) -> Iterator[View]:
        """Take the last turn back and say its message again."""
        said = self.session(session_id).undo()
        if said is None:
            yield self.view(session_id)
        else:
            yield from self.say(session_id, said)

    def clear(self, session_id: str) -> Iterator[View]:
        """Forget the visitor's conversation and profile."""
        self.session(session_id).clear()
        yield replace(self.view(session_id), draft="")

    def leave(self, session_id: str) -> None:
        """Forget a visitor who went away, if they ever came."""
        if session_id:
            self.session(session_id).clear()


def transcript(session: "Session") -> list[Message]:
    """The turns in the form that the chat widget takes."""
    return [message(turn["role"], turn["text"]) for turn in session.turns]


def message(role: str, text: str) -> Message:
    """Plain text for the chat widget, which takes tags for HTML even where it renders no Markdown."""
    return {"role": role, "content": html.escape(text, quote=False)}
