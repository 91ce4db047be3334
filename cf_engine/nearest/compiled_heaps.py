"""The best k of every item in a heap whose worst is at the root, compiled."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from cf_engine.nearest.table import NeighbourTable


class Heaps(NamedTuple):
    """`item` and `value`, (items, k), are a table to be, its rows by the caller's index.

    By the layout's number: `row` is that index, `size` how many are in, and `least`, float32 (width,), what
    another pair needs at the least to get in.
    """

    item: NDArray[np.int32]
    value: NDArray[np.float32]
    row: NDArray[np.int32]
    size: NDArray[np.int32]
    least: NDArray[np.float32]


def heaps(table: NeighbourTable, row: NDArray[np.int32], *, width: int) -> Heaps:
    """Empty heaps over the arrays of an empty table."""
    return Heaps(table.item, table.value, row, np.zeros(len(row), np.int32), np.zeros(width, np.float32))


@njit(cache=True, nogil=True, inline="always")
def worse(value: Any, item: Any, than_value: Any, than_item: Any) -> Any:
    return value < than_value or (value == than_value and item > than_item)


@njit(cache=True, nogil=True)
def offer(heaps: Heaps, number: Any, other: Any, value: Any) -> None:
    """Let a pair into the heap of the item of that number."""
    row, item = heaps.row[number], heaps.row[other]
    items, values, place = heaps.item[row], heaps.value[row], heaps.size[number]
    if place < len(items):
        values[place], items[place] = value, item
        heaps.size[number] = place + 1
        if place + 1 == len(items):
            _heapify(items, values, len(items))
    elif worse(values[0], items[0], value, item):
        sink(items, values, len(items), value, item)
    if heaps.size[number] == len(items):
        heaps.least[number] = max(heaps.least[number], values[0])


@njit(cache=True, nogil=True)
def _heapify(items: Any, values: Any, size: Any) -> None:
    """Bring pairs in any order into that of a heap."""
    for place in range(size // 2 - 1, -1, -1):
        sink(items, values, size, values[place], items[place], place)


@njit(cache=True, nogil=True)
def sink(items: Any, values: Any, size: Any, value: Any, item: Any, place: Any = 0) -> None:
    """Put a pair in that place, the root's, and let it find its own below."""
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and worse(values[below + 1], items[below + 1], values[below], items[below]):
            below += 1
        if not worse(values[below], items[below], value, item):
            break
        values[place], items[place] = values[below], items[below]
        place = below
    values[place], items[place] = value, item


@njit(cache=True, nogil=True)
def put_in_order(heaps: Heaps) -> None:
    """Turn every heap into a row, best first."""
    for number in range(len(heaps.row)):
        items, values = heaps.item[heaps.row[number]], heaps.value[heaps.row[number]]
        if heaps.size[number] < len(items):
            _heapify(items, values, heaps.size[number])
        for last in range(heaps.size[number] - 1, 0, -1):
            value, item = values[last], items[last]
            values[last], items[last] = values[0], items[0]
            sink(items, values, last, value, item)
