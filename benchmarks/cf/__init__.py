"""The neighbour engine: building it, asking it, spreading it over workers, each beside other libraries."""

from benchmarks.cf.run import run

__all__ = ["run"]
