"""Cards that were chosen on validation, by data set."""

from collections.abc import Mapping

from catalog import CardTemplate, Dataset
from retrieval.cards import DEFAULT_CARD

PRESETS: Mapping[str, CardTemplate] = {}
"""`duetto tune-cards` chooses them; a set where nothing found significantly more than the default has none."""


def card_of(dataset: Dataset) -> CardTemplate:
    """The template that comes with the data set, else that of its name where the attributes are there, else the
    default."""
    if dataset.card is not None:
        return dataset.card
    found = PRESETS.get(dataset.name, DEFAULT_CARD)
    return found if set(found.attributes or ()).issubset(dataset.items.attribute_names()) else DEFAULT_CARD
