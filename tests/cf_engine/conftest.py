import numpy as np
import pytest
from scipy import sparse

from catalog import RatingScale
from cf_engine.arrays import Matrix


@pytest.fixture
def scale() -> RatingScale:
    return RatingScale(low=1, high=5)


@pytest.fixture
def checkerboard() -> Matrix:
    """Six users, six items: even users love even items, odd users odd ones, each missing the own number.

    So user 0 has {2, 4}, user 2 {0, 4}, user 4 {0, 2}; the one thing to recommend to user 0 is item 0.
    """
    board = np.add.outer(np.arange(6), np.arange(6)) % 2 == 0
    np.fill_diagonal(board, val=False)
    return sparse.csr_array(np.where(board, 5, 0).astype(np.float32))
