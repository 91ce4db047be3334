"""Hyperparameters by validation: the spaces of all models, one search for them, and what it found."""

from evaluation.tuning.spaces import SPACES
from evaluation.tuning.tune import Tuning, tune
from evaluation.tuning.validation import Quality, Setting, Validation

__all__ = ["SPACES", "Quality", "Setting", "Tuning", "Validation", "tune"]
