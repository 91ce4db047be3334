"""The model card that stands beside an adapter."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from language_model.training.settings import TrainSettings


@dataclass(frozen=True)
class Origin:
    """Where a run comes from, for the card and for the check that a resumed run is the same one."""

    command: str
    licences: Mapping[str, str]
    """By data set."""
    checksums: Mapping[str, str]
    """Of the data sets' contents."""
    shippable: bool = False


def write_card(
    folder: Path, *, base: str, settings: TrainSettings, origin: Origin, result: Mapping[str, Any]
) -> None:
    """README.md: data, licences, command, seed, hours, and validation by task at the start and at the end."""
    rows = [
        f"| {task} | {was['loss']:.3f} | {now['loss']:.3f} | {was['accuracy']:.3f} | {now['accuracy']:.3f} | "
        f"{was['exact']:.3f} | {now['exact']:.3f} | {int(now['examples'])} |"
        for task, now in result["end"].items()
        for was in [result["start"][task]]
    ]
    data = [
        f"* {name}: {licence}{_checksum(origin.checksums.get(name))}"
        for name, licence in origin.licences.items()
    ]
    may = (
        "It learned only from data that allow it to be given to others, with attribution."
        if origin.shippable
        else "Some of these data may not allow it to be given to others."
    )
    text = f"""---
base_model: {base}
library_name: peft
---

# Low-rank adapter for {base}

Made by `duetto train`; use it with `--adapter` or `$DUETTO_ADAPTER`.

    {origin.command}

* Tasks: {", ".join(result["end"])}
* Rank {settings.rank} on every linear layer; seed {settings.seed}
* {result["steps"]} steps, {result["tokens"]:,} tokens, {result["hours"]:.2f} hours; the adapter is that of step
  {result["best_step"]}; {result["ended"]}

## Data

{chr(10).join(data)}

{may}

## Validation

People and dialogues that were not learned from. Loss in nats a token; accuracy: share of the target's tokens that
the model would have chosen; exact: share of targets that it would have written whole.

| task | loss before | after | accuracy before | after | exact before | after | examples |
|---|---:|---:|---:|---:|---:|---:|---:|
{chr(10).join(rows)}

## Limits

A small model: it ranks and words, and what it writes is checked against the catalogue before anyone sees it.
Tastes in the data, and what is missing from them, come back in what it finds likely.
"""
    scratch = folder / ".README.md"
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(folder / "README.md")


def _checksum(stated: str | None) -> str:
    return f" (content sha256 {stated[:16]})" if stated else ""
