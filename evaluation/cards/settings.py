"""What a comparison of cards may vary."""

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt


class CardSettings(BaseModel):
    """Who decides, over how much of the catalogue."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    items: PositiveInt = 3000
    """The best known of the catalogue; every template embeds all of them."""
    cases: PositiveInt = 400
    """Dialogues, or people, that choose, and as many others that report."""
    known: PositiveInt = 5
    """Ratings that are known of each person; what else they like is to be found."""
    lengths: tuple[PositiveInt, ...] = Field(default=(10, 50, 100), min_length=1)
    """Where recall is taken; the last decides."""
    seed: NonNegativeInt = 0
    """For who chooses, what is known of them, and the bootstrap."""

    @property
    def decides(self) -> str:
        """The metric by which a template is chosen."""
        return f"Recall@{self.lengths[-1]}"
