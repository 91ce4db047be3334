"""Pictures of a run, drawn by matplotlib."""

from dataclasses import dataclass
from io import BytesIO
from typing import Literal

import numpy as np

from catalog import MissingDependency

COLOURS, STYLES = 10, (("o", "-"), ("^", "--"), ("s", ":"))
"""Lines have each colour once before they come again in the next style."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line, or one colour of bars; `low` and `high` are the ends of the intervals, or empty."""

    name: str
    x: tuple[float | str, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Plot:
    """`name` is the stem of its file; `x` and `y` label the axes."""

    name: str
    title: str
    x: str
    y: str
    series: tuple[Series, ...]
    kind: Literal["bars", "lines"] = "lines"

    def png(self) -> bytes:
        """Raises catalog.MissingDependency without matplotlib."""
        try:
            from matplotlib.figure import Figure
        except ImportError as error:
            raise MissingDependency("Plots", extra="evaluation") from error

        figure = Figure(figsize=(8, 4.5), dpi=110, layout="constrained")
        axes = figure.subplots()
        for place, one in enumerate(self.series):
            reach = _reach(one)
            if self.kind == "lines":
                marker, line = STYLES[place // COLOURS % len(STYLES)]
                axes.errorbar(
                    one.x, one.y, yerr=reach, marker=marker, linestyle=line, capsize=3, label=one.name
                )
            else:
                width = 0.8 / len(self.series)
                at = np.arange(len(one.x)) + (place - (len(self.series) - 1) / 2) * width
                axes.bar(at, one.y, width, yerr=reach, capsize=3, label=one.name)
                axes.set_xticks(
                    np.arange(len(one.x)), [str(label) for label in one.x], rotation=20, ha="right"
                )
        axes.set(title=self.title, xlabel=self.x, ylabel=self.y)
        axes.grid(axis="y", alpha=0.3)
        if len(self.series) > 1:
            figure.legend(loc="outside right upper", frameon=False)
        picture = BytesIO()
        figure.savefig(picture, format="png", metadata={"Software": None})
        return picture.getvalue()


def _reach(one: Series) -> list[list[float]] | None:
    """Distances from the values down to `low` and up to `high`, as matplotlib takes them."""
    if not one.low:
        return None
    below = [max(0.0, y - low) for y, low in zip(one.y, one.low, strict=True)]
    return [below, [max(0.0, high - y) for y, high in zip(one.y, one.high, strict=True)]]
