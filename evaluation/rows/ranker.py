"""The rows as recommenders that are given a dialogue."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from agent.fusion import Normalisation, fuse
from agent.recall import Recall
from cf_engine import FoldIn, preset
from evaluation.contract import Turns
from evaluation.rows.learnt import Train
from evaluation.rows.panel import Judgement, Jury, Panel
from evaluation.rows.registry import CF, COPY, FUSED, LM, POPULARITY
from evaluation.rows.situation import BARRED, DialogueReader, Situation

Said: TypeAlias = tuple[tuple[str, str], ...]
"""Role and text of each turn."""
Order: TypeAlias = Callable[[Situation, Judgement], NDArray[np.int32]]
KEPT = 64


def recommenders(panel: Panel, *, alpha: float | None = None) -> tuple[RowRecommender, ...]:
    """Every row that the panel has something for but copy, the registry's first.

    They learn from all interactions of the panel's data set. `alpha` weighs the voices of the fused row;
    None as the agent does, by how many items a person spoke of.
    """
    items, interactions = panel.dataset.items, panel.dataset.interactions
    train = Train(interactions, items, engine=preset(panel.dataset.name))
    fans = train.popularity.scores(FoldIn.of({}))
    hearing = _Hearing(DialogueReader.over(items, fans=fans, scale=interactions.scale))
    jury = panel.fit(train, dialogue=True)
    found = [
        RowRecommender(
            name, _Bench(hearing, replace(jury, scorers={name: scorer}, likelihood=None)), partial(_own, name)
        )
        for name, scorer in jury.scorers.items()
        if name != COPY
    ]
    if jury.likelihood is not None:
        needed = {name: jury.scorers[name] for name in (POPULARITY, CF)}
        voices = _Bench(hearing, replace(jury, scorers=needed))
        found += [
            RowRecommender(name, voices, partial(_fused, weight, share, panel.settings.normalisation))
            for name, weight, share in ((LM, 0.0, 0.0), (FUSED, alpha, None))
        ]
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class RowRecommender:
    """A row that ranks after a dialogue. What the dialogue bars is left out, as the agent has it."""

    name: str
    bench: _Bench
    order: Order

    def rank(self, turns: Turns, *, k: int) -> list[str]:
        situation, said = self.bench.judged(tuple((turn["role"], turn["text"]) for turn in turns))
        rows = self.order(situation, said)
        ids = self.bench.ids
        return [ids[row] for row in rows[situation.tier[rows] != BARRED][:k]]


class _Bench:
    """A jury that hears dialogues; its latest judgements are kept, for rows that share it."""

    def __init__(self, hearing: _Hearing, jury: Jury) -> None:
        self.ids = hearing.reader.items.ids
        self.judged = lru_cache(maxsize=2)(partial(_judged, hearing, jury))


class _Hearing:
    """Reads dialogues; a longer one goes on from what was heard of its beginning."""

    def __init__(self, reader: DialogueReader) -> None:
        self.reader = reader
        self._recall = lru_cache(maxsize=KEPT)(self._heard)

    def situation(self, turns: Said) -> Situation:
        """Seeded by the words, so that each dialogue has a shuffle of its own."""
        key = zlib.crc32("\n".join(text for _, text in turns).encode())
        return self.reader.situation(
            self._recall(turns).profile, key=key, mentioned=np.empty(0, dtype=np.int32)
        )

    def _heard(self, turns: Said) -> Recall:
        if not turns:
            return self.reader.begin()
        before = self._recall(turns[:-1])
        recall = replace(before, profile=before.profile.model_copy(deep=True))
        role, text = turns[-1]
        recall.hear({"role": role, "text": text})
        return recall


def _judged(hearing: _Hearing, jury: Jury, turns: Said) -> tuple[Situation, Judgement]:
    situation = hearing.situation(turns)
    return situation, jury.judge(situation)


def _own(name: str, _: Situation, said: Judgement) -> NDArray[np.int32]:
    return said.order[name].all()


def _fused(
    alpha: float | None,
    share: float | None,
    normalisation: Normalisation,
    situation: Situation,
    said: Judgement,
) -> NDArray[np.int32]:
    """The pool by fused score, ties by catalogue order, then all others by CF. Alpha and the share of content are
    the agent's where they are None."""
    by_cf = said.order[CF].all()
    if not len(said.pool):
        return by_cf
    profile = situation.profile
    score, _, _ = fuse(
        np.array(said.cf),
        np.array(said.lm),
        alpha=profile.alpha if alpha is None else alpha,
        content=np.array(said.content) if said.content else None,
        share=profile.weighing.content if share is None else share,
        normalisation=normalisation,
    )
    first = said.pool[np.lexsort((said.pool, -score))]
    return np.concatenate([first, by_cf[~np.isin(by_cf, first)]])
