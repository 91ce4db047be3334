"""The exact search, whichever way it reads the vectors."""

import numpy as np
import pytest

from catalog import Item, Items
from retrieval.rows import WHOLE_FROM, Rows

COUNT = 400


@pytest.mark.parametrize("share", [1, WHOLE_FROM, 4 * WHOLE_FROM])
@pytest.mark.parametrize("n", [1, 7, COUNT])
def test_best_first_with_ties_in_catalogue_order(share: int, n: int) -> None:
    """Item k has the cosine k % 5 / 5 with the query, so every fifth is as near."""
    cosine = (np.arange(COUNT) % 5 / 5).astype(np.float32)
    vectors = np.stack([cosine, np.sqrt(1 - cosine**2)], axis=1)
    rows = Rows(Items(Item(str(k), "x") for k in range(COUNT)), [b""] * COUNT, vectors)
    asked = np.arange(0, COUNT, share)
    expected = sorted(asked.tolist(), key=lambda k: (-(k % 5), k))[:n]
    hits = rows.best(asked, np.array([1, 0], dtype=np.float32), n=n)
    assert [hit.item_id for hit in hits] == [str(k) for k in expected]
    assert [hit.similarity for hit in hits] == pytest.approx([k % 5 / 5 for k in expected])
