"""Sums over the raters of a person's items, user by user: what every similarity is made of."""

import threading
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray
from scipy import sparse

from cf_engine.arrays import Mask, Single
from cf_engine.lines import Lines, Runs


@dataclass(frozen=True, slots=True, eq=False)
class Walk:
    """The runs of raters to walk, (r,), what an entry of each is multiplied by, and whether its items are
    shared. Where they are not, nothing above zero is added.
    """

    runs: Runs
    amount: Single
    shared: Mask


def walked(lines: Lines, walk: Walk, *, value: Single | None, n_users: int) -> tuple[Single, Single]:
    """For every user the sum of amount times value, and how many items are shared, float32 (n_users,) each.

    `value`, in the order of the lines, is None where every entry is one. Sums are taken in single precision
    in the order of the runs, with and without the compiled kernel: the same to the bit, unless a processor
    fuses multiplication with addition.
    """
    if (kernel := compiled()) is None:
        return _walked(lines, walk, value=value, n_users=n_users)
    total, shared = np.zeros(n_users, np.float32), np.zeros(n_users, np.float32)
    runs, values = walk.runs, lines.rating[:0] if value is None else value
    kernel.add_up(lines.index, values, runs.begin, runs.end, walk.amount, walk.shared, total, shared)
    return total, shared


def joined(
    array: NDArray[Any], slices: list[slice], *, name: str, dtype: DTypeLike | None = None
) -> NDArray[Any]:
    """The slices of the array one behind the other, in room that the next call for `name` takes again."""
    parts = [array[run] for run in slices]
    room = _room(name, sum(map(len, parts)), dtype or array.dtype)
    return np.concatenate(parts, out=room) if parts else room


def ones(n: int, dtype: DTypeLike = np.float32) -> NDArray[Any]:
    """n ones, which must not be changed."""
    return _room(f"ones of {np.dtype(dtype)}", n, dtype)


def _walked(lines: Lines, walk: Walk, *, value: Single | None, n_users: int) -> tuple[Single, Single]:
    amount, offset, slices = walk.amount, walk.runs.offsets(), walk.runs.slices()
    user = joined(lines.index, slices, name="user")
    raters = sparse.csc_array((ones(len(user)), user, offset), shape=(n_users, len(amount)))
    shared = raters @ walk.shared.astype(np.float32)
    if value is not None:
        raters.data = joined(value, slices, name="value")
        amount = amount.copy()
        for run in np.flatnonzero(~walk.shared):
            part = raters.data[offset[run] : offset[run + 1]]
            np.minimum(part * amount[run], 0, out=part)
            amount[run] = 1
    return raters @ amount, shared


_scratch = threading.local()


def _room(name: str, n: int, dtype: DTypeLike) -> NDArray[Any]:
    """n entries of the thread's own, ones at first: fresh memory costs more than what is done in it."""
    found: NDArray[Any] | None = getattr(_scratch, name, None)
    if found is None or len(found) < n:
        found = np.ones(1 << max(n, 1).bit_length(), dtype)
        setattr(_scratch, name, found)
    return found[:n]


@cache
def compiled() -> ModuleType | None:
    """The compiled kernels, where numba is installed."""
    return import_module("cf_engine.user_kernel") if find_spec("numba") else None
