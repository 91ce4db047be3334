"""Lists: the language model chooses together with the other voices, and learns what these do not know.

`score_i = a rest_i + b (log P(text_i | prompt) - w log P(text_i))`, with a and b learned and positive, and w as at run
time. The loss is
-log softmax of the scores at the right text: where the rest alone would choose it, there is little left to learn.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from language_model.likelihood import PRIOR_WEIGHT
from language_model.training.encoding import Encoded, Pack
from language_model.training.example import Task

OF_REST, OF_LM = 1.0, 0.05
"""a and b at the start: the rest is of the size of z-scores, the likelihood in nats."""


class Fusion(nn.Module):
    """The scales a and b, as logarithms."""

    def __init__(self) -> None:
        super().__init__()
        self.scales = nn.Parameter(torch.tensor([math.log(OF_REST), math.log(OF_LM)]))

    def scores(self, losses: Tensor, pack: Pack) -> "Iterator[tuple[int, Tensor]]":
        """Of each list its place in the pack and the scores (K,), the right text first. `losses` (n,) is -log P of
        each token."""
        n_branches = int(pack.branch[-1]) + 1
        total = losses.new_zeros(n_branches).index_add(0, pack.branch, losses)
        a, b = self.scales.exp()
        for place, (first, rest) in enumerate(zip(pack.first, pack.rest, strict=True)):
            if k := len(rest):
                given, prior = total[first : first + 2 * k].view(2, k)
                yield place, a * rest + b * (PRIOR_WEIGHT * prior - given)

    def told(self) -> dict[str, float]:
        a, b = self.scales.exp().tolist()
        return {"rest": a, "likelihood": b}


def list_loss(scores: Tensor) -> Tensor:
    """-log softmax at the first."""
    return scores.logsumexp(-1) - scores[0]


def list_hits(scores: Tensor) -> tuple[float, float]:
    """The share of the rivals that the first is put before, and 1.0 when these are all of them. A tie is lost."""
    before = (scores[0] > scores[1:]).float().mean().item()
    return before, float(before == 1.0)


def by_task(losses: Tensor, pack: Pack, fusion: Fusion) -> dict[Task, Tensor]:
    """Mean loss of each task in the pack: per token, or of lists per list. `losses` (n,)."""
    lists = {place: list_loss(scores) for place, scores in fusion.scores(losses, pack)}
    found: dict[Task, Tensor] = {}
    for task in dict.fromkeys(pack.tasks):
        places = [place for place, one in enumerate(pack.tasks) if one == task]
        if chosen := [lists[place] for place in places if place in lists]:
            found[task] = torch.stack(chosen).mean()
        else:
            found[task] = losses[torch.isin(pack.owner, pack.owner.new_tensor(places))].mean()
    return found


def rest_alone(examples: Sequence[Encoded]) -> Mapping[str, float]:
    """What the other voices reach on these lists by themselves, at the scale that suits them best there."""
    rest = [torch.tensor(one.rest) for one in examples]
    scales = np.geomspace(0.1, 10, 81).tolist()
    loss = min(sum(list_loss(scale * one).item() for one in rest) / len(rest) for scale in scales)
    hits = [list_hits(one) for one in rest]
    accuracy, exact = (sum(column) / len(hits) for column in zip(*hits, strict=True))
    return {"loss": loss, "accuracy": accuracy, "exact": exact}
