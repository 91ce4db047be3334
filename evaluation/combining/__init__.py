"""Ways to combine the voices of a pool, each chosen on validation, beside each other."""

from evaluation.combining.cases import Case, mean_gain
from evaluation.combining.choosing import Choice
from evaluation.combining.combined import HOW, Combined
from evaluation.combining.combiners import Combiner, Linear, ReciprocalRanks, Weighed, only_lm
from evaluation.combining.shapley import as_explanation, background_of, chart, shapley_values
from evaluation.combining.voices import FEATURES, Voices

__all__ = [
    "FEATURES",
    "HOW",
    "Case",
    "Choice",
    "Combined",
    "Combiner",
    "Linear",
    "ReciprocalRanks",
    "Voices",
    "Weighed",
    "as_explanation",
    "background_of",
    "chart",
    "mean_gain",
    "only_lm",
    "shapley_values",
]
