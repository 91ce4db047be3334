"""The titles of a catalogue that a prompt makes likeliest, found without reading them all."""

import heapq
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from language_model.branches import ROOT, Branches
from language_model.errors import ContextTooLong, ModelInputError
from language_model.prefixes import Prefix, PrefixCache
from language_model.reader import Reader
from language_model.text import TextEncoder
from language_model.titles import Node, Path, TitleTrie

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Beams:
    """How much a search may do. Only `seconds` lets the outcome depend on how busy the machine is."""

    width: int = 32
    """Branches that are read at once."""
    tokens: int = 1024
    """Read in all; then the search ends with what it has."""
    seconds: float | None = None
    """The same in time, looked at between two rounds."""


@dataclass(frozen=True)
class FoundTitle:
    """A title of the catalogue: the items that bear it, and its log-probability in nats.

    `score` is `total - weight * prior`, the prior being that of the title behind the bare prompt.
    """

    items: tuple[int, ...]
    total: float
    prior: float
    score: float


class TitleSearch:
    """Beam search in a trie, best first: what a round does not take is kept for a later one.

    So without a prior the n best are exactly the n likeliest, as no title is likelier than its beginning.
    Source: Meister et al. 2020, "Best-First Beam Search".
    """

    def __init__(
        self, reader: Reader, prefixes: PrefixCache, text: TextEncoder, titles: Sequence[str], *, lead: str
    ) -> None:
        """`lead` is how every prompt ends: where the title begins depends on what stands before it."""
        self._reader, self._prefixes, self._text = reader, prefixes, text
        self._titles, self._lead = titles, lead

    @cached_property
    def _trie(self) -> TitleTrie:
        joints = self._text.joint(self._lead, [""] * len(self._titles), self._titles)
        return TitleTrie.of(
            [
                joint.ids[joint.start :] if title.strip() else ()
                for joint, title in zip(joints, self._titles, strict=True)
            ]
        )

    def best(
        self,
        n: int,
        *,
        prefix: str,
        bare: str | None = None,
        weight: float = 1.0,
        allowed: NDArray[np.bool_] | None = None,
        beams: Beams = Beams(),
    ) -> list[FoundTitle]:
        """At most n titles behind `prefix` by falling score, ties in the trie's order.

        With `bare`, a prompt that tells nothing of the person, the score is corrected by `weight` times
        what the title has there. `allowed` (n_items,) leaves all other items out of the trie. Raises
        ModelInputError for a prompt that does not end with the lead, ContextTooLong.
        """
        trie = self._trie if allowed is None else self._trie.within(allowed)
        if n < 1 or not trie.paths:
            return []
        prompts = [prefix] if bare is None else [prefix, bare]
        weights = np.array([1.0, -weight])[: len(prompts)]
        search = _Search(trie, [self._voice(prompt, trie) for prompt in prompts], weights)
        return [
            FoundTitle(trie.owners[row], float(totals[0]), float(totals[1:].sum()), score)
            for score, row, totals in search.run(n, beams)
        ]

    def _voice(self, prompt: str, trie: TitleTrie) -> "_Voice":
        if not prompt.endswith(self._lead):
            raise ModelInputError(f"The prompt does not end with {self._lead!r}, which the titles follow.")
        joint = self._text.joint(prompt, [""], ["x"])[0]
        ids = joint.ids[: joint.prefix]
        tokens, limit = len(ids) + max(map(len, trie.paths)), self._reader.context_length
        if tokens > limit:
            raise ContextTooLong("The prompt with a title", tokens=tokens, limit=limit)
        return _Voice(self._reader, self._prefixes.read(ids))


class _Voice:
    """What one prompt makes of the tokens."""

    def __init__(self, reader: Reader, prefix: Prefix) -> None:
        self._reader = reader
        self._branches = Branches(prefix.past, dtype=prefix.last.dtype)
        self._last = prefix.last[None]

    def first(self, targets: Sequence[int]) -> Scores:
        """log P of each token right behind the prompt, in nats."""
        return self._scores(self._last, [0] * len(targets), targets)

    def read(
        self, tokens: Sequence[int], parents: Sequence[int], *, rows: Sequence[int], targets: Sequence[int]
    ) -> Scores:
        """Reads T tokens of the tree; then log P of each target behind the token of its row, in nats."""
        hidden = self._reader.branch(tokens, parents, self._branches)
        return self._scores(hidden, rows, targets)

    def _scores(self, hidden: Tensor, rows: Sequence[int], targets: Sequence[int]) -> Scores:
        scores = self._reader.log_probabilities(hidden, torch.tensor(targets), rows=torch.tensor(rows))
        return scores.double().numpy()


