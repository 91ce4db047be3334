"""Where every source had the items that one turn names, as it is kept in the log."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from evaluation.records import Key


@dataclass(frozen=True, slots=True)
class CandidateRecord:
    """`labels` are the ids that the turn is the first of the dialogue to name.

    `rank` has for each source the place of each label, from 1, once everything that was named before is
    taken out; a source ranks the whole catalogue. `ruled_out` says which labels the dialogue's hard
    constraints, as they were understood, put behind all others.
    """

    dialogue_id: str
    turn: int
    labels: tuple[str, ...]
    rank: Mapping[str, tuple[int, ...]]
    ruled_out: tuple[bool, ...]

    @property
    def key(self) -> Key:
        return self.dialogue_id, self.turn

    @property
    def name(self) -> str:
        return f"{self.dialogue_id}:{self.turn}"

    @classmethod
    def read(cls, line: str) -> "CandidateRecord":
        """From a line of the log. Raises ValueError, KeyError or TypeError for anything else."""
        fields: dict[str, Any] = json.loads(line)
        fields["labels"], fields["ruled_out"] = tuple(fields["labels"]), tuple(fields["ruled_out"])
        fields["rank"] = {source: tuple(ranks) for source, ranks in fields["rank"].items()}
        return cls(**fields)
