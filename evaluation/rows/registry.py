"""The rows that every ranking table carries, in one place.

A row scores the whole catalogue for a situation; `fit` gives its scorer for what was learnt, or None where
the row says nothing. The last two rows, LM alone and fused, order a pool that the language model scores, and
come from the panel.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from cf_engine import FoldIn
from evaluation.rows.learnt import Content, Train
from evaluation.rows.pool import Scores, pooled
from evaluation.rows.situation import MAY, Situation

RANDOM, POPULARITY, WISHES = "random", "popularity", "popularity within wishes"
COPY, COSINE, CONTENT, CF = "copy", "embedding cosine", "content", "CF alone"
BOTH, LM, FUSED = "CF and content", "LM alone", "fused"
RANKS, LEARNED = "reciprocal ranks", "learned"

Relevant: TypeAlias = Literal["liked", "rated"]
"""What counts as found: items that a person likes, or all that they rate, however."""
Scorer: TypeAlias = Callable[[Situation], Scores]


@dataclass(frozen=True, slots=True, eq=False)
class Learnt:
    """What a row may be fitted on, and for what. `dialogue` says whether the examples are dialogues."""

    train: Train
    content: Content | None
    seed: int
    dialogue: bool
    relevant: Relevant


@dataclass(frozen=True, slots=True)
class Row:
    """`tiered` rows keep to what a dialogue asks and rules out, as the agent does: tiers come before scores."""

    name: str
    about: str
    fit: Callable[[Learnt], Scorer | None]
    tiered: bool = False


def _random(learnt: Learnt) -> Scorer:
    n_items = learnt.train.matrix.shape[1]
    return lambda situation: np.random.default_rng([learnt.seed, situation.key]).random(n_items)


def popularity(learnt: Learnt) -> Scores:
    """How many people took to each item, shape (n_items,)."""
    train = learnt.train
    return train.n_ratings if learnt.relevant == "rated" else train.popularity.scores(FoldIn.of({}))


def _popularity(learnt: Learnt) -> Scorer:
    counts = popularity(learnt)
    return lambda _: counts


def _wishes(learnt: Learnt) -> Scorer | None:
    return _popularity(learnt) if learnt.dialogue else None


def _copy(learnt: Learnt) -> Scorer | None:
    """What was mentioned last comes first; behind it a shuffle, so that nothing else earns anything."""
    if not learnt.dialogue:
        return None
    by_chance = _random(learnt)

    def scores(situation: Situation) -> Scores:
        score = by_chance(situation)
        score[situation.mentioned] = 1 + np.arange(len(situation.mentioned))
        return score

    return scores


def _cosine(learnt: Learnt) -> Scorer | None:
    content = learnt.content
    return None if content is None else (lambda situation: content.cosine(situation.profile))


def _content(learnt: Learnt) -> Scorer | None:
    content = learnt.content
    return None if content is None else (lambda situation: content.scores(situation.profile))


def _cf(learnt: Learnt) -> Scorer:
    return learnt.train.cf_scores


def _both(learnt: Learnt) -> Scorer | None:
    """In dialogues, where the agent gives content a share."""
    content, train = learnt.content, learnt.train
    if content is None or not learnt.dialogue:
        return None

    def scores(situation: Situation) -> Scores:
        profile = situation.profile
        return pooled(
            train.cf_scores(situation), content.scores(profile), situation.tier == MAY, alpha=profile.alpha
        )

    return scores


BASELINES: tuple[Row, ...] = (
    Row(RANDOM, "a seeded shuffle", _random),
    Row(POPULARITY, "how many people liked it, or rated it where that counts as found", _popularity),
    Row(WISHES, "the popular among what the dialogue asks for and does not rule out", _wishes, tiered=True),
    Row(COPY, "what the dialogue mentioned, the last first", _copy),
    Row(COSINE, "nearness of its card to what is liked and wished", _cosine),
    Row(CONTENT, "the product's search by content", _content, tiered=True),
    Row(CF, "people who share the taste (alpha 1)", _cf, tiered=True),
    Row(BOTH, "both by the agent's alpha, without the language model", _both, tiered=True),
)
