"""What a turn-level run may vary."""

from pydantic import Field, PositiveInt

from agent.weighing import SPOKEN
from evaluation.rows import ChosenAlphaSettings


class TurnSettings(ChosenAlphaSettings):
    """Alpha is chosen by NDCG@k on new items with what was mentioned left out, as the headline has it."""

    cutoffs: tuple[PositiveInt, ...] = Field(default=(1, 5, 10, 20, 50), min_length=1)
    """Lengths of the list at which every metric is taken, besides k."""
    content_share: float = Field(default=SPOKEN.content, ge=0, le=1)
    """The share of the search by content in the second voice."""
    folds: int = Field(default=5, ge=2)
    """Parts of the dialogues over which alpha is cross-fitted where none are given for validation."""
    ratings_id: str | None = None
    """The attribute that holds an item's id in the other data set whose ratings join in."""

    @property
    def lengths(self) -> tuple[int, ...]:
        return tuple(sorted({*self.cutoffs, self.k}))
