"""The long tail: what reaching beyond the popular costs, and what it brings."""

from evaluation.tail.run import run_tail
from evaluation.tail.settings import TailSettings

__all__ = ["TailSettings", "run_tail"]
