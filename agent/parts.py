"""A score in exact parts: what each item of the profile gives, and each phrase of what the person said."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from agent.fusion import second_voice, z_score
from agent.gather import cf_scores, content_scores, heard, user_row
from agent.profile import Profile
from agent.rerank import lm_scores
from agent.utterance import Plain
from agent.world import World

EVERYONE = "what people like at all"
TOGETHER = "the phrases together"
NEAR = "what is written and said of it"


class Part(Plain):
    """What one thing adds to a score; below zero what it takes away."""

    about: str
    """An item's label, a phrase, or what is left that belongs to none of them."""
    item_id: str | None = None
    amount: float


class Parts(Plain):
    """`score` is the sum of all amounts: `people` adds up to `alpha * cf`, `words` to `(1 - alpha) * lm`.

    Of a phrase the amount is by how much the likelihood falls when it is left out; where the search by content is
    a part of the second voice, that is one amount. Phrases say some things twice and others only together, so
    what they do not account for stands beside them. The largest amounts come first, the rest last.
    """

    item_id: str
    score: float
    alpha: float
    people: tuple[Part, ...]
    words: tuple[Part, ...]


def parts_of(
    world: World, profile: Profile, rows: NDArray[np.int32], *, alpha: float, item_index: int
) -> Parts:
    """The score that `rerank` gives an item among the candidates `rows`, by z-scores. Raises ValueError for an
    item that is not among them."""
    place = rows.tolist().index(item_index)
    cf = cf_scores(world, profile)[rows].astype(np.float64)
    people = _people(world, profile, item_index, cf, place=place, weight=alpha)
    words = _words(world, profile, rows, place=place, weight=1 - alpha)
    total = sum(part.amount for part in (*people, *words))
    item_id = world.dataset.items[item_index].item_id
    return Parts(item_id=item_id, score=total, alpha=alpha, people=people, words=words)


def _people(
    world: World,
    profile: Profile,
    item_index: int,
    cf: NDArray[np.float64],
    *,
    place: int,
    weight: float,
) -> tuple[Part, ...]:
    items = world.dataset.items
    factor, whole = _scaled(cf, place, weight)
    if not factor:
        return ()
    evidence = world.collaborative.explain(
        profile.fold_in(items, world.dataset.interactions.scale),
        heard(profile, items),
        np.array([item_index], np.int32),
        exclude_user=user_row(world, profile),
    )
    own = [
        Part(
            about=items[part.item_index].label(),
            item_id=items[part.item_index].item_id,
            amount=factor * part.amount,
        )
        for part in evidence[0].profile_items
    ]
    return _with_rest(own, whole, EVERYONE)


def _words(
    world: World, profile: Profile, rows: NDArray[np.int32], *, place: int, weight: float
) -> tuple[Part, ...]:
    items, row = world.dataset.items, rows[[place]]
    lm = lm_scores(items, world.dataset.noun, world.priors, profile, rows)
    share, own = profile.weighing.content, []
    near = content_scores(world, profile) if share else None
    content = None if near is None else near[rows].astype(np.float64)
    point, whole = _scaled(second_voice(lm, content, share=share), place, weight)
    factor = point
    if content is not None:
        own.append(Part(about=NEAR, amount=_scaled(content, place, point * share)[1]))
        factor = _scaled(lm, place, point * (1 - share))[0]
    for phrase, without in _phrases(world, profile) if factor else ():
        left = float(lm_scores(items, world.dataset.noun, world.priors, without, row)[0])
        own.append(Part(about=phrase, amount=factor * (float(lm[place]) - left)))
    return _with_rest(own, whole, TOGETHER) if own else ()


def _scaled(scores: NDArray[np.float64], place: int, weight: float) -> tuple[float, float]:
    """What a point of a voice's own score counts, and what the voice gives the candidate in all."""
    normal = z_score(scores)
    spread = float(scores.std())
    return (weight / spread, weight * float(normal[place])) if normal.any() else (0.0, 0.0)


def _with_rest(own: Sequence[Part], whole: float, name: str) -> tuple[Part, ...]:
    rest = Part(about=name, amount=whole - sum(part.amount for part in own))
    return (*sorted(own, key=lambda part: -part.amount), rest)


def _phrases(world: World, profile: Profile) -> Iterator[tuple[str, Profile]]:
    """What the language model is told of the person, piece by piece, and the profile without the piece."""
    for phrase, without in _pieces(world, profile):
        if without.describe(world.dataset.items) != profile.describe(world.dataset.items):
            yield phrase, without


def _pieces(world: World, profile: Profile) -> Iterator[tuple[str, Profile]]:
    for item_id, opinion in profile.opinions.items():
        item = world.dataset.items.get(item_id)
        if item is not None:
            verb = "like" if opinion.weight > 0 else "do not like"
            kept = {key: one for key, one in profile.opinions.items() if key != item_id}
            yield f"I {verb} {item.title}", profile.model_copy(update={"opinions": kept})
    for item_id in profile.taken if not profile.liked else ():
        item = world.dataset.items.get(item_id)
        if item is not None:
            others = [one for one in profile.seen if one != item_id]
            yield f"I know {item.title}", profile.model_copy(update={"seen": others})
    for taste in profile.tastes:
        said = f"I enjoy {taste.value}" if taste.polarity == "likes" else f"no {taste.value}"
        yield said, profile.model_copy(update={"tastes": [one for one in profile.tastes if one != taste]})
    for asked in profile.constraints:
        verb = "no" if asked.mode == "must_not" else "I want"
        left = [one for one in profile.constraints if one != asked]
        yield f"{verb} {', '.join(asked.values)}", profile.model_copy(update={"constraints": left})
    if profile.period:
        yield f"years {profile.period}", profile.model_copy(update={"period": None})
    if profile.wish:
        yield f"I said: {profile.wish}", profile.model_copy(update={"wish": ""})
