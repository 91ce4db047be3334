"""First messages for someone who does not know what to say, made from the catalogue."""

from collections import Counter

import numpy as np

from catalog import Dataset


def starters(dataset: Dataset) -> list[str]:
    """Three or four messages that name popular items and a frequent attribute value."""
    items, noun = dataset.items, dataset.noun
    counts = np.bincount(dataset.interactions.item_index, minlength=len(items))
    popular = [items[int(row)].title for row in np.argsort(-counts, kind="stable")[:6]]
    frequent = _frequent_values(dataset)
    said = [f"I loved {popular[0]}, what else would I like?"] if popular else []
    if len(popular) > 2:
        said = [f"I loved {popular[0]} and {popular[2]}, something like that"]
    if frequent:
        said.append(f"A good {frequent[0].lower()} {noun}{_decade(dataset)}")
    if len(frequent) > 2 and len(popular) > 4:
        said.append(f"Something like {popular[4]}, but no {frequent[2].lower()}")
    return [*said, f"Surprise me with a {noun}"]


def _frequent_values(dataset: Dataset) -> list[str]:
    for name in ("genre", "category", "tag"):
        if values := dataset.items.vocabulary(name):
            return list(values)
    return []


def _decade(dataset: Dataset) -> str:
    decades = Counter(item.year // 10 * 10 for item in dataset.items if item.year and item.year > 1900)
    return f" from the {decades.most_common(1)[0][0]}s" if decades else ""
