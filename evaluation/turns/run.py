"""Protocol 2, turn-level: which items an assistant named next, out of the whole catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from catalog import ConfigError, Dataset, Dialogue, Progress
from evaluation.contract import Recommender, check_names
from evaluation.records import RecordLog
from evaluation.report import Fault, Report, Run, dialogues_checksum, slug
from evaluation.rows import FUSED, LEARNED, LM, RANKS, Panel, Row
from evaluation.turns.combined import combined
from evaluation.turns.context import contexts, sample
from evaluation.turns.learning import ENGINE, learning
from evaluation.turns.listener import Listener
from evaluation.turns.notes import notes
from evaluation.turns.outcome import outcomes, predictions
from evaluation.turns.record import TurnRecord
from evaluation.turns.settings import TurnSettings
from evaluation.turns.tables import recall_plot, tables

if TYPE_CHECKING:
    from language_model import LanguageModel
    from retrieval import Embedder


def run_turns(  # noqa: PLR0913  each by its name
    dataset: Dataset,
    dialogues: Sequence[Dialogue],
    *,
    validation: Sequence[Dialogue] = (),
    ratings: Dataset | None = None,
    settings: TurnSettings | None = None,
    embedder: Embedder | None = None,
    language_model: LanguageModel | None = None,
    systems: Sequence[Recommender] = (),
    peers: Sequence[Row] = (),
    out: Path | None = None,
    max_dialogues: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Protocol 2 over `dialogues`, for the rows of the registry, `peers` besides them, and `systems`.

    The rows learn from the data set's ratings or, where it has none, from its own dialogues; `ratings` is
    another data set whose ratings of the same things join in. Alpha and the other combiners are chosen on
    `validation`, or cross-fitted where there is none. Without an embedder or a language model its rows are
    left out. `max_dialogues` takes a seeded sample of so many, for validation too, of which a larger sample is a
    superset. With `out`, a folder, `records.jsonl` grows there turn by turn, and a run that was stopped goes
    on from it.

    Raises catalog.ConfigError when no turn names an item of the catalogue, two systems share a name, `out`
    holds another run, alpha cannot be chosen or `max_dialogues` is below 1; catalog.DataError when two
    dialogues share an id.
    """
    settings = settings or TurnSettings()
    if max_dialogues is not None and max_dialogues < 1:
        raise ConfigError(f"max_dialogues is {max_dialogues}; give at least 1, or none for all")
    test = sample(contexts(dialogues, dataset.items), max_dialogues, seed=settings.seed)
    tried = sample(contexts(validation, dataset.items), max_dialogues, seed=settings.seed)
    if not test:
        raise ConfigError("no assistant turn of these dialogues names an item of the catalogue")
    held_out = {one.dialogue_id for one in (*dialogues, *validation)}
    learnt = learning(dataset, held_out=held_out, ratings=ratings, ratings_id=settings.ratings_id)
    taught = tuple(one for one in dataset.dialogues if one.dialogue_id not in held_out)
    panel = Panel.open(
        replace(dataset, interactions=learnt.interactions, dialogues=taught),
        settings,
        embedder=embedder,
        language_model=language_model,
        out=out,
        peers=(ENGINE, *peers),
        progress=progress,
    )
    check_names(
        [*(row.name for row in panel.rows), LM, FUSED, RANKS, LEARNED, *(system.name for system in systems)]
    )
    data = _checksums(dataset, {"dialogues": dialogues, "validation dialogues": validation}, ratings)
    longest, names = max(settings.lengths), [system.name for system in systems]
    identity = {**panel.identity, "protocol": "turns", "data": data, "longest": longest, "systems": names}
    log = RecordLog.within(out, run=identity, kind=TurnRecord)
    listener = Listener.of(
        panel, settings, baskets=learnt.baskets, systems=systems, log=log, progress=progress
    )
    records = list(listener.records("test", test))
    found, how = None, ""
    if language_model is not None:
        found, how = combined(list(listener.records("validation", tried)), records, settings)
    made = outcomes(records, None if found is None else found.choice, settings)
    name = slug("turns", dataset.name, *(["with", ratings.name] if ratings else []))
    return Report(
        name,
        f"Turn by turn: {dataset.name}{f', with the ratings of {ratings.name}' if ratings else ''}",
        tables(made, records, found, settings),
        notes(dataset, dialogues, learnt=learnt.said, chosen=how, settings=settings),
        predictions(made, settings.lengths),
        Run.of(seed=settings.seed, data=data, settings=settings),
        plots=(
            recall_plot(made, settings, name=f"{name}-recall"),
            *(() if found is None else (found.plot(name),)),
        ),
        faults=tuple(
            Fault(one, each.name, kind, what) for each in records for one, kind, what in each.faults
        ),
    )


def _checksums(
    dataset: Dataset, dialogues: Mapping[str, Sequence[Dialogue]], ratings: Dataset | None
) -> dict[str, str]:
    """Of everything that was read, by name."""
    said = {name: dialogues_checksum(some) for name, some in dialogues.items() if some}
    beside = {} if ratings is None else {f"ratings of {ratings.name}": ratings.checksum()}
    return {dataset.name: dataset.checksum(), **said, **beside}
