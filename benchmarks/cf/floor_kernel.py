"""The bare loop, compiled."""

from typing import Any

from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def count_pairs(
    item_start: NDArray[Any],
    item_user: NDArray[Any],
    user_start: NDArray[Any],
    user_item: NDArray[Any],
    after: NDArray[Any],
    count: NDArray[Any],
) -> None:
    """Add one to `count`, (items,), for each pair of a user's items, item by item; nothing is set back."""
    for item in range(len(item_start) - 1):
        for place in range(item_start[item], item_start[item + 1]):
            user = item_user[place]
            after[user] += 1
            for other in range(after[user], user_start[user + 1]):
                count[user_item[other]] += 1
