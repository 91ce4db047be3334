"""One person's conversation: what they said, what they were shown, and how to take it back."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from langchain_core.runnables import RunnableConfig

from agent.fusion import checked_alpha, weigh
from agent.graph import Graph, State
from agent.own_ratings import Imported, import_ratings
from agent.parts import Parts, parts_of
from agent.profile import Opinion, Profile
from agent.rerank import Ranked
from catalog import ConfigError, Item

if TYPE_CHECKING:
    from agent.agent import Agent

Feedback = Literal["like", "dislike", "seen"]
MAX_MESSAGE = 100_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Recommendation:
    """A recommended item with both voices' normalised scores and reasons that the evidence supports."""

    item: Item
    score: float
    cf: float
    lm: float
    reasons: list[str]
    parts: Parts | None = None
    """The score in parts, where they were asked for."""


@dataclass(frozen=True)
class Reply:
    text: str
    recommendations: list[Recommendation]
    """The list shown with this reply; empty when it shows none."""
    intent: str
    question: str | None
    """The key of the question asked, or None."""
    timings: dict[str, float]
    """Seconds per step of the turn."""


class Session:
    """A conversation that survives the process. One turn runs at a time; a second caller waits.

    Every change is a checkpoint: a turn, a click on a card, a new alpha.
    """

    def __init__(self, agent: "Agent", session_id: str, user_id: str | None) -> None:
        self._agent = agent
        self.session_id = session_id
        self._user_id = user_id
        self._lock = agent.lock_of(session_id)

    def say(self, text: str) -> Reply:
        """Answer a message. Raises catalog.ConfigError when it is no text."""
        last: Reply | None = None
        for piece in self.stream(text):
            if isinstance(piece, Reply):
                last = piece
        if last is None:
            raise RuntimeError("a turn ended without a reply")
        return last

    def stream(self, text: str) -> Iterator[str | Reply]:
        """The reply's text in pieces, then the `Reply` itself."""
        message = _cleaned(text)
        with self._lock:
            graph = self._agent.graph()
            start: State = {"message": message, "profile": self._profile().model_dump(mode="json")}
            for piece in graph.stream(start, self._config, stream_mode="custom", durability="exit"):
                yield str(piece)
            yield self._reply(graph)

    @property
    def turns(self) -> list[dict[str, str]]:
        """What was said, as `{"role", "text"}`, oldest first."""
        return list(self._state().get("turns", []))

    @property
    def profile(self) -> dict[str, Any]:
        """What is known of the person, as plain data."""
        return self._profile().model_dump(mode="json")

    @property
    def utterance(self) -> dict[str, Any]:
        """How the last message was understood, an `Utterance` as plain data."""
        return dict(self._state().get("utterance", {}))

    @property
    def alpha(self) -> float | None:
        """The person's own weight, or None where the default by what is known of them counts."""
        return self._state().get("alpha")

    @property
    def alpha_used(self) -> float:
        """The weight that counts: their own, or else the default."""
        own = self.alpha
        return self._agent.alpha_for(self._profile()) if own is None else own

    @property
    def last(self) -> list[Recommendation]:
        """The list that was last shown."""
        return self._recommendations(self._state())

    def set_profile(self, profile: dict[str, Any]) -> None:
        """Replace what is known. Raises pydantic.ValidationError for data that is no profile."""
        with self._lock:
            self._save({"profile": Profile.model_validate(profile).model_dump(mode="json")})

    def import_ratings(self, path: str | Path) -> Imported:
        """Take over the ratings of an export of Letterboxd, IMDb, Goodreads or MovieLens, a CSV file; what was said
        in the conversation stays. Raises catalog.DataError for what is none, and changes nothing then."""
        with self._lock:
            profile = self._profile()
            found = import_ratings(Path(path), profile, self._agent.world.dataset.items)
            self._save({"profile": profile.model_dump(mode="json")})
            return found

    def set_alpha(self, alpha: float | None) -> list[Recommendation]:
        """Weigh the voices anew and reorder the last list. Raises catalog.ConfigError outside [0, 1]."""
        weight = None if alpha is None else checked_alpha(alpha)
        with self._lock:
            state = self._state()
            last = [Ranked.model_validate(r) for r in state.get("last", [])]
            used = self._agent.alpha_for(self._profile()) if weight is None else weight
            again = [r.model_copy(update={"alpha": used, "score": weigh(r.cf, r.lm, used)}) for r in last]
            again.sort(key=lambda r: -r.score)
            self._save({"alpha": weight, "last": [r.model_dump(mode="json") for r in again]})
            return self._recommendations(self._state())

    def feedback(self, item_id: str, kind: Feedback) -> None:
        """A click instead of words. Raises catalog.ConfigError for an unknown item or kind."""
        if self._agent.world.dataset.items.get(item_id) is None:
            raise ConfigError(f"There is no item {item_id!r} in this catalogue.")
        with self._lock:
            profile = self._profile()
            if kind == "seen":
                profile.seen.append(item_id)
            elif kind in {"like", "dislike"}:
                weight = 0.8 if kind == "like" else -0.8
                profile.opinions[item_id] = Opinion(weight=weight, time=time.time(), said=f"you chose {kind}")
                if kind == "dislike":
                    profile.refused.append(item_id)
            else:
                raise ConfigError(f"{kind!r} is no feedback; say like, dislike or seen.")
            self._save({"profile": profile.model_dump(mode="json")})

    def explain(self, item_id: str) -> dict[str, Any]:
        """Scores, reasons and evidence of an item of the last list. Raises catalog.ConfigError for another."""
        for entry in self._state().get("last", []):
            if entry["item_id"] == item_id:
                return dict(entry)
        raise ConfigError(f"Item {item_id!r} is not in the last list, so there is nothing to explain.")

    def parts(self, item_id: str) -> Parts:
        """What each item of the profile and each phrase adds to the score of an item of the last list, as things
        are known now; the language model reads the profile once without each phrase. Raises catalog.ConfigError
        for an item that is not in the list."""
        self.explain(item_id)
        state, world, profile = self._state(), self._agent.world, self._profile()
        listed = {entry["item_id"] for entry in state["last"]}
        profile.shown = [one for one in profile.shown if one not in listed]
        rows = np.array(state["candidates"]["item_index"], np.int32)
        place = rows.tolist().index(world.dataset.items.index_of(item_id))
        (parts,) = parts_of(world, profile, rows, [place], alpha=self.alpha_used)
        return parts

    def undo(self) -> str | None:
        """Take back the last turn with all that followed it; returns its message, None when there is none."""
        with self._lock:
            state = self._state()
            turn = state.get("turn", 0)
            if not turn:
                return None
            message = state["turns"][-2]["text"]
            graph = self._agent.graph()
            before = (s for s in graph.get_state_history(self._config) if s.values.get("turn", 0) == turn - 1)
            earlier = next(before, None)
            values: State = {**_BLANK, **(earlier.values if earlier else {})}  # type: ignore[typeddict-item]
            self._save(values)
            return message

    def clear(self) -> None:
        """Forget the conversation and the profile."""
        with self._lock:
            self._agent.forget(self.session_id)

    @property
    def _config(self) -> RunnableConfig:
        return {"configurable": {"thread_id": self.session_id}}

    def _state(self) -> State:
        return self._agent.graph().get_state(self._config).values  # type: ignore[return-value]

    def _save(self, change: State) -> None:
        self._agent.graph().update_state(self._config, change, as_node="reply")

    def _profile(self) -> Profile:
        plain = self._state().get("profile")
        return Profile.model_validate(plain) if plain else Profile(user_id=self._user_id)

    def _reply(self, graph: Graph) -> Reply:
        state: State = graph.get_state(self._config).values  # type: ignore[assignment]
        decision = state["decision"]
        shows = decision["act"] == "recommend"
        return Reply(
            text=state["reply"],
            recommendations=self._recommendations(state) if shows else [],
            intent=state["utterance"]["intent"],
            question=decision["question"],
            timings=state["timings"],
        )

    def _recommendations(self, state: State) -> list[Recommendation]:
        items = self._agent.world.dataset.items
        return [
            Recommendation(item, r["score"], r["cf"], r["lm"], list(r["reasons"]))
            for r in state.get("last", [])
            if (item := items.get(r["item_id"])) is not None
        ]


_BLANK: State = {
    "message": "",
    "alpha": None,
    "turn": 0,
    "turns": [],
    "profile": {},
    "utterance": {},
    "decision": {},
    "candidates": {},
    "relaxed": [],
    "last": [],
    "focus": None,
    "asked": [],
    "reply": "",
    "timings": {},
}


def _cleaned(text: str) -> str:
    if not isinstance(text, str):
        raise ConfigError(f"A message is text; this is {type(text).__name__}.")
    return _CONTROL.sub(" ", text[:MAX_MESSAGE]).strip()
