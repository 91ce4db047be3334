"""What a reader has to know of a run, one sentence or two at a time."""

from collections.abc import Sequence

import numpy as np

from catalog import Dataset
from evaluation.combining import HOW, Combined
from evaluation.ranking.people import Examiner
from evaluation.ranking.settings import ChoosingSettings, NewPersonSettings, RankingSettings
from evaluation.ranking.splits import HeldOut
from evaluation.rows import Row


def history_notes(
    run: Examiner,
    setting: str,
    settings: RankingSettings,
    *,
    combined: Combined | None,
    by_time: bool,
    n_people: int,
) -> tuple[str, ...]:
    """Of a run over held-out ratings, but for the peers."""
    held = "the last rating by time" if by_time else "a random rating"
    if setting == "sampled":
        said = [
            f"Protocol 1, LLMRank setting: {held} of each of {n_people} people held out and ranked among "
            f"{settings.negatives} random items that the person never rated, shuffled.",
            "A sampled protocol: its figures are far above those of a full ranking and may order systems "
            "otherwise, so they compare with nothing but the same protocol.",
        ]
    else:
        said = [
            f"Protocol 1: {held} of each of {n_people} people held out, full ranking of all items the person "
            "had not rated, no sampled negatives; a miss counts 0.",
            f"coverage@{settings.k}: share of the catalogue that anyone was shown. popularity: mean number of "
            "ratings of what is shown. Gini: 0 when all items are shown alike, towards 1 when the same few "
            "are. novelty: mean self-information in bits. diversity: 1 - cosine between the cards of a list.",
        ]
    said.append(
        "A hit is a hit however it was rated, so popularity and other libraries count all ratings and this "
        "project's models what their configuration says; CF alone and what rests on it stay the agent's own, "
        "which seek what a person likes."
    )
    if setting == "leave-last-out":
        said.append(page_caution(run.split))
    said.append(_uncertainty(settings))
    if combined is not None:
        what = "last but one" if by_time else "another random rating"
        said.append(
            f"Fused: alpha * CF + (1 - alpha) * LM ({settings.normalisation} over the pool) with {combined.alpha}, of "
            f"{len(settings.alphas)} values the best by NDCG@{settings.k} on the validation rating ({what}) of "
            f"{len(combined.cases)} people."
        )
        said.append(HOW)
        said.append("The language model scores every candidate." if setting == "sampled" else _pool(settings))
    return tuple(said)


def page_caution(split: HeldOut) -> str:
    """How long after the rating before it the last one comes."""
    time = split.interactions.timestamp
    gap = 0.0 if time is None else float(np.median(time[split.test] - time[split.validation]))
    return (
        f"Caution: the last rating comes a median of {gap:,.0f} after the one before it on the clock of the "
        "timestamps, which are seconds where they are times. Where people rate page by page, weighing what is "
        "recent wins partly by following the page, and is no drift of taste; read the random hold-out beside "
        "this one."
    )


def new_person_notes(
    dataset: Dataset,
    settings: NewPersonSettings,
    *,
    n_people: int,
    combined: Combined | None,
) -> tuple[str, ...]:
    """Of a run with new people, but for the peers."""
    scale = dataset.interactions.scale
    relevant = "the person's other items"
    if not scale.implicit:
        relevant = f"the other items rated {scale.like_at:g} or more"
    said = [
        f"Protocol 1, new person: {settings.folds} folds over users; {n_people} people of all folds but the "
        "first, nobody of a person's own fold in the data learnt from. The known ratings of each, drawn at "
        "random, are revealed and all other items are ranked, no sampled negatives.",
        f"To be found: {relevant}, of people with at least {settings.least_relevant} such items when "
        f"{max(settings.reveal)} ratings are known.",
        "The more is revealed the less is left to be found, so compare systems within one count; over the "
        "counts, compare the differences.",
        _uncertainty(settings),
    ]
    if scale.implicit:
        said.append(f"bad@{settings.k} is empty: nobody says here what they dislike.")
    else:
        said.append(
            f"bad@{settings.k}: share of the list rated {scale.dislike_at:g} or less; items without a rating "
            "are not bad."
        )
    if combined is not None:
        said += [
            f"Fused: {combined.alpha}, chosen for all counts together by NDCG@{settings.k} on people of the first fold "
            f"alone, of {len(settings.alphas)} values: at no count worse there than CF or LM alone, and never falling "
            f"where that can be; scores are normalised by {settings.normalisation} over the pool.",
            HOW,
            _pool(settings),
        ]
    return tuple(said)


def about(dataset: Dataset, peers: Sequence[Row]) -> tuple[str, ...]:
    """Who the peers are, and where the data are from."""
    return (*(f"{row.name}: {row.about}." for row in peers), f"Data: {dataset.source or dataset.name}.")


def _uncertainty(settings: ChoosingSettings) -> str:
    return (
        f"Mean and 95% interval over people (10,000 bootstrap resamples, seed {settings.seed}); the "
        "difference is paired."
    )


def _pool(settings: ChoosingSettings) -> str:
    return (
        f"LM alone, fused and the rows behind it reorder a pool, the {settings.cf_pool} best by CF and up to "
        f"{settings.content_pool} best by content, within the places it has in CF order; everything "
        "else keeps its place, so that alpha 1 is CF alone."
    )
