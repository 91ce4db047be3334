"""Where Duetto keeps its files."""

import os
from pathlib import Path

from platformdirs import user_cache_dir, user_data_dir

APPLICATION = "duetto"


def data_home() -> Path:
    """The folder of indexes and sessions: `$DUETTO_HOME/data`, else the user's data folder."""
    home = os.environ.get("DUETTO_HOME")
    return Path(home).expanduser() / "data" if home else Path(user_data_dir(APPLICATION))


def cache_home() -> Path:
    """The folder of what can be fetched again: `$DUETTO_HOME/cache`, else the user's cache."""
    home = os.environ.get("DUETTO_HOME")
    return Path(home).expanduser() / "cache" if home else Path(user_cache_dir(APPLICATION))


def dev_data() -> Path:
    """The folder of development data (`$DUETTO_DEV_DATA`), for tests and benchmarks.

    It may be absent; whoever uses it skips then.
    """
    stated = os.environ.get("DUETTO_DEV_DATA")
    if stated:
        return Path(stated).expanduser()
    return Path(__file__).resolve().parents[2] / "shared" / "data"
