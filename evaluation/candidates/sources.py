"""Every source of candidates, each as an order of the whole catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from agent.gather import N_CONTENT, N_NEIGHBOURS
from agent.wishes import wish_of
from catalog import Dataset, Item, Items, Progress
from evaluation.rows import Situation, Train
from evaluation.rows.learnt import content_search
from evaluation.rows.order import Order
from retrieval import ContentSearch, card_of

if TYPE_CHECKING:
    from retrieval import Embedder

RANDOM, POPULARITY, NEIGHBOURS = "random", "popularity", "neighbours"
CONTENT, TURNS, PRODUCT = "content", "neighbours and content in turns", "the product's mix"
WITHOUT = ", no texts"
AHEAD = N_NEIGHBOURS // N_CONTENT
"""Candidates that the product takes of the neighbours for each by content."""
BLENDS: Mapping[str, tuple[str, ...]] = {
    "dense: words": ("words",),
    "dense: cards of what came up": ("alike",),
    "dense": ("words", "alike"),
    "lexical": ("lexical",),
    "dense and lexical": ("words", "alike", "lexical"),
    "attributes and years": ("attributes", "years"),
    "talk": ("talk", "around"),
    CONTENT: ("words", "alike", "lexical", "attributes", "years", "talk", "around"),
}
"""Rows by the voices of the search by content that they blend, by the weights of the product."""
OF_TEXT = frozenset({"words", "alike", "lexical"})
"""Voices that read the texts of the items."""


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """`plain` searches cards without the items' texts; None where no item has one."""

    items: Items
    train: Train
    embedder: Embedder
    rich: ContentSearch
    plain: ContentSearch | None
    seed: int

    @classmethod
    def over(
        cls,
        dataset: Dataset,
        train: Train,
        embedder: Embedder,
        *,
        seed: int,
        progress: Progress | None = None,
    ) -> Self:
        """`dataset` with the dialogues that may be learnt from."""
        dataset = replace(dataset, card=card_of(dataset))
        rich = content_search(dataset, embedder, progress=progress)
        plain = None
        if any(item.text for item in dataset.items):
            bare = replace(dataset, name=f"{dataset.name}{WITHOUT}", items=Items(map(_bare, dataset.items)))
            plain = content_search(bare, embedder, progress=progress)
        return cls(dataset.items, train, embedder, rich, plain, seed)

    def orders(self, situation: Situation) -> Iterator[tuple[str, NDArray[np.int32]]]:
        """By name, all items, the best first: what the agent may show before what it may not."""
        shuffle = np.random.default_rng([self.seed, situation.key]).random(len(self.items))
        fans = self.train.n_ratings
        neighbours = self.train.cf_scores(situation)
        yield RANDOM, _order(shuffle, situation)
        yield POPULARITY, _order(fans, situation)
        yield NEIGHBOURS, _order(neighbours, situation)
        wish = wish_of(situation.profile, self.items, embedder=self.embedder)
        for search, name, blends in self._searches():
            voices, weights = search.voices(wish), search.weights
            for row, parts in blends.items():
                score = sum(
                    (getattr(weights, part) * voices[part] for part in parts if part in voices),
                    np.zeros(len(self.items), np.float32),
                )
                order = _order(score, situation)
                yield f"{row}{name}", order
                if row == CONTENT:
                    by_people = _order(neighbours, situation)
                    yield f"{TURNS}{name}", in_turns(by_people, order, ahead=1)
                    yield f"{PRODUCT}{name}", in_turns(by_people, order, ahead=AHEAD)

    def _searches(self) -> Iterator[tuple[ContentSearch, str, Mapping[str, Sequence[str]]]]:
        yield self.rich, "", BLENDS
        if self.plain is not None:
            yield self.plain, WITHOUT, {row: parts for row, parts in BLENDS.items() if OF_TEXT & set(parts)}


def in_turns(first: NDArray[np.int32], second: NDArray[np.int32], *, ahead: int) -> NDArray[np.int32]:
    """`ahead` items of the first order for each of the second, whatever the budget: an item that has come already
    is passed over, so that every place is filled. Both hold the same items."""
    wanted, others = iter(first.tolist()), iter(second.tolist())
    taken: dict[int, None] = {}
    while len(taken) < len(first):
        for source in (*repeat(wanted, ahead), others):
            new = next((item for item in source if item not in taken), None)
            if new is not None:
                taken[new] = None
    return np.fromiter(taken, np.int32, len(taken))


def _order(score: NDArray[np.floating], situation: Situation) -> NDArray[np.int32]:
    return Order.of(score, situation, tiers=True).all()


def _bare(item: Item) -> Item:
    return replace(item, text=None)
