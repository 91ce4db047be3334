"""Every template asked the same, and the one that is worth keeping."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from catalog import CardTemplate, Dataset, Progress, cache_home, coverage
from evaluation.cards.cases import PARTS, Case, Part, best_known, cases
from evaluation.cards.settings import CardSettings
from evaluation.cards.templates import DEFAULT, templates
from evaluation.report import Example, Report, Run, Table, metric_table, slug
from evaluation.report.summary import difference, grouped, mean_of
from evaluation.rows.order import Order
from retrieval import ContentSearch, Embedder, card, vectors_by_template


@dataclass(frozen=True, slots=True)
class CardChoice:
    """`name` is that of the chosen template, DEFAULT where no other found significantly more."""

    name: str
    template: CardTemplate
    report: Report


def choose_card(
    dataset: Dataset,
    *,
    embedder: Embedder,
    settings: CardSettings | None = None,
    progress: Progress | None = None,
) -> CardChoice:
    """The template by which the product's search by content finds most.

    The part that chooses and the one that reports share nobody, and nothing that is kept for evaluation is
    looked at. Raises catalog.ConfigError where too few dialogues or people are there.
    """
    settings = settings or CardSettings()
    small = best_known(dataset, settings.items)
    tried = templates(small.items)
    asked = cases(small, settings, embedder)
    folder = cache_home() / "cards" / slug(dataset.name, "templates")
    vectors = vectors_by_template(
        small.items, list(tried.values()), embedder, folder=folder, progress=progress
    )
    made: dict[Part, list[Example]] = {part: [] for part in PARTS}
    for (name, template), matrix in zip(tried.items(), vectors, strict=True):
        search = ContentSearch.over(small.items, matrix, dialogues=asked.taught, template=template)
        for part in PARTS:
            made[part] += _found(name, search, asked.of[part], settings)
    chosen = _chosen(made["choosing"], settings)
    report = Report(
        slug("cards", dataset.name),
        f"Cards: {dataset.name}",
        (*(_table(part, made[part], settings) for part in PARTS), _cards(tried, small)),
        (_verdict(chosen), asked.said, *_notes(dataset, small, settings)),
        tuple(replace(one, example=f"{part} {one.example}") for part in PARTS for one in made[part]),
        Run.of(seed=settings.seed, data={dataset.name: dataset.checksum()}, settings=settings),
    )
    return CardChoice(chosen, tried[chosen], report)


def _found(
    name: str, search: ContentSearch, asked: Sequence[Case], settings: CardSettings
) -> Iterator[Example]:
    for case in asked:
        order = Order.of(search.scores(case.wish), case.situation, tiers=True).all()
        order = order[~np.isin(order, case.situation.mentioned)]
        place = 1 + np.flatnonzero(np.isin(order, case.wanted))
        recall = {f"Recall@{k}": float((place <= k).sum() / len(case.wanted)) for k in settings.lengths}
        yield Example(name, case.name, recall, {"cluster": case.cluster})


def _chosen(made: Sequence[Example], settings: CardSettings) -> str:
    """The best of those that find more than the default by more than who chooses explains."""
    by_name, metric, seed = grouped(made), settings.decides, settings.seed
    better = [DEFAULT]
    for name, own in by_name.items():
        gain = difference(own, by_name[DEFAULT], metric, seed=seed)
        if gain is not None and gain.low > 0:
            better.append(name)
    means = {name: mean_of(by_name[name], metric, seed=seed) for name in better}
    return max(better, key=lambda name: 0.0 if (found := means[name]) is None else found.mean)


def _table(part: Part, made: Sequence[Example], settings: CardSettings) -> Table:
    titles = {"choosing": "Who chooses", "reporting": "Others, who had no say"}
    return metric_table(
        titles[part],
        made,
        metrics=[f"Recall@{k}" for k in settings.lengths],
        seed=settings.seed,
        compared_with=DEFAULT,
        difference_of=settings.decides,
    )


def _cards(tried: dict[str, CardTemplate], small: Dataset) -> Table:
    """The card of one item by every template: the item with the longest by default."""
    longest = max(small.items, key=lambda item: len(card(item)))
    rows = [(name, card(longest, template)) for name, template in tried.items()]
    return Table("A card by each template", ("template", "card"), tuple(rows))


def _verdict(chosen: str) -> str:
    if chosen == DEFAULT:
        return "No template finds significantly more than the default on the part that chooses: the default stays."
    return (
        f'Chosen: "{chosen}", the best of those that find significantly more than the default on the part that '
        "chooses. Whether that holds, the others say."
    )


def _notes(dataset: Dataset, small: Dataset, settings: CardSettings) -> Iterator[str]:
    yield (
        "Recall@K of content alone by all its voices, as the product weighs them, over the "
        f"{len(small.items):,} best known of {len(dataset.items):,} items."
    )
    yield coverage(small.items)
    yield (
        f"Mean and 95% interval; whole dialogues, or people, are resampled (10,000 times, seed {settings.seed}); "
        "differences are paired."
    )
    if dataset.source:
        yield f"Data: {dataset.source}."
