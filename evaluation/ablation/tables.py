"""The ablation as tables: every system on every task, and what learning together changed."""

from collections.abc import Iterator, Mapping, Sequence

from evaluation.ablation.record import METRICS, TaskRecord
from evaluation.bootstrap import interval, paired
from evaluation.report import Plot, Series, Table

Records = Mapping[tuple[str, str], TaskRecord]


def per_task(records: Records, systems: Sequence[str], tasks: Sequence[str], *, seed: int) -> Iterator[Table]:
    for task in tasks:
        rows = []
        for system in systems:
            own = records[system, task]
            cells = [str(interval(own.values(metric), seed=seed)) for metric in METRICS]
            rows.append((system, str(len(own.loss)), *cells))
        yield Table(
            task, ("system", "examples", "loss, nats a token", "accuracy", "exact"), tuple(rows)
        )  # fmt: skip


def differences(
    records: Records, pairs: Sequence[tuple[str, str, str]], *, seed: int
) -> Table:  # fmt: skip
    """`pairs` are (task, system, the one it is compared with); a loss below 0 is better."""
    rows = []
    for task, system, other in pairs:
        one, two = records[system, task], records[other, task]
        cells = [str(paired(one.values(m), two.values(m), seed=seed)) for m in METRICS]
        rows.append((task, f"{system} - {other}", *cells))
    return Table("Differences, paired", ("task", "systems", "loss", "accuracy", "exact"), tuple(rows))


def picture(records: Records, systems: Sequence[str], tasks: Sequence[str], *, seed: int) -> Plot:
    series = []
    for system in systems:
        found = [interval(records[system, task].loss, seed=seed) for task in tasks]
        series.append(
            Series(
                system,
                tuple(tasks),
                tuple(one.mean for one in found),
                tuple(one.low for one in found),
                tuple(one.high for one in found),
            )
        )
    return Plot("ablation-loss", "Loss on held-out examples", "task", "nats a token", tuple(series), "bars")
