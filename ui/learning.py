"""What training and its ablation share: sources without what evaluation measures on, and where a run comes from."""

import os
import sys
from collections.abc import Sequence

import torch

from agent.lessons import Sources, read_sources
from evaluation.report.run import command_line
from evaluation.understanding.annotations import annotated_dialogues
from language_model.training import Origin
from ui.progress import progress_bars


def sources_of(data: Sequence[str], *, shippable: bool, quiet: bool) -> Sources:
    """Raises ConfigError for data that may not be learned from by what is given on."""
    with progress_bars(quiet=quiet) as progress:
        sources = read_sources(data, held_out=annotated_dialogues(), progress=progress)
    return sources.shippable() if shippable else sources


def origin_of(sources: Sources, *, shippable: bool) -> Origin:
    checksums = {one.name: one.dataset.checksum() for one in sources.materials}
    return Origin(command_line(sys.argv), sources.licences(), checksums, shippable)


def use_threads(threads: int | None) -> None:
    """As stated, else as `$DUETTO_THREADS` says, else as many as torch takes by itself."""
    stated = threads or os.environ.get("DUETTO_THREADS")
    if stated and str(stated).isdecimal() and int(stated) > 0:
        torch.set_num_threads(int(stated))
