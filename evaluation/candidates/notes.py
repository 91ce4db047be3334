"""What a reader has to know of a run over candidates, one sentence at a time."""

from collections.abc import Sequence

from catalog import Dataset
from evaluation.candidates.settings import CandidateSettings
from evaluation.candidates.sources import PRODUCT, TURNS, WITHOUT


def notes(
    dataset: Dataset, *, n_taught: int, learnt: Sequence[str], settings: CandidateSettings
) -> tuple[str, ...]:
    n_texts = sum(bool(item.text) for item in dataset.items)
    said = [
        "Protocol 2 before reranking: an instance is an assistant turn that names items, and one of these that "
        "the dialogue had not named before; all turns before it are known, as the product understands them. "
        "Recall@K is the share of instances whose item is among K candidates: no reranker of so many finds more.",
        "Every row fills its K places from the whole catalogue without what was named before; what the dialogue "
        "rules out comes last, as the agent has it.",
        f'"{TURNS}" and "{PRODUCT}", two of the neighbours for each by content, have K candidates in all, too: an '
        "item that both sides bring takes one place, and the next best moves up.",
        "Dense: cosine of embeddings, of the person's words with the cards, or of the cards of what came up "
        "with the cards, or both; lexical: BM25 of the words in the cards; attributes and years: BM25 of whole "
        "values, genres and people, that are shared with what came up, and nearness in time to it; talk: BM25 of "
        "the words in what people of train dialogues said before they named the item, or those beside it; "
        "content: all of these by the product's weights.",
        f"Mean and 95% interval; whole dialogues are resampled (10,000 times, seed {settings.seed}); the "
        "differences are paired.",
        f"{n_texts} of {len(dataset.items)} items have a text ({n_texts / len(dataset.items):.0%})"
        + (f'; "{WITHOUT.strip(", ")}" are the same rows over cards without them.' if n_texts else "."),
        *learnt,
    ]
    if not n_taught:
        said.append("There are no train dialogues, so there is no talk, and nothing that was named together.")
    if dataset.source:
        said.append(f"Data: {dataset.source}.")
    return tuple(said)
