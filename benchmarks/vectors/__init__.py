"""The vector index at 10,000 to 1,000,000 synthetic items, embedded and at a server, and the embedding of cards."""

from benchmarks.vectors.run import run

__all__ = ["run"]
