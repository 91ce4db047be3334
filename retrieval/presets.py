"""Cards that were chosen on validation, by data set."""

from collections.abc import Mapping

from catalog import CardTemplate, Dataset
from retrieval.cards import DEFAULT_CARD

NO_TEXT = CardTemplate(fields=("label", "attributes"))
PRESETS: Mapping[str, CardTemplate] = {"movietweetings": NO_TEXT}
"""Where `duetto tune-cards` found significantly more than the default does, with those who chose and with others."""


def card_of(dataset: Dataset) -> CardTemplate:
    """The template that comes with the data set, else that of its name, else the default."""
    return dataset.card or PRESETS.get(dataset.name, DEFAULT_CARD)
