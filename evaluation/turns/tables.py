"""The tables and the picture of a turn-level run."""

from collections.abc import Sequence

from evaluation.combining import Combined
from evaluation.report import Plot, Series, Table, metric_table
from evaluation.report.summary import cell, grouped, mean_of
from evaluation.rows import CF
from evaluation.turns.outcome import HEADLINE, LEGACY, METRICS, VIEWS, Outcome, View
from evaluation.turns.record import TurnRecord
from evaluation.turns.settings import TurnSettings

REPETITION = "Repetition: all items, seen kept (the legacy protocol), beside the headline"
LABELS = "What is to be found"


def tables(
    made: Sequence[Outcome],
    records: Sequence[TurnRecord],
    combined: Combined | None,
    settings: TurnSettings,
) -> tuple[Table, ...]:
    """The headline first."""
    found = [_table(view, made, settings) for view in VIEWS if view.of(made)]
    examples = HEADLINE.examples(made, settings.lengths)
    more = () if combined is None else combined.tables({"new items": examples})
    return (*found, _further(made, settings), repetition(made, settings), label_counts(records), *more)


def repetition(made: Sequence[Outcome], settings: TurnSettings) -> Table:
    """What each system owes to items that the dialogue had named already."""
    legacy = grouped(LEGACY.examples(made, settings.lengths))
    headline = grouped(HEADLINE.examples(made, settings.lengths))
    names = [f"Recall@{k}" for k in sorted({1, settings.k})]
    columns = ("system", *(f"legacy {name}" for name in names), f"hits@{settings.k} that repeat")
    rows = []
    for system, examples in legacy.items():
        hits = [one for one in examples if one.values[names[-1]]]
        repeats = sum(not one.detail["new"] for one in hits)
        share = f"{repeats} of {len(hits)}"
        means = [cell(mean_of(examples, name, seed=settings.seed)) for name in names]
        new = [cell(mean_of(headline.get(system, []), name, seed=settings.seed)) for name in names]
        rows.append((system, *means, share, *new))
    return Table(REPETITION, (*columns, *(f"headline {name}" for name in names)), tuple(rows))


def label_counts(records: Sequence[TurnRecord]) -> Table:
    """Instances, turns and dialogues by kind of label."""
    total = sum(len(one.labels) for one in records)
    rows = []
    for kind in ("all", "new", "repeated"):
        own = [
            (one, label)
            for one in records
            for label in one.labels
            if kind == "all" or one.is_new(label) == (kind == "new")
        ]
        share = f"{len(own) / total:.1%}"
        turns, dialogues = {one.name for one, _ in own}, {one.dialogue_id for one, _ in own}
        rows.append((kind, str(len(own)), share, str(len(turns)), str(len(dialogues))))
    return Table(LABELS, ("items", "instances", "share", "turns", "dialogues"), tuple(rows))


def recall_plot(made: Sequence[Outcome], settings: TurnSettings, *, name: str) -> Plot:
    """Recall at each length in the headline."""
    lines = []
    for system, examples in grouped(HEADLINE.examples(made, settings.lengths)).items():
        means = [mean_of(examples, f"Recall@{k}", seed=settings.seed) for k in settings.lengths]
        own = [one for one in means if one is not None]
        lines.append(
            Series(
                system,
                tuple(map(float, settings.lengths)),
                tuple(one.mean for one in own),
                tuple(one.low for one in own),
                tuple(one.high for one in own),
            )
        )
    return Plot(name, HEADLINE.title, "length of the list", "Recall", tuple(lines))


def _table(view: View, made: Sequence[Outcome], settings: TurnSettings) -> Table:
    names = [f"Recall@{k}" for k in settings.lengths]
    headline = view == HEADLINE
    return metric_table(
        f"{view.title}{', whole catalogue: the headline' if headline else ''}",
        view.examples(made, settings.lengths),
        metrics=[*names, f"NDCG@{settings.k}", f"MRR@{settings.k}"],
        seed=settings.seed,
        compared_with=CF if headline else None,
        difference_of=f"NDCG@{settings.k}" if headline else None,
    )


def _further(made: Sequence[Outcome], settings: TurnSettings) -> Table:
    """NDCG and MRR at all lengths; at 1 both are Recall@1."""
    return metric_table(
        f"{HEADLINE.title}: NDCG and MRR",
        HEADLINE.examples(made, settings.lengths),
        metrics=[f"{name}@{k}" for name in METRICS if name != "Recall" for k in settings.lengths],
        seed=settings.seed,
    )
