"""What everyone said before one turn, as it is kept in the log."""

import json
from bisect import bisect
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cf_engine import best
from evaluation.combining import Combiner, Voices
from evaluation.records import Key, Phase
from evaluation.report import FaultKind

Rank: TypeAlias = tuple[int | None, int | None]
"""Where an item stands in a list, from 1, and where it stands once what was mentioned is taken out.

None where it doesn't: a miss.
"""


def ranks(listed: Sequence[str], labels: Sequence[str], *, mentioned: Collection[str]) -> tuple[Rank, ...]:
    """The rank of each label in a list of distinct ids."""
    place = {item_id: rank for rank, item_id in enumerate(listed, start=1)}
    taken = sorted(place[item_id] for item_id in mentioned if item_id in place)
    found = []
    for label in labels:
        rank = place.get(label)
        left = rank is not None and label not in mentioned
        found.append((rank, rank - bisect(taken, rank) if rank is not None and left else None))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """One context: the items named next (`labels`), and where each system had them.

    `rank` has a Rank for each label, and `top` the first ids, of the systems that rank by themselves.
    `pool` are the ids that the language model scored, in catalogue order, with the voices' scores and how many
    people took to each;
    everything else follows in CF order: `behind` says where in it each label that is not in the pool
    stands, and `rest` are its first ids. `faults` are (system, kind, what).
    """

    phase: Phase
    dialogue_id: str
    turn: int
    labels: tuple[str, ...]
    mentioned: tuple[str, ...]
    rank: Mapping[str, tuple[Rank, ...]]
    top: Mapping[str, tuple[str, ...]]
    pool: tuple[str, ...] = ()
    cf: tuple[float, ...] = ()
    lm: tuple[float, ...] = ()
    rest: tuple[str, ...] = ()
    behind: tuple[Rank, ...] = ()
    faults: tuple[tuple[str, FaultKind, str], ...] = ()
    content: tuple[float, ...] = ()
    popularity: tuple[float, ...] = ()

    @property
    def key(self) -> Key:
        return self.phase, self.dialogue_id, self.turn

    @property
    def name(self) -> str:
        return f"{self.dialogue_id}:{self.turn}"

    def is_new(self, label: str) -> bool:
        return label not in self.mentioned

    def voices(self) -> Voices:
        """Known is how many items the dialogue named."""
        known = len(self.mentioned)
        return Voices.of(known, self.cf, self.lm, content=self.content, popularity=self.popularity)

    def by(self, combiner: Combiner) -> tuple[str, ...]:
        """The pool as a combiner has it."""
        return self.ordered(combiner(self.voices())) if self.pool else ()

    def ordered(self, score: NDArray[np.float64]) -> tuple[str, ...]:
        """The pool by falling score, ties in catalogue order, as the agent has them."""
        return tuple(self.pool[place] for place in best(score, len(self.pool)))

    def reranked(self, order: Sequence[str]) -> tuple[Rank, ...]:
        """The rank of each label when the pool comes in this order."""
        n_left = len(order) - len(set(self.mentioned).intersection(order))
        inside = ranks(order, self.labels, mentioned=self.mentioned)
        return tuple(
            one if label in order else (_after(len(order), behind[0]), _after(n_left, behind[1]))
            for label, one, behind in zip(self.labels, inside, self.behind, strict=True)
        )

    @classmethod
    def read(cls, line: str) -> "TurnRecord":
        """From a line of the log. Raises ValueError, KeyError or TypeError for anything else."""
        fields: dict[str, Any] = json.loads(line)
        for name in ("labels", "mentioned", "pool", "cf", "lm", "content", "popularity", "rest"):
            fields[name] = tuple(fields[name])
        for name in ("behind", "faults"):
            fields[name] = tuple(map(tuple, fields[name]))
        fields["rank"] = {row: tuple(map(tuple, one)) for row, one in fields["rank"].items()}
        fields["top"] = {row: tuple(ids) for row, ids in fields["top"].items()}
        return cls(**fields)


def _after(n: int, place: int | None) -> int | None:
    return None if place is None else n + place
