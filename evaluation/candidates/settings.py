"""What a run over candidates may vary."""

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt


class CandidateSettings(BaseModel):
    """How many candidates are looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    budgets: tuple[PositiveInt, ...] = Field(default=(10, 50, 100), min_length=1)
    """How many candidates each source may give in all; recall is taken at each."""
    ratings_id: str | None = None
    """The attribute that holds an item's id in the other data set whose ratings join in."""
    seed: NonNegativeInt = 0
    """For the shuffle and the bootstrap."""

    @property
    def lengths(self) -> tuple[int, ...]:
        return tuple(sorted(set(self.budgets)))
