"""The accuracy-coverage curve: what new people are shown when a list reaches into the long tail."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from catalog import ConfigError, Dataset, Progress
from cf_engine import Model, UserNeighbours
from cf_engine.long_tail import attribute_shares
from evaluation.ranking import RankingSettings
from evaluation.ranking.newcomers import newcomers
from evaluation.ranking.outcome import exposure_table
from evaluation.ranking.record import NewPersonRecord
from evaluation.records import RecordLog
from evaluation.report import Example, Report, Run, metric_table, slug
from evaluation.report.summary import grouped
from evaluation.rows import Train
from evaluation.tail.methods import AS_SCORED, Method, methods
from evaluation.tail.notes import notes
from evaluation.tail.outcome import Witness
from evaluation.tail.people import Showing
from evaluation.tail.picture import covered, curve
from evaluation.tail.preset import Preset, preset_table, presets
from evaluation.tail.settings import TailSettings


def run_tail(
    dataset: Dataset,
    *,
    settings: TailSettings | None = None,
    model: Callable[[], Model] = UserNeighbours,
    out: Path | None = None,
    max_users: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """The lists of `model` for new people, re-ranked in every way and strength of the settings.

    `model` makes a new one for each fold. Calibration is left out where no item has the attribute. With
    `out`, a folder, `records.jsonl` grows there person by person, and a run that was stopped goes on from
    it. `max_users` takes a seeded sample of so many people for validation and for test, of which a larger
    sample is a superset.

    Raises catalog.ConfigError when too little would remain to be found, `out` holds another run or
    `max_users` is below 1.
    """
    settings = settings or TailSettings()
    if max_users is not None and max_users < 1:
        raise ConfigError(f"max_users is {max_users}; give at least 1, or none for everybody")
    people = newcomers(dataset, settings.people)
    shares = attribute_shares(dataset.items, settings.attribute)
    ways = methods(settings, calibration=bool(shares.shape[1]))
    made = model()
    log = RecordLog.within(out, run=_identity(dataset, made, settings), kind=NewPersonRecord)
    showing = Showing(dataset, people, model, shares, ways, settings, log, progress)
    witness, metric = Witness(dataset, settings), f"NDCG@{settings.k}"
    tried = witness.examples(list(showing.records("validation", people.validation[:max_users])))
    validation = {
        system: float(np.mean([one.values[metric] for one in own])) for system, own in grouped(tried).items()
    }
    chosen = presets(ways, validation, tolerance=settings.tolerance)
    examples = witness.examples(list(showing.records("test", people.test[:max_users])))
    return _report(
        dataset,
        examples,
        ways=ways,
        chosen=chosen,
        validation=validation,
        settings=settings,
        model=_described(made),
    )


def _described(model: Model) -> str:
    config = getattr(model, "config", None)
    return type(model).__name__ if config is None else f"{type(model).__name__} ({config})"


def _identity(dataset: Dataset, model: Model, settings: TailSettings) -> dict[str, object]:
    """What a list depends on, and so what must be equal for a run to go on."""
    return {
        "protocol": "tail",
        "dataset": dataset.checksum(),
        "model": _described(model),
        "settings": settings.model_dump(mode="json", exclude={"tolerance"}),
    }


def _report(
    dataset: Dataset,
    examples: Sequence[Example],
    *,
    ways: Sequence[Method],
    chosen: Sequence[Preset],
    validation: Mapping[str, float],
    settings: TailSettings,
    model: str,
) -> Report:
    k, seed = settings.k, settings.seed
    headline, name, title = f"NDCG@{k}", slug("tail", dataset.name), f"The long tail: {dataset.name}"
    coverage = covered(examples, dataset.items)
    own = [one for one in (headline, f"bad@{k}", f"KL@{k}") if any(one in made.values for made in examples)]
    tables = (
        preset_table(
            chosen,
            examples,
            validation=validation,
            coverage=coverage,
            title=f"The most that costs no more than {settings.tolerance:.0%} of {headline}",
            metric=headline,
            seed=seed,
        ),
        metric_table(
            "Finding what a person likes",
            examples,
            metrics=own,
            seed=seed,
            compared_with=AS_SCORED,
            difference_of=headline,
        ),
        exposure_table(
            examples,
            train=Train(dataset.interactions, dataset.items),
            items=dataset.items,
            settings=RankingSettings(k=k, seed=seed),
        ),
    )
    return Report(
        name,
        title,
        tables,
        notes(dataset, settings, model=model, n_people=len({one.detail["cluster"] for one in examples})),
        tuple(examples),
        Run.of(seed=seed, data={dataset.name: dataset.checksum()}, settings=settings),
        plots=(
            curve(f"{name}-curve", title, ways=ways, examples=examples, coverage=coverage, k=k, seed=seed),
        ),
    )
