"""How many of the items that a dialogue comes to are among the candidates, source by source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from catalog import ConfigError, Dataset, Dialogue, Progress
from cf_engine import FoldIn, preset
from evaluation.candidates.notes import notes
from evaluation.candidates.record import CandidateRecord
from evaluation.candidates.settings import CandidateSettings
from evaluation.candidates.sources import Sources
from evaluation.candidates.tables import examples, recall_plot, tables
from evaluation.records import RecordLog
from evaluation.report import Report, Run, dialogues_checksum, slug
from evaluation.rows import DialogueReader, Situation, Train
from evaluation.rows.situation import FAILS
from evaluation.turns.context import Context, contexts, sample
from evaluation.turns.following import Following
from evaluation.turns.learning import learning
from retrieval import card_of

if TYPE_CHECKING:
    from retrieval import Embedder


def run_candidates(
    dataset: Dataset,
    dialogues: Sequence[Dialogue],
    *,
    embedder: Embedder,
    ratings: Dataset | None = None,
    settings: CandidateSettings | None = None,
    out: Path | None = None,
    max_dialogues: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """The sources of candidates over `dialogues`, which are heard as the product hears them.

    What is learnt, and from what, is as in `evaluation.turns.run_turns`, and so are `ratings`, `max_dialogues`
    and `out`. Raises catalog.ConfigError when no turn names a new item of the catalogue, `out` holds another
    run or `max_dialogues` is below 1; catalog.DataError when two dialogues share an id.
    """
    settings = settings or CandidateSettings()
    if max_dialogues is not None and max_dialogues < 1:
        raise ConfigError(f"max_dialogues is {max_dialogues}; give at least 1, or none for all")
    chosen = sample(contexts(dialogues, dataset.items), max_dialogues, seed=settings.seed)
    chosen = [one for one in chosen if set(one.labels) - set(one.mentioned)]
    if not chosen:
        raise ConfigError("no assistant turn of these dialogues names a new item of the catalogue")
    held_out = {one.dialogue_id for one in dialogues}
    learnt = learning(dataset, held_out=held_out, ratings=ratings, ratings_id=settings.ratings_id)
    train = Train(learnt.interactions, dataset.items, engine=preset(dataset.name), baskets=learnt.baskets)
    taught = tuple(one for one in dataset.dialogues if one.dialogue_id not in held_out)
    sources = Sources.over(
        replace(dataset, dialogues=taught), train, embedder, seed=settings.seed, progress=progress
    )
    data = {dataset.name: dataset.checksum(), "dialogues": dialogues_checksum(dialogues)}
    if ratings is not None:
        data[f"ratings of {ratings.name}"] = ratings.checksum()
    identity = {
        "protocol": "candidates",
        "data": data,
        "embedder": embedder.name,
        "card": card_of(dataset).model_dump(mode="json"),
        "settings": settings.model_dump(mode="json", exclude={"budgets"}),
    }
    log = RecordLog.within(out, run=identity, kind=CandidateRecord)
    reader = DialogueReader.over(
        dataset.items, fans=train.popularity.scores(FoldIn.of({})), scale=learnt.interactions.scale
    )
    records = list(_Hearing(reader, sources, log, progress).records(chosen))
    made = list(examples(records, settings))
    known = {dataset.items.ids[item] for item in np.flatnonzero(train.n_ratings)}
    known |= {item_id for one in taught for turn in one.turns for item_id in turn.items}
    name = slug("retrieval", dataset.name, *(["with", ratings.name] if ratings else []))
    return Report(
        name,
        f"Candidates: {dataset.name}{f', with the ratings of {ratings.name}' if ratings else ''}",
        tables(made, records, named=known, settings=settings),
        notes(dataset, n_taught=len(taught), learnt=learnt.said, settings=settings),
        tuple(made),
        Run.of(seed=settings.seed, data=data, settings=settings),
        plots=(recall_plot(made, settings, name=f"{name}-recall"),),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Hearing:
    """Goes through dialogues with every source at its side."""

    reader: DialogueReader
    sources: Sources
    log: RecordLog[CandidateRecord]
    progress: Progress | None

    def records(self, contexts: Sequence[Context]) -> Iterator[CandidateRecord]:
        """A record for each context, from the log where it has one; those of a dialogue stand together."""
        done = 0
        for _, own in groupby(contexts, key=lambda one: one.dialogue.dialogue_id):
            for record in self._dialogue(list(own)):
                done += 1
                yield record
            if self.progress is not None:
                self.progress("turns", done, len(contexts))

    def _dialogue(self, contexts: Sequence[Context]) -> Iterator[CandidateRecord]:
        following = Following(self.reader)
        for context in contexts:
            record = self.log.get(context.dialogue.dialogue_id, context.turn)
            if record is None:
                record = self._record(context, following.situation(context))
                self.log.add(record)
            yield record

    def _record(self, context: Context, situation: Situation) -> CandidateRecord:
        labels = tuple(label for label in context.labels if label not in context.mentioned)
        rows = [self.reader.items.index_of(label) for label in labels]
        rank = {
            source: _ranks(order, rows, without=situation.mentioned)
            for source, order in self.sources.orders(situation)
        }
        ruled_out = tuple(bool(situation.tier[row] == FAILS) for row in rows)
        return CandidateRecord(context.dialogue.dialogue_id, context.turn, labels, rank, ruled_out)


def _ranks(order: np.ndarray, rows: Sequence[int], *, without: np.ndarray) -> tuple[int, ...]:
    """Places from 1 in an order of all items, once those `without` are taken out."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return tuple(int(1 + place[row] - (place[without] < place[row]).sum()) for row in rows)
