"""How an adapter is trained."""

from pydantic import BaseModel, ConfigDict, Field

LARGEST_ADAPTER = 15_000_000
"""Bytes. An adapter is handed around with a data folder, so it stays small."""


class TrainSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rank: int = Field(default=16, ge=1, le=256)
    """Of the low-rank matrices, on every linear layer; their scale is twice the rank over the rank."""
    dropout: float = Field(default=0.0, ge=0, lt=1)
    """Of what goes into an adapter; on a CPU the random numbers for it take long."""
    rate: float = Field(default=4e-4, gt=0)
    """The highest learning rate."""
    weight_rate: float = Field(default=5e-3, gt=0)
    """Learning rate of the task weights."""
    weight_floor: float = Field(default=0.2, gt=0, le=1)
    """The least weight of a task's loss."""
    decay: float = Field(default=0.01, ge=0)
    """AdamW's weight decay."""
    warm_up: float = Field(default=0.03, gt=0, lt=1)
    """Share of the budget in which the rate rises; from then on it falls with a cosine."""
    clip: float = Field(default=1.0, gt=0)
    """The longest gradient."""
    pack_tokens: int = Field(default=1024, ge=16)
    """Tokens of examples that are computed side by side."""
    packs: int = Field(default=4, ge=1)
    """Packs whose gradients are added up before a step."""
    longest: int = Field(default=512, ge=16)
    """Tokens of an example; a longer prompt loses its beginning, a longer target its end."""
    tokens: int | None = Field(default=None, ge=1)
    """Budget, in tokens read."""
    hours: float | None = Field(default=None, gt=0)
    """Budget, in hours of training; the first budget that is used up ends it."""
    save_every: int = Field(default=50, ge=1)
    """Steps between checkpoints."""
    validate_every: int = Field(default=100, ge=1)
    """Steps between validations."""
    validation_examples: int = Field(default=200, ge=1)
    """Of each task."""
    patience: int = Field(default=5, ge=1)
    """Validations without a better mean of the tasks' losses after which training ends."""
    seed: int = Field(default=0, ge=0)
