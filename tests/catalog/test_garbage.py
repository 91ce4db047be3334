import gc

import pytest

from catalog import garbage


def test_collecting_goes_on_afterwards_as_it_was() -> None:
    with garbage.left_alone(), garbage.left_alone():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyError), garbage.left_alone():
        raise KeyError
    assert gc.isenabled()
    gc.disable()
    try:
        with garbage.left_alone():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
