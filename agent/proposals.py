"""Whether the language model proposes candidates of its own, and how it is asked for them."""

import os

from catalog import ConfigError

VARIABLE = "DUETTO_MODEL_CANDIDATES"
MOST = 1000
SECONDS = 2.0
"""After which a turn goes on with the titles found by then."""


def model_candidates() -> int:
    """What `$DUETTO_MODEL_CANDIDATES` says, 0 where it is not set. Raises ConfigError for what is no number."""
    stated = os.environ.get(VARIABLE) or "0"
    if not stated.isdecimal() or int(stated) > MOST:
        raise ConfigError(f"${VARIABLE} is {stated!r}; give a whole number from 0 (off) to {MOST}.")
    return int(stated)
