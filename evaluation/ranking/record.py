"""What each row said about a person, as the log keeps it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from agent.fusion import Scores
from cf_engine import best
from evaluation.combining import Combiner, Voices
from evaluation.records import Key, Phase
from evaluation.rows import CF, Judgement


@dataclass(frozen=True, slots=True)
class Pool:
    """The items that the language model scored: ids in CF order, each with its rank there and what was said of it.

    `popularity` is how many people took to it.
    """

    ids: tuple[str, ...] = ()
    rank: tuple[int, ...] = ()
    cf: tuple[float, ...] = ()
    lm: tuple[float, ...] = ()
    content: tuple[float, ...] = ()
    popularity: tuple[float, ...] = ()

    @classmethod
    def of(cls, said: Judgement, ids: Sequence[str]) -> Self:
        """`ids` are those of the catalogue."""
        if not len(said.pool):
            return cls()
        rank = np.flatnonzero(np.isin(said.order[CF].all(), said.pool)) + 1
        return cls(
            tuple(ids[item] for item in said.pool),
            tuple(rank.tolist()),
            said.cf,
            said.lm,
            said.content,
            said.popularity,
        )

    def voices(self, known: int) -> Voices:
        return Voices.of(known, self.cf, self.lm, content=self.content, popularity=self.popularity)

    def by(self, combiner: Combiner, known: int) -> dict[str, int]:
        """The ranks as a combiner has them."""
        return self.ordered(combiner(self.voices(known))) if self.ids else {}

    def ordered(self, score: Scores) -> dict[str, int]:
        """The rank of every id when the pool, within the places it has in CF order, goes by a score.

        Ties keep CF order and nothing outside the pool moves, so that by the CF score it is CF order throughout.
        """
        order = best(score, len(score)).tolist()
        return {self.ids[place]: rank for place, rank in zip(order, self.rank, strict=True)}


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One held-out item, sought by every row among the candidates; `top` are each row's first item ids."""

    phase: Phase
    user_id: str
    target: str
    rank: Mapping[str, int]
    top: Mapping[str, tuple[str, ...]]
    pool: Pool = Pool()

    def by(self, combiner: Combiner) -> tuple[int, tuple[str, ...]]:
        """Rank of the target and the first ids as a combiner has them, which is not told how much is known."""
        return self.placed(self.pool.by(combiner, 0))

    def placed(self, rank: Mapping[str, int]) -> tuple[int, tuple[str, ...]]:
        """The same by the ranks of the pool."""
        return rank.get(self.target, self.rank[CF]), _moved(self.top[CF], rank)

    @property
    def key(self) -> Key:
        return self.phase, self.user_id

    @classmethod
    def read(cls, line: str) -> Self:
        """From a line of the log. Raises ValueError, KeyError or TypeError for anything else."""
        return cls(**_fields(line))


@dataclass(frozen=True, slots=True)
class NewPersonRecord:
    """What each row showed a person of whom nothing was known but the ratings of the `revealed` ids."""

    phase: Phase
    user_id: str
    n: int
    revealed: tuple[str, ...]
    top: Mapping[str, tuple[str, ...]]
    pool: Pool = Pool()

    def by(self, combiner: Combiner) -> tuple[str, ...]:
        """The first ids as a combiner has them."""
        return self.placed(self.pool.by(combiner, self.n))

    def placed(self, rank: Mapping[str, int]) -> tuple[str, ...]:
        """The same by the ranks of the pool."""
        return _moved(self.top[CF], rank)

    @property
    def key(self) -> Key:
        return self.phase, self.user_id, self.n

    @classmethod
    def read(cls, line: str) -> Self:
        """From a line of the log. Raises ValueError, KeyError or TypeError for anything else."""
        fields = _fields(line)
        return cls(**fields | {"revealed": tuple(fields["revealed"])})


def _moved(first: Sequence[str], rank: Mapping[str, int]) -> tuple[str, ...]:
    """The first ids of CF order after the pool has changed places."""
    shown = list(first)
    for item_id, place in rank.items():
        if place <= len(shown):
            shown[place - 1] = item_id
    return tuple(shown)


def _fields(line: str) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(line)
    fields["top"] = {row: tuple(ids) for row, ids in fields["top"].items()}
    fields["pool"] = Pool(**{name: tuple(values) for name, values in fields["pool"].items()})
    return fields
