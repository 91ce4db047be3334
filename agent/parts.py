"""A score in exact parts: what each item of the profile gives, and each phrase of what the person said."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from agent.fusion import second_voice, z_score
from agent.gather import cf_scores, heard, user_row
from agent.profile import Profile
from agent.rerank import lm_scores, voices
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
    world: World, profile: Profile, rows: NDArray[np.int32], places: Sequence[int], *, alpha: float
) -> list[Parts]:
    """The scores that `rerank` gives, by z-scores over the candidates `rows`, to those at the places."""
    people = _people(world, profile, rows, places, weight=alpha)
    words = _words(world, profile, rows, places, weight=1 - alpha)
    return [
        Parts(
            item_id=world.dataset.items[int(rows[place])].item_id,
            score=sum(part.amount for part in (*likes, *said)),
            alpha=alpha,
            people=likes,
            words=said,
        )
        for place, likes, said in zip(places, people, words, strict=True)
    ]


def _people(
    world: World, profile: Profile, rows: NDArray[np.int32], places: Sequence[int], *, weight: float
) -> list[tuple[Part, ...]]:
    items = world.dataset.items
    cf = cf_scores(world, profile)[rows].astype(np.float64)
    factor, whole = _scaled(cf, weight)
    if not factor:
        return [()] * len(places)
    evidence = world.collaborative.explain(
        profile.fold_in(items, world.dataset.interactions.scale),
        heard(profile, items),
        rows[list(places)],
        exclude_user=user_row(world, profile),
    )
    return [
        _with_rest(
            [
                Part(
                    about=items[part.item_index].label(),
                    item_id=items[part.item_index].item_id,
                    amount=factor * part.amount,
                )
                for part in found.profile_items
            ],
            float(whole[place]),
            EVERYONE,
        )
        for place, found in zip(places, evidence, strict=True)
    ]


def _words(
    world: World, profile: Profile, rows: NDArray[np.int32], places: Sequence[int], *, weight: float
) -> list[tuple[Part, ...]]:
    items, share = world.dataset.items, profile.weighing.content
    lm, content = voices(world, profile, rows)
    point, whole = _scaled(second_voice(lm, content, share=share), weight)
    own: list[list[Part]] = [[] for _ in places]
    factor = point
    if content is not None:
        _, near = _scaled(content, point * share)
        factor, _ = _scaled(lm, point * (1 - share))
        for place, found in zip(places, own, strict=True):
            found.append(Part(about=NEAR, amount=float(near[place])))
    for phrase, without in _phrases(world, profile) if factor else ():
        left = lm_scores(items, world.dataset.noun, world.priors, without, rows[list(places)])
        fell = factor * (lm[list(places)] - left)
        for amount, found in zip(fell.tolist(), own, strict=True):
            found.append(Part(about=phrase, amount=amount))
    return [
        _with_rest(found, float(whole[place]), TOGETHER) if found else ()
        for place, found in zip(places, own, strict=True)
    ]


def _scaled(scores: NDArray[np.float64], weight: float) -> tuple[float, NDArray[np.float64]]:
    """What a point of a voice's own score counts, and what the voice gives each candidate in all."""
    normal = z_score(scores)
    return (weight / float(scores.std()) if normal.any() else 0.0), weight * normal


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