@dataclass(frozen=True)
class _Branch:
    """A node whose tokens are all scored, `totals` by voice; its last token is not read yet.

    `parent` is the place of the last token that is read.
    """

    node: Node
    parent: int
    totals: Scores


@dataclass(frozen=True)
class _Edge:
    """A branch read up to where its titles part: `inner` more tokens to score, then each child's first."""

    branch: _Branch
    fork: Node
    inner: int
    children: list[Node]
    last: int


class _Search:
    """One search: branches that wait, the best first, and titles that are done."""

    def __init__(self, trie: TitleTrie, voices: Sequence[_Voice], weights: Scores) -> None:
        self._trie, self._voices, self._weights = trie, voices, weights
        self._open: list[tuple[float, int, int, _Branch]] = []  # by falling score
        self._done: list[tuple[float, int, Scores]] = []
        self._read = 0

    def run(self, n: int, beams: Beams) -> list[tuple[float, int, Scores]]:
        """At most n times (score, row, totals)."""
        end = None if beams.seconds is None else time.monotonic() + beams.seconds
        children = list(self._trie.children(self._trie.root))
        targets = [self._trie.token(child) for child in children]
        firsts = np.stack([voice.first(targets) for voice in self._voices])  # (voices, children)
        for child, totals in zip(children, firsts.T, strict=True):
            self._add(_Branch(child, ROOT, totals))
        while self._open and not self._settled(n) and self._read < beams.tokens:
            if end is not None and time.monotonic() >= end:
                break
            count = min(beams.width, len(self._open))
            self._advance([heapq.heappop(self._open)[-1] for _ in range(count)])
        return [(-lost, row, totals) for lost, row, totals in self._best(n)]

    def _best(self, n: int) -> list[tuple[float, int, Scores]]:
        return heapq.nsmallest(n, self._done, key=lambda title: title[:2])

    def _settled(self, n: int) -> bool:
        """Whether no branch that waits is ahead of the n-th title."""
        best = self._best(n)
        return len(best) == n and best[-1][0] <= self._open[0][0]

    def _add(self, branch: _Branch) -> None:
        node, trie = branch.node, self._trie
        lost = -float(branch.totals @ self._weights)
        if trie.ends(node):
            self._done.append((lost, node.start, branch.totals))
        if node.stop - node.start > trie.ends(node):
            heapq.heappush(self._open, (lost, node.start, node.depth, branch))

    def _advance(self, taken: Sequence[_Branch]) -> None:
        tokens: list[int] = []
        parents: list[int] = []
        rows: list[int] = []
        targets: list[int] = []
        edges = []
        for branch in taken:
            edge, read = self._edge(branch, self._read + len(tokens))
            path, place = self._trie.paths[edge.fork.start], len(tokens)
            rows += range(place, place + edge.inner)
            targets += path[branch.node.depth : edge.fork.depth]
            rows += [place + len(read) - 1] * len(edge.children)
            targets += map(self._trie.token, edge.children)
            parents += [branch.parent, *range(self._read + place, edge.last)]
            tokens += read
            edges.append(edge)
        self._read += len(tokens)
        scores = np.stack([v.read(tokens, parents, rows=rows, targets=targets) for v in self._voices])
        for edge in edges:
            self._take(edge, scores[:, : edge.inner], scores[:, edge.inner :])
            scores = scores[:, edge.inner + len(edge.children) :]

    def _edge(self, branch: _Branch, place: int) -> tuple[_Edge, Path]:
        """The edge and the tokens to read, which begin at `place`. What ends a title need not be read."""
        node, fork = branch.node, self._trie.fork(branch.node)
        single = fork.stop - fork.start == 1
        read = self._trie.paths[fork.start][node.depth - 1 : fork.depth - single]
        children = [] if single else list(self._trie.children(fork))
        return _Edge(branch, fork, fork.depth - node.depth, children, place + len(read) - 1), read

    def _take(self, edge: _Edge, inner: Scores, firsts: Scores) -> None:
        totals = edge.branch.totals + inner.sum(axis=1)
        if edge.inner and self._trie.ends(edge.fork):
            lost = -float(totals @ self._weights)
            self._done.append((lost, edge.fork.start, totals))
        for place, child in enumerate(edge.children):
            self._add(_Branch(child, edge.last, totals + firsts[:, place]))
