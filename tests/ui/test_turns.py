from collections.abc import Iterator
from threading import current_thread, main_thread

import pytest

from catalog import ConfigError
from ui.turns import in_own_thread


def test_items_keep_their_order() -> None:
    assert list(in_own_thread(range(100))) == list(range(100))
    assert list(in_own_thread([])) == []


def test_the_whole_source_runs_in_one_other_thread() -> None:
    def names() -> Iterator[str]:
        for _ in range(3):
            yield current_thread().name

    assert set(in_own_thread(names())) == {"turn"} != {main_thread().name}


def test_an_error_comes_after_the_items_before_it() -> None:
    def fails() -> Iterator[int]:
        yield 1
        raise ConfigError("wrong")

    read = in_own_thread(fails())
    assert next(read) == 1
    with pytest.raises(ConfigError, match="wrong"):
        next(read)
