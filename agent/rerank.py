"""Both voices on every candidate, fused, with what stands behind each score."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.fusion import Normalisation, fuse
from agent.gather import Candidates, content_scores, heard, user_row
from agent.profile import Profile
from agent.title_words import TITLE
from agent.utterance import Plain
from agent.words import spoken
from agent.world import Priors, World, opening
from catalog import Item, Items
from cf_engine import Evidence
from cf_engine.live.users import LiveUserNeighbours
from language_model.likelihood import PRIOR_WEIGHT

BEING = {
    "genre": "it is", "tag": "it is tagged", "concept": "it is about", "language": "it is in", TITLE: "its name says"
}  # fmt: skip
"""How a reason says what an item is; of other attributes it names the attribute."""


class Facts(Plain):
    """The evidence, in numbers and ids."""

    n_neighbours: int
    """People close in taste whose likes were summed."""
    n_liking: int
    """Those of them who liked the item."""
    n_fans: int
    """People in all who liked it."""
    because: tuple[tuple[str, float], ...]
    """(item id, share) of what the items in `Profile.taken` add to the collaborative score, largest first."""
    meets: tuple[str, ...]
    """Constraint values and tastes that the item meets."""


class Ranked(Plain):
    """One recommended item as plain data; `score` is `alpha * cf + (1 - alpha) * lm`, `lm` the second voice."""

    item_id: str
    score: float
    cf: float
    """Normalised over the candidates."""
    lm: float
    alpha: float
    sources: tuple[str, ...]
    reasons: tuple[str, ...] = ()
    facts: Facts


@dataclass(frozen=True)
class Ranking:
    rows: NDArray[np.int32]
    score: NDArray[np.float64]
    cf: NDArray[np.float64]
    lm: NDArray[np.float64]
    alpha: float


def lm_scores(
    items: Items, noun: str, priors: Priors, profile: Profile, rows: NDArray[np.int32]
) -> NDArray[np.float64]:
    """`log P(title | profile) - PRIOR_WEIGHT * log P(title)` in nats, shape (len(rows),).

    With weight 1 that would be, by Bayes' rule, `log P(profile | item)` up to a constant of the profile: the reversed
    direction. With an empty profile every item gets 0.
    """
    described = profile.describe(items)
    if not described or not len(rows):
        return np.zeros(len(rows), dtype=np.float64)
    titles = [items[int(row)].title for row in rows]
    given = priors.model.log_likelihood(titles, prefix=opening(described, noun))
    return given.corrected(priors.of(titles), weight=PRIOR_WEIGHT)


def voices(
    world: World, profile: Profile, rows: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
    """What the second voice is made of, each of shape (len(rows),): the language model's scores, and those of the
    search by content where it has a share and something to go by."""
    near = content_scores(world, profile) if profile.weighing.content else None
    lm = lm_scores(world.dataset.items, world.dataset.noun, world.priors, profile, rows)
    return lm, None if near is None else near[rows].astype(np.float64)


def rerank(
    world: World,
    profile: Profile,
    candidates: Candidates,
    *,
    alpha: float | None = None,
    normalisation: Normalisation = "z-score",
) -> Ranking:
    """The candidates by falling fused score, ties by catalogue order. `alpha` None: by what is known."""
    rows = candidates.item_index
    weight = profile.alpha if alpha is None else alpha
    if not len(rows):
        nothing = np.zeros(0)
        return Ranking(rows, nothing, nothing, nothing, weight)
    lm, content = voices(world, profile, rows)
    score, cf_part, lm_part = fuse(
        candidates.cf,
        lm,
        alpha=weight,
        content=content,
        share=profile.weighing.content,
        normalisation=normalisation,
    )
    order = np.lexsort((rows, -score))
    return Ranking(rows[order], score[order], cf_part[order], lm_part[order], weight)


def explain(
    world: World, profile: Profile, ranking: Ranking, candidates: Candidates, *, n: int
) -> list[Ranked]:
    """The n best with their evidence and the sentences that it supports.

    Where baskets are the collaborative voice the evidence is what dialogues name together; else that of the people
    near in taste, and not what other parts of the engine add.
    """
    shown = ranking.rows[:n]
    shares, n_neighbours = _evidence(world, profile, shown)
    ranked = []
    for place, evidence in enumerate(shares):
        item = world.dataset.items[evidence.item_index]
        sources = candidates.sources[evidence.item_index]
        facts = _facts(world, profile, evidence, n_neighbours=n_neighbours)
        ranked.append(
            Ranked(
                item_id=item.item_id,
                score=float(ranking.score[place]),
                cf=float(ranking.cf[place]),
                lm=float(ranking.lm[place]),
                alpha=ranking.alpha,
                sources=sources,
                facts=facts,
                reasons=tuple(reasons(world, profile, item, facts, sources)),
            )
        )
    return ranked


def _evidence(world: World, profile: Profile, shown: NDArray[np.int32]) -> tuple[Sequence[Evidence], int]:
    """Of each item, and how many people are behind it."""
    voice, items = world.collaborative, world.dataset.items
    if voice.baskets is not None:
        return voice.baskets.explain(heard(profile, items), shown), 0
    fold_in, user = profile.fold_in(items, world.dataset.interactions.scale), user_row(world, profile)
    people = voice.engine.part("user-neighbours")
    if not isinstance(people, LiveUserNeighbours):
        return voice.engine.explain(fold_in, shown, exclude_user=user), 0
    near, _ = people.neighbours(fold_in, exclude_user=user)
    return people.explain(fold_in, shown, exclude_user=user), len(near)


def _facts(world: World, profile: Profile, evidence: Evidence, *, n_neighbours: int) -> Facts:
    items, like_at = world.dataset.items, world.dataset.interactions.scale.like_at
    taken = set(profile.taken)
    shared = [
        (items[part.item_index].item_id, part.amount)
        for part in evidence.profile_items
        if part.amount > 0 and items[part.item_index].item_id in taken
    ]
    total = sum(amount for _, amount in shared)
    return Facts(
        n_neighbours=n_neighbours,
        n_liking=int((evidence.rating >= like_at).sum()),
        n_fans=int(world.fans[evidence.item_index]),
        because=tuple((item_id, amount / total) for item_id, amount in shared[:3]),
        meets=tuple(dict.fromkeys(value for _, value in _met(profile, items[evidence.item_index]))),
    )


def _met(profile: Profile, item: Item) -> list[tuple[str, str]]:
    """Attributes and values of the item that were asked for or are liked."""
    asked = [(c.attribute, v) for c in profile.constraints if c.mode != "must_not" for v in c.values]
    liked = [(t.attribute, t.value) for t in profile.tastes if t.polarity == "likes"]
    return [
        (a, v)
        for a, v in dict.fromkeys(asked + liked)
        if v in item.attributes.get(a, ()) or _named(item, a, v)
    ]


def _named(item: Item, attribute: str, value: str) -> bool:
    """Whether the value is one that titles tell, and this title tells it."""
    return attribute == TITLE and spoken(value) in spoken(item.title)


def as_asked(met: Sequence[tuple[str, str]]) -> str:
    """`it is Crime, its author is Ann Author, as you asked`."""
    values: dict[str, list[str]] = {}
    for attribute, value in met:
        values.setdefault(attribute, []).append(value)
    said = [
        f"{BEING.get(attribute, f'its {attribute} is')} {' and '.join(found)}"
        for attribute, found in values.items()
    ]
    return f"{', '.join(said)}, as you asked"


def reasons(world: World, profile: Profile, item: Item, facts: Facts, sources: Sequence[str]) -> list[str]:
    """Short sentences, each true of the records and the evidence."""
    said = []
    items = world.dataset.items
    near = "closest to your taste" if profile.liked else "who know most of what you know"
    names = [found.label() for item_id, _ in facts.because[:2] if (found := items.get(item_id))]
    if names and world.collaborative.baskets is not None:
        said.append(f"people who talked of {' or '.join(names)} named it, too")
    if facts.n_liking and names:
        said.append(f"{facts.n_liking} of the {facts.n_neighbours} people {near} liked it")
        said.append(f"you share with them above all {' and '.join(names)}")
    elif facts.n_fans:
        said.append(f"{facts.n_fans} {'person' if facts.n_fans == 1 else 'people'} here liked it")
    if met := _met(profile, item):
        said.append(as_asked(met))
    if profile.period and item.year is not None:
        said.append(f"it is from {item.year}")
    if "content" in sources:
        said.append("what is written or said of it comes close to what you said and named")
    return said
