"""Examples of a run over held-out ratings: where each system had the true item, and what it showed."""

from collections.abc import Iterator, Sequence

import numpy as np

from catalog import Items
from evaluation import metrics
from evaluation.combining import Choice
from evaluation.ranking.record import PersonRecord
from evaluation.ranking.settings import RankingSettings
from evaluation.report import Example, Table, metric_table
from evaluation.report.summary import grouped
from evaluation.rows import CF, Content, Train


def outcomes(
    records: Sequence[PersonRecord],
    *,
    choice: Choice | None,
    sampled: bool,
    content: Content | None,
    items: Items,
    settings: RankingSettings,
) -> tuple[Example, ...]:
    """By system, in the order of the registry; the rows of the language model where combiners were chosen."""
    found: dict[str, list[Example]] = {}
    for record in records:
        for system, rank, top in _lists(record, choice):
            values = sampled_values(rank, settings) if sampled else full_values(rank, settings)
            if content is not None and not sampled:
                rows = [items.index_of(item_id) for item_id in top]
                diversity = metrics.intra_list_diversity(content.vectors[rows])
                values[f"diversity@{settings.k}"] = round(diversity, 6)
            detail = {"target": record.target, "rank": rank, "top": top}
            found.setdefault(system, []).append(Example(system, record.user_id, values, detail))
    return tuple(one for made in found.values() for one in made)


def full_values(rank: int, settings: RankingSettings) -> dict[str, float]:
    k = settings.k
    return {
        f"HR@{k}": float(metrics.hit(rank, k=k)),
        f"NDCG@{k}": round(float(metrics.ndcg(rank, k=k)), 6),
        "MRR": round(float(metrics.reciprocal_rank(rank)), 6),
    }


def sampled_values(rank: int, settings: RankingSettings) -> dict[str, float]:
    return {f"NDCG@{k}": round(float(metrics.ndcg(rank, k=k)), 6) for k in settings.cutoffs}


def exposure_table(
    examples: Sequence[Example], *, train: Train, items: Items, settings: RankingSettings
) -> Table:
    """What is shown, whoever it is shown to; popularity and novelty by what was learnt from."""
    k, n_items, n_people = settings.k, len(items), len(train.interactions.user_ids)
    columns: dict[str, dict[str, str]] = {f"coverage@{k}": {}, "popularity": {}, "Gini": {}, "novelty": {}}
    for system, made in grouped(examples).items():
        shown = np.array([items.index_of(item_id) for one in made for item_id in one.detail["top"]], np.intp)
        values = (
            f"{metrics.coverage(shown, n_items=n_items):.3f}",
            f"{metrics.mean_popularity(shown, train.n_ratings):.1f}",
            f"{metrics.gini(shown, n_items=n_items):.3f}",
            f"{metrics.novelty(shown, train.n_ratings, n_people=n_people):.2f}",
        )
        for column, value in zip(columns.values(), values, strict=True):
            column[system] = value
    own = [name for name in (f"diversity@{k}",) if any(name in one.values for one in examples)]
    return metric_table("What is shown", examples, metrics=own, seed=settings.seed, extra=columns)


def _lists(record: PersonRecord, choice: Choice | None) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    for system, rank in record.rank.items():
        yield system, rank, record.top[system]
        if system == CF and choice is not None:
            for row, combiner in choice.for_cluster(record.user_id).items():
                yield row, *record.by(combiner)
