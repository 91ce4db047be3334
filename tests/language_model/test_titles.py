import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from language_model.titles import Node, TitleTrie

PATHS = [(1, 2, 3), (1,), (2, 5), (1, 2, 4), (1,), ()]


def test_titles_that_begin_alike_share_a_node() -> None:
    trie = TitleTrie.of(PATHS)
    assert trie.paths == ((1,), (1, 2, 3), (1, 2, 4), (2, 5))
    assert trie.owners == ((1, 4), (0,), (3,), (2,))
    assert list(trie.children(trie.root)) == [Node(0, 3, 1), Node(3, 4, 1)]
    first = Node(0, 3, 1)
    assert trie.ends(first)
    assert trie.fork(first) == first
    assert list(trie.children(first)) == [Node(1, 3, 2)]
    assert not trie.ends(Node(1, 3, 2))
    assert trie.token(Node(1, 3, 2)) == 2
    assert trie.fork(Node(3, 4, 1)) == Node(3, 4, 2)


def test_only_what_is_allowed_is_in_it() -> None:
    trie = TitleTrie.of(PATHS).within(np.array([False, True, True, False, False, True]))
    assert trie.paths == ((1,), (2, 5))
    assert trie.owners == ((1,), (2,))
    assert TitleTrie.of(PATHS).within(np.zeros(6, dtype=bool)).paths == ()


@given(st.lists(st.lists(st.integers(0, 3), max_size=6).map(tuple), max_size=30))
def test_every_title_is_reached_once(paths: list[tuple[int, ...]]) -> None:
    trie = TitleTrie.of(paths)
    reached = []
    waiting = [trie.root]
    while waiting:
        node = waiting.pop()
        if trie.ends(node):
            reached.append(trie.paths[node.start])
        waiting += trie.children(node)
    assert sorted(reached) == sorted(set(paths) - {()})
    items = [item for items in trie.owners for item in items]
    assert sorted(items) == [item for item, path in enumerate(paths) if path]
