"""The tables and the picture of a run over candidates."""

from collections.abc import Iterator, Sequence

import numpy as np

from evaluation import metrics
from evaluation.candidates.record import CandidateRecord
from evaluation.candidates.settings import CandidateSettings
from evaluation.candidates.sources import NEIGHBOURS, WITHOUT
from evaluation.report import Example, Plot, Series, Table, metric_table
from evaluation.report.summary import cell, difference, grouped, mean_of

HEADLINE = "New items, seen filtered: what is among the candidates"
TEXTS = "What the items' texts add"
LABELS = "What is to be found"


def examples(records: Sequence[CandidateRecord], settings: CandidateSettings) -> Iterator[Example]:
    """An example is a turn and an item that it names; by source, in the order in which they were asked."""
    for source in records[0].rank:
        for record in records:
            rank = np.array(record.rank[source], np.float64)
            hits = {f"Recall@{k}": metrics.hit(rank, k=k) for k in settings.lengths}
            for place, label in enumerate(record.labels):
                yield Example(
                    source,
                    f"{record.name}:{label}",
                    {name: float(hit[place]) for name, hit in hits.items()},
                    {"cluster": record.dialogue_id, "target": label, "rank": record.rank[source][place]},
                )


def tables(
    made: Sequence[Example],
    records: Sequence[CandidateRecord],
    *,
    named: set[str],
    settings: CandidateSettings,
) -> tuple[Table, ...]:
    """The headline first. `named` are the items that train dialogues or ratings know."""
    most = f"Recall@{settings.lengths[-1]}"
    headline = metric_table(
        HEADLINE,
        made,
        metrics=[f"Recall@{k}" for k in settings.lengths],
        seed=settings.seed,
        compared_with=NEIGHBOURS,
        difference_of=most,
    )
    texts = _texts(made, settings)
    return (headline, *([texts] if texts.rows else []), _labels(records, named))


def recall_plot(made: Sequence[Example], settings: CandidateSettings, *, name: str) -> Plot:
    """Recall over the budget, of the sources with all they have."""
    lines = []
    for source, own in grouped(made).items():
        if source.endswith(WITHOUT):
            continue
        found = [mean_of(own, f"Recall@{k}", seed=settings.seed) for k in settings.lengths]
        means = [one for one in found if one is not None]
        lines.append(
            Series(
                source,
                tuple(map(float, settings.lengths)),
                tuple(one.mean for one in means),
                tuple(one.low for one in means),
                tuple(one.high for one in means),
            )
        )
    return Plot(name, HEADLINE, "candidates", "Recall", tuple(lines))


def _texts(made: Sequence[Example], settings: CandidateSettings) -> Table:
    """Each source that reads texts, with them and without, and the paired difference, at the largest budget."""
    metric, by_source = f"Recall@{settings.lengths[-1]}", grouped(made)
    rows = [
        (
            source,
            cell(mean_of(own, metric, seed=settings.seed)),
            cell(mean_of(by_source[f"{source}{WITHOUT}"], metric, seed=settings.seed)),
            cell(difference(own, by_source[f"{source}{WITHOUT}"], metric, seed=settings.seed)),
        )
        for source, own in by_source.items()
        if f"{source}{WITHOUT}" in by_source
    ]
    return Table(TEXTS, ("source", f"{metric} with", "without", "difference"), tuple(rows))


def _labels(records: Sequence[CandidateRecord], named: set[str]) -> Table:
    """Instances, and which of them no source can find however good it is, or no neighbour can."""
    labels = [label for record in records for label in record.labels]
    ruled_out = sum(sum(record.ruled_out) for record in records)
    unknown = sum(label not in named for label in labels)
    rows = (
        ("all", str(len(labels)), "100.0%"),
        ("ruled out by wishes as they were understood", str(ruled_out), f"{ruled_out / len(labels):.1%}"),
        ("named by nobody that was learnt from", str(unknown), f"{unknown / len(labels):.1%}"),
    )
    return Table(LABELS, ("items", "instances", "share"), rows)
