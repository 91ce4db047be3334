"""Every size, embedded and at a server."""

import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.report import Report
from benchmarks.timing import percentile
from benchmarks.vectors.embedding import embedding
from benchmarks.vectors.synthetic import vectors
from benchmarks.vectors.titles import lookups
from evaluation.report import Table

SIZES = (10_000, 100_000, 1_000_000)
QUICK = (100_000,)
SERVER_QUICK = 10_000
HEADLINE = 100_000
"""The size whose figures go by their plain names, where it is measured; those of others begin with the size."""
WAIT_S = 60
COLUMNS = ("items", "build/s", "MB on disk", "build MB", "open s", "search MB", "recall@100")
TIMES = ("search", "broad", "narrow", "excluded")


def run(
    *, quick: bool, sizes: Sequence[int] | None = None, folder: Path | None = None, served: bool = True
) -> Report:
    """`sizes` default to 10,000, 100,000 and a million; quick to 100,000, with the server at 10,000 only.

    The embedded indexes stay in the `folder`, and one that is there is not built again.
    """
    counts = sizes or (QUICK if quick else SIZES)
    searches = 100 if quick else 300
    headline = HEADLINE if HEADLINE in counts else counts[0]
    times, cards = embedding(cards=256 if quick else 2048, rounds=3 if quick else 5)
    own, plain = (cards / float(np.median(part)) for part in (times.ours, times.theirs))
    figures: dict[str, float] = {}
    rows, peers = [], {"plain sentence-transformers loop": {"embed_cards_per_s": plain}}
    for count in counts:
        found = measured(count, searches=searches, kept=folder)
        rows.append((f"{count:,}, embedded", found))
        figures |= found if count == headline else {f"{count}_{key}": value for key, value in found.items()}
    at_server = (SERVER_QUICK,) if quick and not sizes else counts
    for count in at_server if served else ():
        found = measured(count, searches=searches, served=True)
        rows.append((f"{count:,}, server", found))
        peers[f"Chroma server, {count} items"] = found
    figures |= {"items": headline, "embed_cards_per_s": own}
    spent = lookups(count=200)
    figures |= {f"title_p{share}_ms": percentile(spent, share) for share in (50, 95)}
    note = times.spread(f"{cards} cards: the plain loop takes, of our time")
    return Report(
        "vectors", figures, peers, (note, "lists of 100; milliseconds are p50 / p95"), _tables(rows)
    )


def measured(
    count: int, *, searches: int, served: bool = False, kept: Path | None = None
) -> dict[str, float]:
    """Build and search, each in a process of its own, which also opens what the first one built."""
    print(f"{count:,} items{' at a server' if served else ''}", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as made:
        scratch = kept / str(count) if kept else Path(made)
        built = scratch / "built.json"
        if not built.exists():
            _draw(scratch, count, searches)
        if served:
            with server(scratch / "chroma") as address:
                return _child("build", scratch, address) | _child("search", scratch, address)
        if not built.exists():
            built.write_text(json.dumps(_child("build", scratch)), encoding="utf-8")
        building: dict[str, float] = json.loads(built.read_text(encoding="utf-8"))
        return building | _child("search", scratch)


def _draw(scratch: Path, count: int, searches: int) -> None:
    scratch.mkdir(parents=True, exist_ok=True)
    drawn = vectors(count + searches)
    np.save(scratch / "given.npy", drawn[:count])
    np.save(scratch / "asked.npy", drawn[count:])


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The address of a Chroma server of our own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    chroma = str(Path(sys.executable).with_name("chroma"))
    command = [chroma, "run", "--path", str(folder), "--port", str(port), "--host", "127.0.0.1"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _answering(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _answering(port: int) -> None:
    until = time.monotonic() + WAIT_S
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(f"The Chroma server did not start within {WAIT_S} seconds.")


def _child(what: str, scratch: Path, *address: str) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.vectors.measure", what, str(scratch), *address]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _tables(rows: Sequence[tuple[str, dict[str, float]]]) -> tuple[Table, ...]:
    keys = ("build_items_per_s", "disk_mb", "build_peak_mb", "open_s", "search_peak_mb", "recall_at_100")
    sizes = tuple((name, *(f"{found[key]:.4g}" for key in keys)) for name, found in rows)
    times = tuple(
        (name, *(f"{found[f'{kind}_p50_ms']:.3g} / {found[f'{kind}_p95_ms']:.3g}" for kind in TIMES))
        for name, found in rows
    )
    return Table("index", COLUMNS, sizes), Table("search, ms", ("items", *TIMES), times)
