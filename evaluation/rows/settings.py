"""What the rows of a ranking table may vary."""

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt

from agent.fusion import Normalisation


class PanelSettings(BaseModel):
    """Who is asked for how many, and how it is weighed."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    k: PositiveInt = 10
    """Places that count."""
    cf_pool: PositiveInt = 40
    """Candidates by CF that the language model scores."""
    content_pool: NonNegativeInt = 20
    """Candidates by content that the language model scores besides."""
    normalisation: Normalisation = "z-score"
    """How the two voices are brought to one scale over the pool."""
    seed: NonNegativeInt = 0
    """For everything drawn at random, and the bootstrap."""


class ChosenAlphaSettings(PanelSettings):
    """Alpha is chosen, never given: that is what validation is for."""

    alphas: tuple[float, ...] = Field(default=tuple(i / 10 for i in range(11)), min_length=1)
    """The grid of fusion weights; alpha 1 is CF alone."""
