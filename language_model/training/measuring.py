"""What a model makes of examples that it does not learn from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from language_model.training.encoding import Encoded, packs
from language_model.training.example import Task
from language_model.training.fusing import list_hits, list_loss
from language_model.training.network import Network


@dataclass(frozen=True, slots=True)
class Score:
    """Of one example: nats per learned token, the share of tokens that the model would have chosen itself, and
    whether it would have written the whole target.

    Of a list: nats of the choice, the share of the rivals that the right one is put before, and whether of all.
    """

    loss: float
    accuracy: float
    exact: float


@torch.no_grad()
def measured(network: Network, examples: Sequence[Encoded], *, tokens: int) -> list[Score]:
    """One Score for each example, in their order, in float32 and without dropout."""
    network.eval()
    device = next(network.parameters()).device
    order = sorted(range(len(examples)), key=lambda place: examples[place].n_tokens)
    found: dict[int, Score] = {}
    for made in packs(examples, tokens=tokens):
        pack = made.to(device, torch.float32)
        losses, right = network.log_losses(pack)
        lists = dict(network.fusion.scores(losses, pack))
        for own in range(len(pack.tasks)):
            found[order[len(found)]] = (
                Score(list_loss(lists[own]).item(), *list_hits(lists[own]))
                if own in lists
                else _written(losses[pack.owner == own], right[pack.owner == own].float())
            )
    return [found[place] for place in range(len(examples))]


def _written(losses: Tensor, hits: Tensor) -> Score:
    return Score(losses.mean().item(), hits.mean().item(), hits.min().item())


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
