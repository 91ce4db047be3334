"""What the search may vary of every model, beginning at its default."""

from collections.abc import Mapping

from evaluation.tuning.space import OneOf, Real, Space, Whole

DEGREES: Space = {
    "neutral_weight": Real(0, 1, start=0.5),
    "dislike_weight": Real(-1, 1, start=-0.25),
}
"""What the items of a profile weigh."""
RECENCY: Space = {"recency": Real(1, 100, start=10, log=True)}
EASE: Space = {
    "regularisation": Real(10, 20_000, start=500, log=True),
    "dropout": Real(0, 0.9, start=0),
    "activity": Real(0, 1, start=0),
    "vectors": OneOf(("likes", "rated")),
    **DEGREES,
}

USERS: Space = {
    "vectors": OneOf(("ratings", "tf-idf", "rated", "bm25", "likes")),
    "k": Whole(5, 500, start=50),
    "shrinkage": Real(0.1, 100, start=5, log=True),
    "ranking": OneOf(("likes", "rated")),
    "power": Real(0.5, 3, start=1),
    "dislike": Real(0, 1.5, start=0),
    "enthusiasm": Real(0, 1, start=0),
}
ITEMS: Space = {
    "vectors": OneOf(("likes", "rated", "ratings", "tf-idf", "bm25")),
    "k": Whole(5, 1000, start=100),
    "shrinkage": Real(0.1, 100, start=10, log=True),
    "power": Real(0.5, 3, start=1),
    **DEGREES,
}
WALK: Space = {
    "vectors": OneOf(("likes", "rated")),
    "alpha": Real(0.5, 2, start=1),
    "beta": Real(0, 1.2, start=0.4),
    "k": Whole(10, 1000, start=100),
    **DEGREES,
}


def _part(name: str, weight: Real, space: Space, *, recency: bool) -> Space:
    """A model's weight and settings as part of a blend."""
    own = {**space, **RECENCY} if recency else space
    settings = {f"parts.{name}.settings.{key}": choice for key, choice in own.items()}
    return {f"parts.{name}.weight": weight, **settings}


def _blend(*, ease: bool, recency: bool) -> Space:
    return {
        **_part("user-neighbours", Real(0, 1, start=1), USERS, recency=recency),
        **_part("item-neighbours", Real(0, 1, start=0.3), ITEMS, recency=recency),
        **_part("random-walk", Real(0, 1, start=0.1), WALK, recency=recency),
        "parts.popularity.weight": Real(0, 0.3, start=0.05),
        **(_part("ease", Real(0, 1, start=0.3), EASE, recency=recency) if ease else {}),
    }


SPACES: Mapping[str, Space] = {
    "user-neighbours": USERS,
    "item-neighbours": ITEMS,
    "random-walk": WALK,
    "blend": _blend(ease=False, recency=False),
    "blend-recency": _blend(ease=False, recency=True),
    "blend-ease": _blend(ease=True, recency=False),
    "blend-ease-recency": _blend(ease=True, recency=True),
    "ease": EASE,
    "ease-recency": {**EASE, **RECENCY},
    "implicit-cosine": {"K": Whole(5, 500, start=20)},
    "implicit-tfidf": {"K": Whole(5, 500, start=20)},
    "implicit-bm25": {
        "K": Whole(5, 500, start=20),
        "K1": Real(0.1, 100, start=1.2, log=True),
        "B": Real(0, 1, start=0.75),
    },
    "implicit-als": {
        "factors": Whole(8, 256, start=32),
        "regularization": Real(0.001, 30, start=0.01, log=True),
        "alpha": Real(0.5, 40, start=1, log=True),
        "iterations": Whole(5, 30, start=15),
    },
    "implicit-bpr": {
        "factors": Whole(8, 256, start=32),
        "learning_rate": Real(0.003, 0.3, start=0.01, log=True),
        "regularization": Real(0.0001, 0.3, start=0.01, log=True),
        "iterations": Whole(30, 300, start=100),
    },
    "lenskit-item": {
        "max_nbrs": Whole(3, 200, start=20),
        "save_nbrs": OneOf((None, 20, 50, 100, 200, 500)),
    },
    "lenskit-user": {"max_nbrs": Whole(5, 500, start=20), "min_nbrs": Whole(1, 5, start=1, log=False)},
    "lenskit-ease": {"regularization": Real(1, 20_000, start=1, log=True)},
}
"""By `Tunable.name`."""
