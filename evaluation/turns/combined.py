"""The combiners for each dialogue, chosen on other dialogues."""

from collections.abc import Sequence

import numpy as np

from agent.fusion import Scores
from catalog import ConfigError
from evaluation import metrics
from evaluation.combining import Case, Combined
from evaluation.turns.record import TurnRecord
from evaluation.turns.settings import TurnSettings


def combined(
    validation: Sequence[TurnRecord], test: Sequence[TurnRecord], settings: TurnSettings
) -> tuple[Combined, str]:
    """The combiners, and in words how they were chosen: on the validation dialogues or, where there are none, for each
    part of the test dialogues on the other parts.

    Raises ConfigError where the dialogues that choose name no new item.
    """
    chooses = validation or test
    cases = [_case(one, settings) for one in chooses if any(map(one.is_new, one.labels))]
    count = len({one.cluster for one in cases})
    if count < (1 if validation else 2):
        raise ConfigError("alpha cannot be chosen: no other dialogue names a new item; give more dialogues")
    if validation:
        made = Combined.on(cases, settings, share=settings.content_share)
        return made, f"chosen on {len({one.dialogue_id for one in chooses})} validation dialogues"
    made = Combined.on(cases, settings, share=settings.content_share, folds=min(settings.folds, count))
    return made, f"cross-fitted over {settings.folds} parts of the dialogues, chosen for each on the others"


def _case(record: TurnRecord, settings: TurnSettings) -> Case:
    """By NDCG@k of every new label with what was mentioned left out, as the headline has it."""
    new = [record.is_new(label) for label in record.labels]
    sought = {label for label, own in zip(record.labels, new, strict=True) if own}

    def gain(score: Scores) -> float:
        found = record.reranked(record.ordered(score) if record.pool else ())
        rank = [one[1] or np.inf for one, own in zip(found, new, strict=True) if own]
        return float(metrics.ndcg(np.array(rank), k=settings.k).sum())

    wanted = np.array([item_id in sought for item_id in record.pool], np.bool_)
    return Case(record.dialogue_id, record.voices(), wanted, gain, weight=sum(new))
