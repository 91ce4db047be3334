"""Who chooses and who reports: turns of train dialogues, or people of whom a few ratings are known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from agent.wishes import wish_of
from catalog import ConfigError, Dataset, Dialogue, Items
from cf_engine import best
from evaluation.cards.settings import CardSettings
from evaluation.ranking.newcomers import newcomers
from evaluation.ranking.settings import NewPersonSettings
from evaluation.rows import DialogueReader, Situation, history_of
from evaluation.turns.context import contexts
from evaluation.turns.following import Following
from retrieval import Embedder, Wish

Part: TypeAlias = Literal["choosing", "reporting"]
PARTS: tuple[Part, ...] = ("choosing", "reporting")


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What is known at one moment as the search by content takes it, and `wanted`, rows that are to be found.

    `cluster` names the dialogue or the person.
    """

    name: str
    cluster: str
    situation: Situation
    wish: Wish
    wanted: NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """By part; `taught` are the dialogues that both parts may learn from, `said` how the parts were made."""

    of: Mapping[Part, Sequence[Case]]
    taught: Sequence[Dialogue]
    said: str


def best_known(dataset: Dataset, most: int) -> Dataset:
    """The same with the items alone that the most ratings and dialogues name, in their order."""
    rows, items = dataset.interactions, dataset.items
    if len(items) <= most:
        return dataset
    fans = np.bincount(rows.item_index, minlength=len(items)).astype(np.float64)
    for dialogue in dataset.dialogues:
        fans[[*{items.index_of(one) for turn in dialogue.turns for one in turn.items if one in items}]] += 1
    kept = np.sort(best(fans, most))
    place = np.full(len(items), -1, np.int32)
    place[kept] = np.arange(most)
    own = rows.subset(np.flatnonzero(place[rows.item_index] >= 0))
    return replace(
        dataset,
        items=Items(items[int(row)] for row in kept),
        interactions=replace(own, item_index=place[own.item_index]),
    )


def cases(dataset: Dataset, settings: CardSettings, embedder: Embedder) -> Cases:
    """Of the data set's dialogues where it has some, else of its people.

    Raises ConfigError where too few are there to choose and to report.
    """
    return (
        _dialogues(dataset, settings, embedder) if dataset.dialogues else _people(dataset, settings, embedder)
    )


def _dialogues(dataset: Dataset, settings: CardSettings, embedder: Embedder) -> Cases:
    order = np.random.default_rng(settings.seed).permutation(len(dataset.dialogues))
    n = min(settings.cases, len(order) // 4)
    if not n:
        raise ConfigError(f'"{dataset.name}" has {len(order)} dialogues, too few to choose a card by.')
    chosen = {
        part: [dataset.dialogues[i] for i in order[p * n : (p + 1) * n]] for p, part in enumerate(PARTS)
    }
    fans = np.bincount(dataset.interactions.item_index, minlength=len(dataset.items)).astype(np.float32)
    reader = DialogueReader.over(dataset.items, fans=fans, scale=dataset.interactions.scale)
    return Cases(
        {part: list(_turns(some, reader, embedder)) for part, some in chosen.items()},
        [dataset.dialogues[i] for i in order[2 * n :]],
        f"Of the train dialogues {n} choose, {n} others report, and what people say around an item is learnt from "
        "the rest. To be found are the new items that an assistant turn names, by all turns before it.",
    )


def _turns(dialogues: Sequence[Dialogue], reader: DialogueReader, embedder: Embedder) -> Iterator[Case]:
    """A case for each context that names a new item."""
    items = reader.items
    for dialogue_id, own in groupby(contexts(dialogues, items), key=lambda one: one.dialogue.dialogue_id):
        following = Following(reader)
        for one in own:
            labels = [label for label in one.labels if label not in one.mentioned]
            if labels:
                situation = following.situation(one)
                wish = wish_of(situation.profile, items, embedder=embedder)
                wanted = np.array([items.index_of(label) for label in labels], np.int32)
                yield Case(one.name, dialogue_id, situation, wish, wanted)


def _people(dataset: Dataset, settings: CardSettings, embedder: Embedder) -> Cases:
    """Of the part of the people by whom `evaluate ranking --setting new-person` validates."""
    found = newcomers(
        dataset, NewPersonSettings(seed=settings.seed, reveal=(settings.known,), least_relevant=1)
    )
    n = min(settings.cases, len(found.validation) // 2)
    if not n:
        raise ConfigError(f'too few people of "{dataset.name}" like several items to choose a card by them')
    ratings, like_at = dataset.interactions, dataset.interactions.scale.like_at

    def case(user: int) -> Case:
        known, hidden = np.split(found.rows[user], [settings.known])
        situation = history_of(user, ratings.subset(np.sort(known)), items=dataset.items)
        wanted = ratings.item_index[hidden][ratings.rating[hidden] >= like_at]
        wish = wish_of(situation.profile, dataset.items, embedder=embedder)
        return Case(ratings.user_ids[user], ratings.user_ids[user], situation, wish, wanted)

    people = {part: found.validation[p * n : (p + 1) * n].tolist() for p, part in enumerate(PARTS)}
    return Cases(
        {part: [case(user) for user in users] for part, users in people.items()},
        (),
        f"Of the people who validate the ranking of new people, {n} choose and {n} others report. To be found is what "
        f"else a person likes, by {settings.known} of their ratings: nobody says a word here, so what "
        "a card with less on it loses for those who do is not seen.",
    )
