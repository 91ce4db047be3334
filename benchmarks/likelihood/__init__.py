"""Scoring candidates both ways, against the ways in which it is usually done."""

from benchmarks.likelihood.figures import run

__all__ = ["run"]
