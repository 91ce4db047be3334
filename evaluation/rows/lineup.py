"""Which models can take part in a table, each as it was tuned."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from catalog import ConfigError, Dataset
from evaluation.rows.engine_models import engine_models
from evaluation.rows.peers import peer_models
from evaluation.rows.registry import Row
from evaluation.rows.tunable import Tunable
from evaluation.rows.tuned import SHIPPED, Tuned

MOST_SQUARE = 12_000
"""Items up to which a model may hold a number for every two of them: half a gigabyte in single precision."""
NEW_PERSON = "new-person"


def models() -> tuple[Tunable, ...]:
    """Of this project's engine, and of the other libraries that are installed."""
    return (*engine_models(), *peer_models())


@dataclass(frozen=True, slots=True, eq=False)
class Lineup:
    """`left_out` has a sentence for every model that cannot take part."""

    models: tuple[Tunable, ...]
    left_out: tuple[str, ...]

    @classmethod
    def of(cls, dataset: Dataset, *, setting: str) -> "Lineup":
        reasons = {model: next(_against(model, dataset, setting), None) for model in models()}
        return cls(
            tuple(model for model, why in reasons.items() if why is None),
            tuple(f"{model.row} is left out: {why}." for model, why in reasons.items() if why is not None),
        )

    def named(self, name: str) -> Tunable:
        """Raises catalog.ConfigError when there is no such model, or it cannot take part."""
        for model in self.models:
            if model.name == name:
                return model
        known, reasons = ", ".join(model.name for model in self.models), " ".join(self.left_out)
        raise ConfigError(f'There is no model "{name}" for these data; there are {known}. {reasons}'.strip())

    def rows(self, tuned: Tuned | None) -> tuple[Row, ...]:
        """Each under its tuned configuration, and under its default where there is none."""
        known = {} if tuned is None else tuned.models
        return tuple(
            model.as_row(known[model.name].config, how="tuned: ") if model.name in known else model.as_row()
            for model in self.models
        )

    def notes(self, tuned: Tuned | None) -> tuple[str, ...]:
        """How the rows came to their configurations, and who is left out."""
        known = {} if tuned is None else tuned.models
        chosen = [known[model.name] for model in self.models if model.name in known]
        if not chosen:
            return ("The models are not tuned on these data.", *self.left_out)
        numbers = {name: _range([getattr(one, name) for one in chosen]) for name in ("trials", "people")}
        said = (
            f"The models, this project's and the others alike, are tuned on validation ratings by "
            f"{numbers['trials']} trials each on {numbers['people']} people; nothing was tuned on what is "
            "reported here."
        )
        return (said, *self.left_out)


def tuned_rows(
    dataset: Dataset, *, setting: str, place: Path = SHIPPED
) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """The rows of all models that can take part, and what is to be said of them.

    Each has the configuration that was tuned for this setting, in a folder or a file, and its default where
    there is none. Raises as `Tuned.read`.
    """
    lineup, tuned = Lineup.of(dataset, setting=setting), Tuned.read(place, dataset, setting=setting)
    return lineup.rows(tuned), lineup.notes(tuned)


def tuned_cf(
    dataset: Dataset, name: str, *, setting: str, place: Path = SHIPPED
) -> tuple[Row, tuple[str, ...]]:
    """One of the models as the collaborative voice, under its tuned configuration, and what is to be said of it.

    Raises catalog.ConfigError where it cannot take part, and as `Tuned.read`.
    """
    model = Lineup.of(dataset, setting=setting).named(name)
    tuned = Tuned.read(place, dataset, setting=setting)
    lineup = Lineup((model,), ())
    (row,) = lineup.rows(tuned)
    said = f"CF alone, and what rests on it, is {row.name} in place of the agent's engine: {row.about}."
    return row, (said, *lineup.notes(tuned))


def _against(model: Tunable, dataset: Dataset, setting: str) -> Iterator[str]:
    n_items = len(dataset.items)
    if setting == NEW_PERSON and not model.strangers:
        yield "it cannot rank for someone it has not learnt from"
    if dataset.interactions.timestamp is None and model.times:
        yield "the ratings have no times"
    elif setting == NEW_PERSON and model.times:
        yield "the known ratings of a new person are picked at random, whatever their times"
    if model.square and n_items > MOST_SQUARE:
        yield f"it holds a number for every two of {n_items:,} items, and {MOST_SQUARE:,} are the most here"


def _range(numbers: list[int]) -> str:
    low, high = min(numbers), max(numbers)
    return str(low) if low == high else f"{low} to {high}"
