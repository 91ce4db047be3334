"""What the runs of protocol 1 may vary."""

from pydantic import BaseModel, ConfigDict, Field, NonNegativeFloat, NonNegativeInt, PositiveInt

from evaluation.rows import ChosenAlphaSettings


class ChoosingSettings(ChosenAlphaSettings):
    """Shared by the runs that choose alpha on people."""

    validation_users: PositiveInt = 200
    """People on whom alpha is chosen, drawn at random."""


class RankingSettings(ChoosingSettings):
    """What a run over held-out ratings may vary."""

    negatives: PositiveInt = 19
    """sampled: items besides the true one, drawn from those the person never rated."""
    cutoffs: tuple[PositiveInt, ...] = Field(default=(1, 5, 10, 20), min_length=1)
    """sampled: places at which NDCG is taken."""


class NewPersonSettings(ChoosingSettings):
    """What a run with new people may vary."""

    folds: int = Field(default=5, ge=2)
    """Parts of the people, each in turn unknown to the rest; the first is for validation, the others test."""
    reveal: tuple[PositiveInt, ...] = Field(default=(1, 3, 5, 10, 20), min_length=1)
    """How many ratings of a person are known, one point of the curve each."""
    least_relevant: PositiveInt = 5
    """Liked items that must remain to be found when the most is known; people with fewer are left out."""


class RatingSettings(BaseModel):
    """What a run that predicts ratings may vary."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    folds: int = Field(default=5, ge=2)
    """Parts of the ratings, each in turn predicted from the others."""
    inner_folds: int = Field(default=5, ge=2)
    """One part in so many of what a fold learns from is kept back to choose settings."""
    damping: NonNegativeFloat = 5.0
    """Ratings at the mean that every user and every item counts as having besides, for the bias row."""
    seed: NonNegativeInt = 0
    """For the parts and the bootstrap."""
