"""All that a run needs to go on exactly where it was, as one folder written whole or not at all.

::

    OUT/checkpoints/00000200/
    ├── tensors.safetensors    adapter, best adapter so far, task weights, optimiser's moments, torch's generator
    └── state.json             counts, sampler, validations, settings and what was learned from
"""

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from catalog.errors import ConfigError, DataError

FOLDER, TENSORS, STATE = "checkpoints", "tensors.safetensors", "state.json"


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    step: int
    tensors: Mapping[str, Tensor]
    state: Mapping[str, Any]

    def write(self, out: Path) -> Path:
        """Beside the earlier ones, of which the one before is kept and the others are removed."""
        place = out / FOLDER
        place.mkdir(parents=True, exist_ok=True)
        target = place / f"{self.step:08}"
        with tempfile.TemporaryDirectory(prefix=".part-", dir=place) as scratch:
            content = Path(scratch, "content")
            content.mkdir()
            save_file({name: part.contiguous() for name, part in self.tensors.items()}, content / TENSORS)
            (content / STATE).write_text(json.dumps(self.state), encoding="utf-8")
            if target.exists():
                target.replace(Path(scratch, "old"))
            content.replace(target)
        for old in _all(out)[:-2]:
            shutil.rmtree(old)
        return target

    @classmethod
    def latest(cls, out: Path) -> "Checkpoint":
        """Raises ConfigError when there is none, DataError when it is damaged."""
        found = _all(out)
        if not found:
            raise ConfigError(f"There is no checkpoint in {out} to go on from; train without --resume.")
        try:
            state = json.loads((found[-1] / STATE).read_text(encoding="utf-8"))
            return cls(int(found[-1].name), load_file(found[-1] / TENSORS), state)
        except (OSError, ValueError, SafetensorError) as error:
            raise DataError(
                f"The checkpoint is damaged ({error}); delete it, and training goes on from the one before.",
                file=found[-1],
            ) from error


def part_of(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    """Those whose name begins with the prefix, without it."""
    return {name.removeprefix(prefix): part for name, part in tensors.items() if name.startswith(prefix)}


def has_checkpoint(out: Path) -> bool:
    return bool(_all(out))


def _all(out: Path) -> list[Path]:
    return sorted(path for path in (out / FOLDER).glob("[0-9]*") if path.is_dir())
