"""Which engine finds the pairs."""

from importlib import import_module
from importlib.util import find_spec
from typing import Literal, Protocol, TypeAlias, cast

from catalog import ConfigError, MissingDependency
from cf_engine.arrays import Double
from cf_engine.nearest.layout import Layout
from cf_engine.nearest.request import Done, Request
from cf_engine.nearest.similarity import Similarity
from cf_engine.nearest.table import NeighbourTable

Name: TypeAlias = Literal["scipy", "sparse_dot_topn", "numba"]
Accelerator: TypeAlias = Literal["auto"] | Name
MODULE: dict[Name, str] = {"numba": "numba_pairs", "sparse_dot_topn": "dot_rows", "scipy": "scipy_pairs"}
"""The module of every engine, the fastest first."""
WORTH_COMPILING = 2e7
"""Pairs of entries from which "auto" takes numba: to load it takes half a second, and to compile what it runs some
seconds once for an installation."""


class Engine(Protocol):
    """A module that finds pairs. Parts that cover all items give tables that merge to the whole."""

    def costs(self, layout: Layout, request: Request) -> Double:
        """What each item costs, in units of its own, float64 (n_items,)."""

    def pairs(self, layout: Layout, request: Request, part: range, *, done: Done) -> NeighbourTable:
        """What the items of `part`, numbers of the layout, add to the table; rows by the caller's index."""


def chosen(accelerator: Accelerator, similarity: Similarity, *, pairs: float) -> Name:
    """That accelerator; for "auto" the fastest that is installed, can do it and is worth it.

    `pairs` is how many pairs of entries there are to add up.
    Raises MissingDependency for one that is not installed and ConfigError for one that cannot.
    """
    name = accelerator if accelerator != "auto" else _fastest(similarity, pairs)
    if not _installed(name):
        raise MissingDependency(f"the accelerator {name}", extra="accelerate")
    if not _able(name, similarity):
        raise ConfigError(
            f"{name} cannot find neighbours by {similarity}; choose another accelerator, or auto"
        )
    return name


def engine(name: Name) -> Engine:
    """The module of that name, imported now."""
    return cast(Engine, import_module(f"cf_engine.nearest.{MODULE[name]}"))


def _fastest(similarity: Similarity, pairs: float) -> Name:
    if pairs < WORTH_COMPILING:
        return "scipy"
    return next(name for name in MODULE if _able(name, similarity) and _installed(name))


def _installed(name: Name) -> bool:
    return find_spec(name) is not None


def _able(name: Name, similarity: Similarity) -> bool:
    if name == "sparse_dot_topn":
        return similarity.kind == "dot" and similarity.damping.off
    return name == "scipy" or similarity.kind != "pearson"
