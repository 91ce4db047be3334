"""What a reader has to know of a turn-level run, one sentence at a time."""

from collections.abc import Sequence

from catalog import Dataset, Dialogue
from evaluation.combining import HOW
from evaluation.turns.context import unknown_mentions
from evaluation.turns.settings import TurnSettings


def notes(
    dataset: Dataset,
    dialogues: Sequence[Dialogue],
    *,
    learnt: Sequence[str],
    chosen: str,
    settings: TurnSettings,
) -> tuple[str, ...]:
    said = [
        "Protocol 2: an instance is an assistant turn that names items, and one of these items; all turns "
        "before it are known, and the whole catalogue is ranked. A miss counts 0.",
        "New: not named by either side before that turn, as annotated. Seen filtered: the lists lose what "
        "was named before, so that a repeated item is never in them and is worth 0 there by construction. "
        "Seen kept: they stay as they are.",
        "Content, CF alone, CF and content, LM alone and fused rank as the agent does: what a dialogue's hard "
        "constraints rule out, and what it made known, comes last. So their lead over the other rows is not that of "
        "the scores alone.",
        "The copy row repeats what was named, the last first: with seen kept it shows what repetition alone "
        "is worth.",
        f"Mean and 95% interval; whole dialogues are resampled, as turns of one are not independent (10,000 "
        f"times, seed {settings.seed}); the differences are paired.",
        *learnt,
    ]
    if dataset.source:
        said.append(f"Data: {dataset.source}.")
    if unknown := unknown_mentions(dialogues, dataset.items):
        said.append(f"{unknown} mentions of items that the catalogue does not have are left out.")
    if chosen:
        said += [
            f"Fused and the rows behind it: {chosen}; by NDCG@{settings.k} on new items, seen filtered, alpha of "
            f"{len(settings.alphas)} values. Scores are normalised by {settings.normalisation} over the pool.",
            HOW,
            "Fused is CF and a second voice, which is the language model's and for "
            f"{settings.content_share:g} the search by content.",
            f"LM alone, fused and the rows behind it order a pool: the {settings.cf_pool} best by CF and up to "
            f"{settings.content_pool} best by content, of the items that the agent may show; all "
            f"others follow in CF order. So fused with alpha 1 is CF alone on the first {settings.cf_pool} "
            "places.",
        ]
    return tuple(said)
