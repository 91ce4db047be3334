from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from agent.profile import Opinion, Profile
from agent.utterance import Constraint, Taste
from agent.wishes import LATEST, wish_of
from catalog import Item, Items

ITEMS = Items([Item(f"{k:02d}", f"Item {k}") for k in range(30)])


class Lengths:
    """Embeds a text as its length."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.array([[len(text)] for text in texts], np.float32).reshape(len(texts), 1)


def opinion(weight: float) -> Opinion:
    return Opinion(weight=weight, time=0, said="x")


def test_words_are_the_wish_the_tastes_and_what_is_asked_each_once() -> None:
    profile = Profile(
        wish="something slow",
        avoid="gore",
        tastes=[
            Taste(attribute="genre", value="Crime", polarity="likes", said="crime"),
            Taste(attribute="genre", value="War", polarity="dislikes", said="war"),
        ],
        constraints=[
            Constraint(attribute="genre", values=("Crime", "Drama"), mode="must", said="crime drama"),
            Constraint(attribute="genre", values=("Horror",), mode="must_not", said="no horror"),
        ],
    )
    wish = wish_of(profile, ITEMS, embedder=Lengths())  # type: ignore[arg-type]
    assert (wish.said, wish.telling) == ("something slow, Crime, Drama", "slow Crime Drama")
    assert wish.vector is not None and wish.vector.tolist() == [len(wish.said)]
    assert wish.avoid is not None and wish.avoid.tolist() == [4]
    assert (wish.like, wish.unlike, wish.is_empty) == ([], [], False)


def test_what_came_up_is_like_and_what_is_disliked_unlike() -> None:
    profile = Profile(
        opinions={"00": opinion(1), "01": opinion(-1), "02": opinion(0), "gone": opinion(1)},
        seen=["03"],
        shown=["01", "04", "05"],
        refused=["05"],
    )
    wish = wish_of(profile, ITEMS, embedder=Lengths())  # type: ignore[arg-type]
    assert (wish.said, wish.vector, wish.avoid) == ("", None, None)
    assert (wish.like, wish.unlike) == ([0, 3, 4], [1])
    assert wish_of(Profile(), ITEMS, embedder=Lengths()).is_empty  # type: ignore[arg-type]


def test_the_latest_count_and_those_that_were_shown_do_not_push_out_the_liked() -> None:
    profile = Profile(
        opinions={item_id: opinion(1) for item_id in ITEMS.ids[:15]}, shown=list(ITEMS.ids[15:])
    )
    wish = wish_of(profile, ITEMS, embedder=Lengths())  # type: ignore[arg-type]
    assert wish.like == [*range(15 - LATEST, 15), *range(30 - LATEST, 30)]
