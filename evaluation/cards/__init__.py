"""Which card finds most: templates compared by what content alone finds on validation."""

from evaluation.cards.run import CardChoice, choose_card
from evaluation.cards.settings import CardSettings
from evaluation.cards.templates import DEFAULT, templates

__all__ = ["DEFAULT", "CardChoice", "CardSettings", "choose_card", "templates"]
