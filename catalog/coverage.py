"""How much is known of the items, in one line."""

from catalog.items import Item, Items

SHOWN = 8
"""Attributes told by name, the most frequent first."""


def coverage(items: Items) -> str:
    """As in "6,924 items: 91% with a year, 64% a text, 96% genre; 40 with nothing but a title." """
    n = max(len(items), 1)
    counts = {
        name: sum(bool(item.attributes.get(name)) for item in items) for name in items.attribute_names()
    }
    named = sorted(counts, key=lambda name: -counts[name])
    told = [
        f"{_share(sum(item.year is not None for item in items), n)} with a year",
        f"{_share(sum(bool(item.text) for item in items), n)} a text",
        *(f"{_share(counts[name], n)} {name}" for name in named[:SHOWN]),
    ]
    more = f" and {len(named) - SHOWN} attributes more" if len(named) > SHOWN else ""
    bare = sum(map(_is_bare, items))
    return f"{len(items):,} items: {', '.join(told)}{more}; {bare:,} with nothing but a title."


def _share(count: int, n: int) -> str:
    """In whole percent, without calling few none or most all."""
    if count in {0, n}:
        return f"{100 * count // n}%"
    return f"{min(max(round(100 * count / n), 1), 99)}%"


def _is_bare(item: Item) -> bool:
    return item.year is None and not item.text and not any(item.attributes.values())
