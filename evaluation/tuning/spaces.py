"""What the search may vary of every model, beginning at its default."""

from collections.abc import Mapping
from typing import Any

from evaluation.tuning.space import Choice, Fixed, OneOf, Real, Space, Value, Whole, start_of

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

TRANSITIONS: Space = {
    "vectors": OneOf(("rated", "likes")),
    "reach": Real(0.3, 20, start=2, log=True),
    "start_power": Real(0, 1, start=0.5),
    "end_power": Real(0, 1, start=0.4),
    "shrinkage": Real(0.1, 50, start=5, log=True),
    "k": Whole(20, 1000, start=300),
    "neutral_weight": Real(0, 1, start=1),
    "dislike_weight": Real(-1, 1, start=1),
    "recency": Real(0.3, 50, start=2, log=True),
}

WEIGHTS = {
    "user-neighbours": Real(0, 1, start=1),
    "item-neighbours": Real(0, 1, start=0.3),
    "random-walk": Real(0, 1, start=0.1),
    "popularity": Real(0, 0.3, start=0.05),
}


def _blend(*, ease: bool, recency: bool) -> Space:
    """The weights of the parts, and how soon each forgets that was not tuned for that."""
    more = [name for name, there in (("ease", ease), ("transitions", recency)) if there]
    weights = {**WEIGHTS, **{name: Real(0, 1, start=0.3) for name in more}}
    forgets = [name for name in WEIGHTS if recency and name != "popularity"]
    return {
        **{f"parts.{name}.weight": choice for name, choice in weights.items()},
        **{f"parts.{name}.settings.recency": RECENCY["recency"] for name in forgets},
    }


def with_parts(space: Space, tuned: Mapping[str, Mapping[str, Any]], *, recency: bool) -> Space:
    """The space of a blend over parts whose settings, found before by the name of the model, stay as they are."""
    fixed: dict[str, Choice] = {}
    for name in [key.split(".")[1] for key in space if key.endswith(".weight")]:
        own = tuned.get(f"{name}-recency" if recency and name == "ease" else name, {})
        fixed |= {f"parts.{name}.settings.{key}": Fixed(value) for key, value in own.items()}
    return {**fixed, **space}


SPACES: Mapping[str, Space] = {
    "user-neighbours": USERS,
    "item-neighbours": ITEMS,
    "random-walk": WALK,
    "blend": _blend(ease=False, recency=False),
    "blend-recency": _blend(ease=False, recency=True),
    "blend-ease": _blend(ease=True, recency=False),
    "blend-ease-recency": _blend(ease=True, recency=True),
    "transitions": TRANSITIONS,
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

EVERYTHING = {"neutral_weight": 1.0, "dislike_weight": 1.0}
STARTS: Mapping[str, tuple[Mapping[str, Value], ...]] = {
    "user-neighbours": ({"vectors": "rated", "ranking": "rated"},),
    "item-neighbours": ({"vectors": "rated", **EVERYTHING},),
    "random-walk": ({"vectors": "rated", **EVERYTHING},),
    "ease": ({"vectors": "rated", **EVERYTHING},),
    "ease-recency": (
        {"vectors": "rated", **EVERYTHING},
        {"vectors": "rated", **EVERYTHING, "recency": 2.0, "regularisation": 1000.0},
    ),
}
"""Where to look besides, as far as it differs from the start of the space: what was taken up, liked or not."""


def starts(model: str, space: Space) -> list[dict[str, Value]]:
    """The first trials: the start of the space, what `STARTS` has, and of a blend every part alone."""
    first = start_of(space)
    weights = [key for key in first if key.startswith("parts.") and key.endswith(".weight")]
    alone = [{**dict.fromkeys(weights, 0.0), key: space[key].start} for key in weights]
    return [first, *({**first, **other} for other in (*STARTS.get(model, ()), *alone))]
