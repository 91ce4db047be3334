"""The templates that are compared, each by its name."""

from catalog import CardTemplate, Items
from retrieval import card

DEFAULT = "all and text"
FEW, SHORT, MANY = 3, 200, 8


def templates(items: Items) -> dict[str, CardTemplate]:
    """The default first; of those that give these items the same cards only the first is there."""
    names = list(dict.fromkeys(name for item in items for name in item.attributes))
    found = {DEFAULT: CardTemplate(), "title": CardTemplate(fields=("label",))}
    if names:
        found[f"title and {names[0]}"] = CardTemplate(
            fields=("label", "attributes"), attributes={names[0]: MANY}
        )
    found |= {
        "all attributes": CardTemplate(fields=("label", "attributes")),
        "few values and text": CardTemplate(attributes=dict.fromkeys(names, FEW)),
        "text first": CardTemplate(fields=("label", "text", "attributes")),
        "all and short text": CardTemplate(text=SHORT),
        "text alone": CardTemplate(fields=("label", "text")),
    }
    different: dict[tuple[str, ...], str] = {}
    for name, template in found.items():
        different.setdefault(tuple(card(item, template) for item in items), name)
    return {name: found[name] for name in different.values()}
