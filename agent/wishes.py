"""What a person asks for, as the search by content takes it."""

from collections.abc import Sequence

from agent.lexicon import FILLER
from agent.profile import Profile
from agent.words import tokenize
from catalog import Items
from retrieval import Embedder, ImageModel, Wish

LATEST = 10
"""Items that the person took to, that were named besides, and that they dislike: the latest of each count."""


def wish_of(
    profile: Profile, items: Items, *, embedder: Embedder, image_model: ImageModel | None = None
) -> Wish:
    """Their words, and rows of what came up: like what they took to or what was named, unlike what they dislike.

    Words of asking would be found in titles: "I am in the mood" in "Who Am I?".
    """
    said = ", ".join(_said(profile))
    texts = [text for text in (said, profile.avoid) if text]
    encoded = dict(zip(texts, embedder.encode_queries(texts), strict=True))
    seen = dict(zip(texts, image_model.encode_queries(texts), strict=True)) if image_model else {}
    named = [item_id for item_id in (*profile.seen, *profile.shown) if item_id not in profile.refused]
    like = dict.fromkeys((*profile.liked[-LATEST:], *named[-LATEST:]))
    return Wish(
        said,
        encoded.get(said),
        encoded.get(profile.avoid),
        _rows([item_id for item_id in like if item_id not in profile.disliked], items),
        _rows(profile.disliked[-LATEST:], items),
        seen.get(said),
        seen.get(profile.avoid),
        telling=" ".join(token.text for token in tokenize(said) if token.key not in FILLER),
    )


def _rows(item_ids: Sequence[str], items: Items) -> list[int]:
    return [items.index_of(item_id) for item_id in item_ids if item_id in items]


def _said(profile: Profile) -> list[str]:
    """Words that are not empty, each once: the wish, the tastes and what is asked of attributes."""
    tastes = [taste.value for taste in profile.tastes if taste.polarity == "likes"]
    asked = [value for one in profile.constraints if one.mode != "must_not" for value in one.values]
    return [text for text in dict.fromkeys((profile.wish, *tastes, *asked)) if text]
