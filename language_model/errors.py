"""What a caller of the language model may see.

::

    DuettoError
    ├── ModelInputError        an empty text, an unknown role, lists of different lengths (a ValueError)
    │   └── ContextTooLong     more tokens than the model can read
    ├── StructuredOutputError  the text is not the JSON that was asked for
    └── ScorerError            a scoring server does not answer, or not with likelihoods
"""

from catalog.errors import DuettoError


class ModelInputError(DuettoError, ValueError):
    """The texts given to the model cannot be scored or answered."""


class ContextTooLong(ModelInputError):  # noqa: N818 - reads better in `except`
    """A text has more tokens than the model can read at once."""

    def __init__(self, what: str, *, tokens: int, limit: int) -> None:
        self.tokens = tokens
        self.limit = limit
        super().__init__(
            f"{what} is {tokens} tokens long; the model's context length is {limit} tokens. Shorten the text."
        )


class StructuredOutputError(DuettoError):
    """The model's text does not fit the JSON schema; `text` is what it wrote."""

    def __init__(self, problem: str, *, text: str) -> None:
        self.text = text
        super().__init__(problem)


class ScorerError(DuettoError):
    """A scoring server cannot be reached, refuses, or answers something else than likelihoods."""
