"""Asks a parser what a message says; one that fails is reported and its message counts as missing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from agent.linking import Linker, popularity
from agent.parser import Context, Parser, RuleParser
from agent.utterance import Utterance
from catalog import Dataset
from evaluation.report import Fault

Opener: TypeAlias = Callable[[Dataset], Parser]
"""A parser knows the titles and values of one catalogue; this makes it for the one that is measured on."""


def rule_parser(dataset: Dataset) -> RuleParser:
    """Duetto's own parser, as a turn of the agent reads with it."""
    return RuleParser(dataset.items, Linker(dataset.items, popularity(dataset, likes(dataset))))


def likes(dataset: Dataset) -> NDArray[np.float32]:
    """How many people liked each item, shape (n_items,)."""
    rows = dataset.interactions
    liked = rows.item_index[rows.rating >= rows.scale.like_at]
    return np.bincount(liked, minlength=len(dataset.items)).astype(np.float32)


@dataclass(slots=True)
class Hearer:
    """A parser by name, with what it did wrong."""

    name: str
    parser: Parser
    faults: list[Fault] = field(default_factory=list)

    def hear(self, text: str, context: Context, *, example: str) -> Utterance | None:
        """None when the parser raised or gave something else: missing, which is not the same as wrong."""
        try:
            heard: object = self.parser(text, context)
        except Exception as error:  # noqa: BLE001  whatever a measured parser raises is its fault, not ours
            self.faults.append(
                Fault(self.name, example, "crash", f"{type(error).__name__}: {str(error)[:200]}")
            )
            return None
        if not isinstance(heard, Utterance):
            what = f"the parser gave {type(heard).__name__}, no Utterance"
            self.faults.append(Fault(self.name, example, "no answer", what))
            return None
        return heard
