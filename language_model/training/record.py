"""The run's log, and the curves drawn from it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from catalog.errors import MissingDependency

LOG, CURVES = "metrics.jsonl", "curves.png"


class Log:
    """One JSON line a step and a validation. What was written after the checkpoint that a run goes on from is
    dropped."""

    def __init__(self, folder: Path, *, up_to: int) -> None:
        self._path = folder / LOG
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.is_file() else []
        self.rows: list[dict[str, Any]] = [
            row for line in lines if (row := _row(line)) and row["step"] <= up_to
        ]
        scratch = self._path.with_suffix(".part")
        scratch.write_text("".join(json.dumps(row) + "\n" for row in self.rows), encoding="utf-8")
        scratch.replace(self._path)

    def add(self, row: dict[str, Any]) -> None:
        self.rows.append(row)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def _row(line: str) -> dict[str, Any] | None:
    """None for a line that a stop cut short."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and "step" in row else None


def draw(rows: Sequence[dict[str, Any]], folder: Path) -> None:
    """Losses in training and validation, the tasks' weights and the rate, over tokens."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ModuleNotFoundError as error:
        raise MissingDependency("The curves of a training", extra="train") from error
    figure = Figure(figsize=(11, 7), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(2, 2)
    steps = [row for row in rows if "train" in row]
    checks = [row for row in rows if "validation" in row]
    tasks = sorted({task for row in steps for task in row["train"]})
    for task in tasks:
        own = [row for row in steps if task in row["train"]]
        where = [row["tokens"] for row in own]
        axes[0, 0].plot(where, _smooth([row["train"][task] for row in own]), label=task)
        axes[1, 0].plot([row["tokens"] for row in steps], [row["weights"][task] for row in steps], label=task)
        held = [row for row in checks if task in row["validation"]]
        losses = [row["validation"][task]["loss"] for row in held]
        axes[0, 1].plot([row["tokens"] for row in held], losses, marker="o", label=task)
    axes[1, 1].plot([row["tokens"] for row in steps], [row["rate"] for row in steps])
    titles = ("training loss, nats a token (smoothed)", "validation loss", "task weights", "learning rate")
    for axis, title in zip(axes.flat, titles, strict=True):
        axis.set_title(title)
        axis.set_xlabel("tokens read")
    for axis in (axes[0, 0], axes[0, 1], axes[1, 0]):
        if tasks:
            axis.legend()
    scratch = folder / f".{CURVES}"
    figure.savefig(scratch, format="png", dpi=110)
    scratch.replace(folder / CURVES)


def _smooth(values: Sequence[float]) -> list[float]:
    found: list[float] = []
    for value in values:
        found.append(value if not found else 0.9 * found[-1] + 0.1 * value)
    return found
