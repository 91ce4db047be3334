"""The compiled forms of what `ItemLists` does, where numba is installed."""

from typing import Any

from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def best_of_lists(  # noqa: PLR0912, PLR0913, PLR0917
    listed: NDArray[Any],
    value: NDArray[Any],
    indptr: NDArray[Any],
    known: NDArray[Any],
    weight: NDArray[Any],
    barred: NDArray[Any],
    total: NDArray[Any],
    touched: NDArray[Any],
    best_item: NDArray[Any],
    best_score: NDArray[Any],
) -> None:
    """Fill the rows of `best_item` and `best_score`, (people, n), from the lists of what each knows.

    `total`, (items,), is zero everywhere before and after; `touched`, (items,), is scratch.
    """
    n, n_items = best_item.shape[1], len(total)
    for person in range(len(indptr) - 1):
        reached = 0
        for place in range(indptr[person], indptr[person + 1]):
            own, own_weight = known[place], weight[place]
            for slot in range(listed.shape[1]):
                item = listed[own, slot]
                if item < 0:
                    break
                # a sum that fell back to zero is touched anew: its second visit below finds it cleared
                if total[item] == 0.0 and reached < n_items:
                    touched[reached] = item
                    reached += 1
                total[item] += value[own, slot] * own_weight
        for place in range(indptr[person], indptr[person + 1]):
            total[known[place]] = 0.0
        for item in barred:
            total[item] = 0.0
        filled = 0
        every = reached == n_items
        for visit in range(reached):
            item = visit if every else touched[visit]
            score = best_score.dtype.type(total[item])
            total[item] = 0.0
            if score <= 0 or (filled == n and score < best_score[person, n - 1]):
                continue
            place = filled
            while place > 0 and (
                score > best_score[person, place - 1]
                or (score == best_score[person, place - 1] and item < best_item[person, place - 1])
            ):
                place -= 1
            if place == n:
                continue
            filled = min(filled + 1, n)
            for later in range(filled - 1, place, -1):
                best_score[person, later] = best_score[person, later - 1]
                best_item[person, later] = best_item[person, later - 1]
            best_score[person, place] = score
            best_item[person, place] = item
        for place in range(filled, n):
            best_score[person, place] = 0
            best_item[person, place] = -1


@njit(cache=True, nogil=True)
def shares(
    listed: NDArray[Any],
    value: NDArray[Any],
    known: NDArray[Any],
    weight: NDArray[Any],
    items: NDArray[Any],
    amount: NDArray[Any],
) -> None:
    """Add to `amount`, (items, known), what each known item gives to each of the items."""
    for place in range(len(known)):
        own = known[place]
        for slot in range(listed.shape[1]):
            item = listed[own, slot]
            if item < 0:
                break
            for row in range(len(items)):
                if items[row] == item:
                    amount[row, place] += value[own, slot] * weight[place]
