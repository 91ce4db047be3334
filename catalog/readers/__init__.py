"""Public data sets from the files that their makers publish."""

from catalog.readers.movielens import CITATION, NOUN, film
from catalog.readers.registry import LAYOUTS, OFFICIAL, Official, recognised

__all__ = ["CITATION", "LAYOUTS", "NOUN", "OFFICIAL", "Official", "film", "recognised"]
