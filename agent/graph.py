"""A turn as a LangGraph graph: understand, remember, decide, gather, rerank, reply."""

import re
import time
from collections.abc import Sequence
from typing import Any, Protocol, TypedDict

import numpy as np
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from agent.checker import untrue
from agent.gather import Candidates, gather, relax
from agent.parser import Context, Parser
from agent.policy import Decision, decide
from agent.profile import Profile
from agent.realiser import realise
from agent.rerank import Ranked, explain, rerank
from agent.utterance import Utterance
from agent.world import World
from agent.writer import Writer

N_SHOWN = 5


class State(TypedDict, total=False):
    """What a checkpoint holds: JSON types alone."""

    message: str
    alpha: float | None
    turn: int
    turns: list[dict[str, str]]
    profile: dict[str, Any]
    utterance: dict[str, Any]
    decision: dict[str, Any]
    candidates: dict[str, Any]
    relaxed: list[str]
    last: list[dict[str, Any]]
    """The list last shown, `Ranked` as data."""
    focus: str | None
    asked: list[str]
    reply: str
    timings: dict[str, float]
    """Seconds per step of the last turn."""


class Step(Protocol):
    __name__: str

    def __call__(self, state: State) -> State: ...


Graph = CompiledStateGraph[State, None, State, State]


class Turn:
    """The six steps over one world, each from state to what it changes of it."""

    def __init__(
        self,
        world: World,
        *,
        alpha: float | None = None,
        parser: Parser | None = None,
        writer: Writer | None = None,
    ) -> None:
        self._world = world
        self._alpha = alpha
        self._parser = parser or world.parser
        self._writer = writer

    def understand(self, state: State) -> State:
        shown = tuple(r["item_id"] for r in state.get("last", []))
        utterance = self._parser(state["message"], Context(shown=shown, focus=state.get("focus")))
        return {"utterance": utterance.model_dump(mode="json")}

    def remember(self, state: State) -> State:
        profile, utterance = self._read(state)
        data, items = self._world.dataset.interactions, self._world.dataset.items
        if profile.user_id is not None:
            rows, ratings, times = data.of_user(profile.user_id)
            moments = times.tolist() if times is not None else [0] * len(rows)
            rated = zip((items[int(r)].item_id for r in rows), ratings.tolist(), moments, strict=True)
            profile.adopt(rated, data.scale)
        profile.update(utterance)
        return {"profile": profile.model_dump(mode="json")}

    def decide(self, state: State) -> State:
        profile, utterance = self._read(state)
        asked = state.get("asked", [])
        said = (
            utterance.mentions
            or utterance.tastes
            or utterance.constraints
            or utterance.period
            or utterance.wish
        )
        decision = decide(utterance, profile, asked=asked, nothing_new=not said)
        focus = decision.item_id or next((m.item_id for m in utterance.mentions), None)
        return {
            "decision": decision.model_dump(mode="json"),
            "asked": [*asked, decision.question] if decision.question else asked,
            "focus": focus,
            "relaxed": [],
        }

    def gather(self, state: State) -> State:
        profile, _ = self._read(state)
        profile, relaxed = relax(self._world.eligibility, profile)
        found = gather(self._world, profile)
        return {
            "candidates": {
                "item_index": found.item_index.tolist(),
                "cf": found.cf.tolist(),
                "sources": {str(row): list(sources) for row, sources in found.sources.items()},
            },
            "relaxed": relaxed,
        }

    def rerank(self, state: State) -> State:
        profile, _ = self._read(state)
        candidates = _candidates(state["candidates"])
        own = state.get("alpha")
        ranking = rerank(self._world, profile, candidates, alpha=self._alpha if own is None else own)
        shown = explain(self._world, profile, ranking, candidates, n=N_SHOWN)
        profile.shown.extend(r.item_id for r in shown)
        return {
            "last": [r.model_dump(mode="json") for r in shown],
            "profile": profile.model_dump(mode="json"),
            "focus": None,
        }

    def reply(self, state: State) -> State:
        profile, utterance = self._read(state)
        ranked = [Ranked.model_validate(r) for r in state.get("last", [])]
        decision = Decision.model_validate(state["decision"])
        plain = realise(
            self._world,
            decision,
            utterance=utterance,
            profile=profile,
            ranked=ranked,
            relaxed=state.get("relaxed", []),
        )
        text = self._rewritten(plain, utterance, profile, ranked)
        write = get_stream_writer()
        for piece in re.findall(r"\s*\S+", text):
            write(piece)
        said = [{"role": "user", "text": state["message"]}, {"role": "assistant", "text": text}]
        return {
            "reply": text,
            "turn": state.get("turn", 0) + 1,
            "turns": [*state.get("turns", []), *said],
        }

    def _rewritten(self, plain: str, utterance: Utterance, profile: Profile, ranked: Sequence[Ranked]) -> str:
        """The writer's version of the reply when all of it is true, else the plain one."""
        if self._writer is None:
            return plain
        items = self._world.dataset.items
        named = (
            {r.item_id for r in ranked}
            | {*profile.opinions, *profile.taken}
            | {m.item_id for m in utterance.mentions}
        )
        about = [item for i in sorted(named) if (item := items.get(i))]
        granted = [v for c in profile.constraints for v in c.values] + [t.value for t in profile.tastes]
        text = self._writer(plain, utterance.text)
        return text if text and not untrue(text, self._world, about=about, granted=granted) else plain

    def _read(self, state: State) -> tuple[Profile, Utterance]:
        return Profile.model_validate(state["profile"]), Utterance.model_validate(state["utterance"])


def build(turn: Turn, checkpointer: BaseCheckpointSaver[Any]) -> Graph:
    """The compiled graph; candidates are gathered only when the decision is to recommend."""
    graph: StateGraph[State, None, State, State] = StateGraph(State)
    for step in (turn.understand, turn.remember, turn.decide, turn.gather, turn.rerank, turn.reply):
        graph.add_node(f"{step.__name__}", _timed(step))
    graph.add_edge(START, "understand")
    graph.add_edge("understand", "remember")
    graph.add_edge("remember", "decide")
    graph.add_conditional_edges("decide", _after_decision, ["gather", "reply"])
    graph.add_edge("gather", "rerank")
    graph.add_edge("rerank", "reply")
    graph.add_edge("reply", END)
    return graph.compile(checkpointer=checkpointer)


def _after_decision(state: State) -> str:
    return "gather" if state["decision"]["act"] == "recommend" else "reply"


def _timed(step: Step) -> Step:
    def run(state: State) -> State:
        began = time.perf_counter()
        change = step(state)
        earlier = {} if step.__name__ == "understand" else state.get("timings", {})
        change["timings"] = {**earlier, step.__name__: time.perf_counter() - began}
        return change

    return run


def _candidates(plain: dict[str, Any]) -> Candidates:
    return Candidates(
        np.array(plain["item_index"], dtype=np.int32),
        np.array(plain["cf"], dtype=np.float64),
        {int(row): tuple(sources) for row, sources in plain["sources"].items()},
    )
