"""Measuring in a process of its own: nothing is warm, and its memory is its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "LK_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "DUETTO_THREADS",
)
"""How the libraries are told to use one thread."""


class Failed(Exception):  # noqa: N818 - reads better in `except`
    """The process ended without a result; the text is the last line of what it said."""


def measured(module: str, *arguments: str) -> Any:
    """What `python -m module` prints, read as JSON. Raises Failed."""
    tell("  ".join([module.rpartition(".")[2], *(Path(argument).name for argument in arguments)]))
    single = dict.fromkeys(VARIABLES, "1")
    command = [sys.executable, "-W", "ignore", "-m", module, *arguments]
    done = subprocess.run(command, env=os.environ | single, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise Failed(said[-1] if said else f"ended by signal {-done.returncode}")
    return json.loads(done.stdout.splitlines()[-1])


def tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
