"""Models that stand in the ranking tables under any configuration."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from evaluation.rows.registry import Learnt, Row, Scorer
from evaluation.rows.taken import backed

Config: TypeAlias = Mapping[str, Any]
"""A JSON object, as it stands in a preset."""
Foreign: TypeAlias = Any
"""A model of a library that has no types."""


@dataclass(frozen=True, slots=True, eq=False)
class Tunable:
    """`name` is for the command line and files, `row` for tables.

    What `fit` gives scores 0 where it says nothing. `strangers` says whether it can rank for someone who was
    not learnt from, `times` whether it is another model only where the ratings have times, and `square`
    whether it holds a number for every two items.
    """

    name: str
    row: str
    about: str
    fit: Callable[[Config, Learnt], Scorer]
    default: Config = field(default_factory=dict)
    strangers: bool = True
    times: bool = False
    square: bool = False

    def fitted(self, config: Config, learnt: Learnt) -> Scorer:
        """Raises catalog.ConfigError for a configuration that the model does not have."""
        return backed(self.fit(config, learnt), learnt)

    def as_row(self, config: Config | None = None, *, how: str = "") -> Row:
        """Its row under a configuration, None for the default. `how` says where the configuration is from."""
        own = self.default if config is None else config
        said = json.dumps(own) if own else "its defaults"
        return Row(self.row, f"{self.about}; {how}{said}", partial(self.fitted, own))
