"""What a reader has to know of a run of the long tail, one sentence or two at a time."""

from catalog import Dataset
from evaluation.tail.settings import TailSettings


def notes(dataset: Dataset, settings: TailSettings, *, model: str, n_people: int) -> tuple[str, ...]:
    k, scale = settings.k, dataset.interactions.scale
    relevant = "the person's other items"
    if not scale.implicit:
        relevant = f"the other items rated {scale.like_at:g} or more"
    said = [
        f"New people: {settings.folds} folds over users; {n_people} people of all folds but the first, nobody "
        f"of a person's own fold in the data learnt from. {settings.known} ratings of each, drawn at random, "
        f"are known; to be found are {relevant}, at least {settings.least_relevant} of them, among all items.",
        f"Scores: {model}. The {settings.pool} best are re-ranked: score / ratings ^ strength; maximal marginal "
        "relevance by the cosine of who likes two items; calibration of the list's "
        f"{settings.attribute} shares to those of what the person is known to like.",
        "The strengths in the first table are the largest that validation people (the first fold) allow; "
        "every other figure is of the test people.",
        f"Mean and 95% interval over people (10,000 bootstrap resamples, seed {settings.seed}); the "
        "difference is paired, and so are the bars of the picture, which show the difference to the order by "
        "score.",
        f"coverage@{k}: share of the catalogue that anyone was shown, which grows with the number of people, "
        "so compare within one run. popularity: mean number of ratings of what is shown. Gini: 0 when all "
        "items are shown alike, towards 1 when the same few are. novelty: mean self-information in bits. "
        "diversity: 1 - cosine of who likes the items of a list. KL: divergence in nats of the list from what "
        "is known to be liked, 0 when alike.",
    ]
    if not scale.implicit:
        said.append(
            f"bad@{k}: share of the list rated {scale.dislike_at:g} or less; items without a rating are not bad."
        )
    return (*said, f"Data: {dataset.source or dataset.name}.")
