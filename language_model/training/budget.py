"""How long to train, and how fast at each point."""

import math
from dataclasses import dataclass

from language_model.training.settings import TrainSettings


@dataclass
class Budget:
    """What is used up: tokens read and seconds of training, over all sessions of a run."""

    settings: TrainSettings
    tokens: int = 0
    seconds: float = 0.0

    @property
    def share(self) -> float:
        """Of the budget, 0 to 1. With a budget of tokens alone it depends on no clock."""
        parts = [0.0]
        if self.settings.tokens:
            parts.append(self.tokens / self.settings.tokens)
        if self.settings.hours:
            parts.append(self.seconds / (3600 * self.settings.hours))
        return min(1.0, max(parts))

    @property
    def spent(self) -> bool:
        return self.share >= 1.0

    @property
    def left(self) -> float:
        """Seconds to go at the pace so far."""
        return self.seconds / self.share * (1 - self.share) if self.share else float("inf")

    def factor(self) -> float:
        """Of the highest learning rate: a linear rise, then a cosine down to a hundredth."""
        share, warm_up = self.share, self.settings.warm_up
        if share < warm_up:
            return max(0.02, share / warm_up)
        fall = (share - warm_up) / (1 - warm_up)
        return 0.01 + 0.99 * (1 + math.cos(math.pi * fall)) / 2
