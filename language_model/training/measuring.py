"""What a model makes of examples that it does not learn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from language_model.training.encoding import Encoded, packs
from language_model.training.example import Task
from language_model.training.network import Network


@dataclass(frozen=True, slots=True)
class Score:
    """Of one example: nats per learned token, the share of tokens that the model would have chosen itself, and
    whether it would have written the whole target."""

    loss: float
    accuracy: float
    exact: float


@torch.no_grad()
def measured(network: Network, examples: Sequence[Encoded], *, tokens: int) -> list[Score]:
    """One Score for each example, in their order, in float32 and without dropout."""
    network.eval()
    device = next(network.parameters()).device
    order = sorted(range(len(examples)), key=lambda place: len(examples[place].ids))
    found: dict[int, Score] = {}
    for pack in packs(examples, tokens=tokens):
        losses, right = network.log_losses(pack.to(device, torch.float32))
        for own in range(len(pack.tasks)):
            mine = pack.owner.to(device) == own
            hits = right[mine].float()
            found[order[len(found)]] = Score(
                losses[mine].mean().item(), hits.mean().item(), hits.min().item()
            )
    return [found[place] for place in range(len(examples))]


def summary(
    network: Network, held: Mapping[Task, Sequence[Encoded]], *, tokens: int
) -> dict[str, dict[str, float]]:
    """Means by task."""
    found = {}
    for task, examples in held.items():
        scores = measured(network, examples, tokens=tokens)
        found[str(task)] = {
            "loss": _mean([one.loss for one in scores]),
            "accuracy": _mean([one.accuracy for one in scores]),
            "exact": _mean([one.exact for one in scores]),
            "examples": float(len(scores)),
        }
    return found


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
