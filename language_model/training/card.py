"""The model card that stands beside an adapter."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from catalog.errors import ConfigError
from language_model.adapter import WEIGHTS, Adapter
from language_model.training.settings import TrainSettings

CARD = "README.md"
SHIPS = "It learned only from data that allow it to be given to others, with attribution."
KEPT = "Some of these data may not allow it to be given to others."


@dataclass(frozen=True)
class Origin:
    """Where a run comes from, for the card and for the check that a resumed run is the same one."""

    command: str
    licences: Mapping[str, str]
    """By data set."""
    checksums: Mapping[str, str]
    """Of the data sets' contents."""
    shippable: bool = False


@dataclass(frozen=True)
class Start:
    """The adapter that a run began from: SHA-256 of its weights, and its own card, empty where it has none."""

    checksum: str
    card: str

    @classmethod
    def read(cls, folder: Path, *, shippable: bool) -> Self:
        """Raises ConfigError when there is no adapter, or, with `shippable`, when its card does not say that it may
        be given to others."""
        weights = Adapter.read(folder).folder / WEIGHTS
        path = folder / CARD
        card = path.read_text(encoding="utf-8") if path.is_file() else ""
        if shippable and (SHIPS not in card or KEPT in card):
            raise ConfigError(
                f"The card of the adapter in {folder} does not say that it may be given to others; begin from "
                "another, or train without --shippable."
            )
        return cls(hashlib.sha256(weights.read_bytes()).hexdigest(), card)

    def told(self) -> str:
        """A chapter of the new card, with the old one in it."""
        body = re.sub(r"\A---\n.*?\n---\n", "", self.card, flags=re.DOTALL)
        lower = re.sub(r"^#", "###", body, flags=re.MULTILINE).strip()
        return f"\n## The adapter that it began from\n\nIts weights have the SHA-256 {self.checksum}.\n\n{lower}\n"


def write_card(
    folder: Path,
    *,
    base: str,
    settings: TrainSettings,
    origin: Origin,
    result: Mapping[str, Any],
    start: Start | None = None,
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
    may = SHIPS if origin.shippable else KEPT
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
{_lists(result)}
## Limits

A small model: it ranks and words, and what it writes is checked against the catalogue before anyone sees it.
Tastes in the data, and what is missing from them, come back in what it finds likely.
{"" if start is None else start.told()}"""
    scratch = folder / f".{CARD}"
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(folder / CARD)


def _lists(result: Mapping[str, Any]) -> str:
    """What the figures of lists mean, and what the other voices reach in them; empty where none were learned."""
    rest, scales = result["rest"], result["scales"]
    if rest is None:
        return ""
    alone = ", ".join(f"{name} {rest[name]:.3f}" for name in ("loss", "accuracy", "exact"))
    return f"""
Of `fused`, loss in nats a list; accuracy: share of the rivals that the right title is put before; exact: share of lists
in which it is put before all. The other voices by themselves, at the scale that suits them best there: {alone}.
What they say counts {scales["rest"]:.3f}, a nat of the likelihood {scales["likelihood"]:.3f}.
"""


def _checksum(stated: str | None) -> str:
    return f" (content sha256 {stated[:16]})" if stated else ""
