"""Rows of other libraries, where they are installed."""

from evaluation.rows.implicit_models import implicit_models
from evaluation.rows.lenskit_models import lenskit_models
from evaluation.rows.registry import Row
from evaluation.rows.tunable import Tunable

FEW = ("implicit-cosine", "implicit-als", "lenskit-item", "lenskit-user")


def peer_models() -> tuple[Tunable, ...]:
    """All models of implicit and LensKit that can be imported."""
    return (*implicit_models(), *lenskit_models())


def peers() -> tuple[Row, ...]:
    """A few of them, each with its own defaults but for what `about` says."""
    return tuple(model.as_row() for model in peer_models() if model.name in FEW)
