"""The titles of a catalogue as a trie over tokens, kept as sorted rows.

In sorted order the titles that begin alike stand together, so a node of the trie is a range of rows,
and leaving out what may not be shown is leaving out rows.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

import numpy as np
from numpy.typing import NDArray

from language_model.prefixes import common_length

Path = tuple[int, ...]


@dataclass(frozen=True)
class Node:
    """The rows `start` to `stop`, which share their first `depth` tokens."""

    start: int
    stop: int
    depth: int


@dataclass(frozen=True)
class TitleTrie:
    """Distinct tokenised titles in order; `owners` are the catalogue's rows of each."""

    paths: tuple[Path, ...]
    owners: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, paths: Sequence[Path]) -> Self:
        """Over one path for each item; an empty one is no title."""
        having: dict[Path, list[int]] = defaultdict(list)
        for item, path in enumerate(paths):
            if path:
                having[path].append(item)
        ordered = sorted(having)
        return cls(tuple(ordered), tuple(tuple(having[path]) for path in ordered))

    def within(self, allowed: NDArray[np.bool_]) -> Self:
        """The titles of the items (n_items,) that are allowed, and only those items of them."""
        kept = [tuple(item for item in items if allowed[item]) for items in self.owners]
        paths = tuple(path for path, items in zip(self.paths, kept, strict=True) if items)
        return type(self)(paths, tuple(filter(None, kept)))

    @property
    def root(self) -> Node:
        return Node(0, len(self.paths), 0)

    def children(self, node: Node) -> Iterator[Node]:
        """The nodes one token on, by token; the title that ends here is none of them."""
        start = node.start + self.ends(node)
        for _, rows in groupby(range(start, node.stop), key=lambda row: self.paths[row][node.depth]):
            first, *rest = rows
            yield Node(first, first + 1 + len(rest), node.depth + 1)

    def fork(self, node: Node) -> Node:
        """The same rows as far as all of them agree."""
        first, last = self.paths[node.start], self.paths[node.stop - 1]
        return Node(node.start, node.stop, common_length(first, last))

    def ends(self, node: Node) -> bool:
        """Whether a title ends here: the first row's, as a beginning sorts before what goes on."""
        return node.start < node.stop and len(self.paths[node.start]) == node.depth

    def token(self, node: Node) -> int:
        """The last token that the rows share."""
        return self.paths[node.start][node.depth - 1]
