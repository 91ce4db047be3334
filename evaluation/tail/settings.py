"""What a run of the long tail may vary."""

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveFloat, PositiveInt

from evaluation.ranking import NewPersonSettings

Strength: TypeAlias = Annotated[float, Field(gt=0, le=1)]


class TailSettings(BaseModel):
    """Who is shown lists, and how far each way of re-ranking is taken."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    k: PositiveInt = 10
    """Length of a list."""
    known: PositiveInt = 10
    """Ratings of a person that are known."""
    pool: PositiveInt = 200
    """Candidates that are re-ranked: the best by score."""
    discounts: tuple[PositiveFloat, ...] = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
    """Exponents of the popularity discount."""
    diversities: tuple[Strength, ...] = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
    """Weights of the similarity in maximal marginal relevance."""
    weights: tuple[Strength, ...] = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7)
    """Weights of the divergence in calibration."""
    attribute: str = "genre"
    """What lists are calibrated by; where no item has it, calibration is left out."""
    tolerance: float = Field(default=0.02, ge=0, lt=1)
    """Share of NDCG on validation that the chosen strength may cost."""
    folds: int = Field(default=5, ge=2)
    """Parts of the people, each in turn unknown to the rest; the first is for validation, the others test."""
    least_relevant: PositiveInt = 5
    """Liked items that must remain to be found; people with fewer are left out."""
    seed: NonNegativeInt = 0
    """For everything drawn at random, and the bootstrap."""

    @property
    def people(self) -> NewPersonSettings:
        """Who takes part, and how a list is judged."""
        return NewPersonSettings(
            k=self.k,
            reveal=(self.known,),
            folds=self.folds,
            least_relevant=self.least_relevant,
            seed=self.seed,
        )
