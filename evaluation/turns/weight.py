"""The fusion weight for each dialogue, chosen on other dialogues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.fusion import fuse
from catalog import ConfigError
from evaluation import metrics
from evaluation.turns.record import TurnRecord
from evaluation.turns.settings import TurnSettings


@dataclass(frozen=True, slots=True)
class Weights:
    """Alpha by dialogue id, and in words how it was chosen; `ndcg` is the mean by alpha over all choosers."""

    alpha: Mapping[str, float]
    how: str
    ndcg: Mapping[float, float]


def fused(
    record: TurnRecord, alpha: float, settings: TurnSettings, *, share: float | None = None
) -> tuple[str, ...]:
    """The pool in fused order; `share` is that of the search by content, None as the settings have it."""
    if not record.pool:
        return ()
    score, _, _ = fuse(
        np.array(record.cf),
        np.array(record.lm),
        alpha=alpha,
        content=np.array(record.content) if record.content else None,
        share=settings.content_share if share is None else share,
        normalisation=settings.normalisation,
    )
    return record.ordered(score)


def from_validation(
    validation: Sequence[TurnRecord], test: Sequence[TurnRecord], settings: TurnSettings
) -> Weights:
    """One alpha for all, the best on the validation dialogues."""
    gain, _ = _gains(validation, settings)
    alpha = _best(gain, settings)
    how = f"alpha {alpha:g} is the best on {_count(validation)} validation dialogues"
    return Weights({one.dialogue_id: alpha for one in test}, how, _means(gain, settings))


def cross_fitted(test: Sequence[TurnRecord], settings: TurnSettings) -> Weights:
    """For each dialogue the alpha that is best on the other parts of the dialogues."""
    gain, owner = _gains(test, settings)
    ids = list(dict.fromkeys(one.dialogue_id for one in test))
    shuffled = np.random.default_rng([settings.seed, len(ids)]).permutation(len(ids))
    part = {ids[place]: number % settings.folds for number, place in enumerate(shuffled)}
    of_label = np.array([part[one] for one in owner])
    chosen = [_best(gain[of_label != number], settings) for number in range(min(settings.folds, len(ids)))]
    how = (
        f"alpha is cross-fitted over {settings.folds} parts of the dialogues, chosen for each on the others "
        f"({', '.join(f'{alpha:g}' for alpha in chosen)})"
    )
    return Weights({one: chosen[part[one]] for one in ids}, how, _means(gain, settings))


def _gains(records: Sequence[TurnRecord], settings: TurnSettings) -> tuple[NDArray[np.float64], list[str]]:
    """NDCG@k of every new label by alpha, shape (labels, alphas), and the labels' dialogues."""
    rank, owner = [], []
    for record in records:
        by_alpha = [record.reranked(fused(record, alpha, settings)) for alpha in settings.alphas]
        for place, label in enumerate(record.labels):
            if record.is_new(label):
                rank.append([one[place][1] or np.inf for one in by_alpha])
                owner.append(record.dialogue_id)
    return metrics.ndcg(np.array(rank).reshape(-1, len(settings.alphas)), k=settings.k), owner


def _best(gain: NDArray[np.float64], settings: TurnSettings) -> float:
    """The alpha of the best mean, the larger of equals."""
    if not len(gain):
        raise ConfigError("alpha cannot be chosen: no other dialogue names a new item; give more dialogues")
    means = _means(gain, settings)
    return max(means, key=lambda alpha: (means[alpha], alpha))


def _means(gain: NDArray[np.float64], settings: TurnSettings) -> dict[float, float]:
    return dict(zip(settings.alphas, gain.mean(axis=0).tolist(), strict=True))


def _count(records: Sequence[TurnRecord]) -> int:
    return len({one.dialogue_id for one in records})
