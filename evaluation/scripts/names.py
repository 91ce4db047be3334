"""What a script calls items and attributes, held against the catalogue: a name that is not there is an error.

Without that, `never: [Aliens]` would hold for ever where the catalogue knows no Aliens.
"""

from collections import defaultdict
from collections.abc import Iterator

from agent.linking import FUZZY_SUGGEST
from agent.words import fold
from agent.world import World
from catalog import DataError, Item
from evaluation.scripts.language import Script, Step
from evaluation.scripts.reading import nearest
from evaluation.scripts.source import KeyPath, ScriptError


class Names:
    """Titles of one catalogue. They are compared whole, without case and accents, and never by likeness."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ids: defaultdict[str, set[str]] = defaultdict(set)
        for item in world.dataset.items:
            for title in (item.title, item.label(), *item.aliases):
                self._ids[fold(title)].add(item.item_id)

    def ids(self, title: str) -> frozenset[str]:
        """The items of this title or label; several for namesakes, none for a title that is not there."""
        return frozenset(self._ids.get(fold(title), ()))

    def name(self, item: Item) -> str:
        """What a script calls an item: its title, or its label where the title is that of several."""
        return item.title if len(self.ids(item.title)) == 1 else item.label()

    def check(self, *scripts: Script) -> None:
        """Raise ScriptError with every title and attribute value that the catalogue does not have."""
        if errors := [error for script in scripts for error in self._unknown(script)]:
            raise ScriptError(errors)

    def _unknown(self, script: Script) -> Iterator[DataError]:
        data, source = self._world.dataset, script.source
        for place, step in enumerate(script.turns):
            for path, title in _titles_of(step):
                if not self.ids(title):
                    problem = f"There is no such title in {data.name}; {self._remedy(title)}"
                    yield source.error(problem, ("turns", place, *path), value=title)
            for path, attribute, value in _values_of(step):
                if (missing := self._not_had(attribute, value)) is not None:
                    yield source.error(missing, ("turns", place, *path), value=value)

    def _remedy(self, title: str) -> str:
        items, linker = self._world.dataset.items, self._world.linker
        index, close = linker.find(title)
        rows = close[:3] if index is None else (index,)
        near = " or ".join(
            f'"{items[row].label()}"' for row in rows or linker.closest(title, cutoff=FUZZY_SUGGEST)
        )
        return f"did you mean {near}?" if near else "nothing there comes close to it."

    def _not_had(self, attribute: str, value: str) -> str | None:
        data = self._world.dataset
        names = data.items.attribute_names()
        if attribute not in names:
            return f'There is no attribute "{attribute}" in {data.name}; it has {", ".join(names) or "none"}.'
        known = data.items.vocabulary(attribute)
        if value.casefold() in map(str.casefold, known):
            return None
        near = nearest(value, known)
        remedy = f'did you mean "{near}"?' if near else f"some are {', '.join(list(known)[:5])}."
        return f"There is no such {attribute} in {data.name}; {remedy}"


def _titles_of(step: Step) -> Iterator[tuple[KeyPath, str]]:
    """Every title that a step names, with the path of its key from the step."""
    if step.feedback is not None and isinstance(step.feedback.which, str):
        yield ("feedback", step.feedback.kind), step.feedback.which
    expect = step.expect
    for group, part, names in (
        ("profile", expect.profile, ("liked", "disliked", "seen", "refused")),
        ("items", expect.items, ("shows", "never")),
    ):
        for name in names:
            for place, title in enumerate(getattr(part, name, None) or ()):
                yield ("expect", group, name, place), title
    if expect.items is not None and expect.items.first is not None:
        yield ("expect", "items", "first"), expect.items.first
    if expect.scores is not None:
        for title in expect.scores.of or ():
            yield ("expect", "scores", "of", title), title


def _values_of(step: Step) -> Iterator[tuple[KeyPath, str, str]]:
    """Every attribute with each value that the list is held to, with the path of its key from the step."""
    items = step.expect.items
    for name in ("every", "none"):
        for attribute, values in (getattr(items, name, None) or {}).items():
            for value in (values,) if isinstance(values, str) else values:
                yield ("expect", "items", name, attribute), attribute, value
