"""How much memory this process holds, and the most it has held, in MB."""

import ctypes
import resource
import sys
from pathlib import Path

STATUS = Path("/proc/self/status")
FORGET = Path("/proc/self/clear_refs")


def resident_mb() -> float:
    return _of_status("VmRSS")


def peak_mb() -> float:
    """The largest `resident_mb` since `forget_peak`.

    Linux keeps it for the program that runs. `ru_maxrss`, what other systems have, begins with what the
    parent held when it started this process.
    """
    return _of_status("VmHWM")


def forget_peak() -> None:
    if FORGET.exists():
        FORGET.write_text("5", encoding="ascii")


def give_back() -> None:
    """What was freed goes back to the system, where the C library can, so that what is taken next shows."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _of_status(field: str) -> float:
    if not STATUS.exists():
        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    lines = STATUS.read_text(encoding="ascii").splitlines()
    found = next(line for line in lines if line.startswith(f"{field}:"))
    return int(found.split()[1]) / 1024
