"""Goes through dialogues with every row and system at its side."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Self

import numpy as np

from catalog import Items, Progress
from cf_engine import FoldIn, preset
from cf_engine.baskets import Baskets
from evaluation.contract import Recommender, Turns
from evaluation.faults import Guard
from evaluation.records import Phase, RecordLog
from evaluation.rows import CF, DialogueReader, Judgement, Jury, Panel, Train
from evaluation.turns.context import Context
from evaluation.turns.following import Following
from evaluation.turns.record import Rank, TurnRecord, ranks
from evaluation.turns.settings import TurnSettings


@dataclass(frozen=True, slots=True, eq=False)
class Listener:
    """What all dialogues of a run have in common."""

    items: Items
    jury: Jury
    reader: DialogueReader
    systems: Sequence[Recommender]
    settings: TurnSettings
    log: RecordLog[TurnRecord]
    progress: Progress | None

    @classmethod
    def of(
        cls,
        panel: Panel,
        settings: TurnSettings,
        *,
        baskets: Baskets | None,
        systems: Sequence[Recommender],
        log: RecordLog[TurnRecord],
        progress: Progress | None,
    ) -> Self:
        """With the rows fitted on all that the panel's data set holds, and `baskets` for CF alone."""
        items, rows = panel.dataset.items, panel.dataset.interactions
        train = Train(rows, items, engine=preset(panel.dataset.name), baskets=baskets)
        reader = DialogueReader.over(items, fans=train.popularity.scores(FoldIn.of({})), scale=rows.scale)
        return cls(items, panel.fit(train, dialogue=True), reader, systems, settings, log, progress)

    def records(self, phase: Phase, contexts: Sequence[Context]) -> Iterator[TurnRecord]:
        """A record for each context, from the log where it has one; those of a dialogue stand together."""
        done = 0
        for _, own in groupby(contexts, key=lambda one: one.dialogue.dialogue_id):
            for record in self._dialogue(phase, list(own)):
                done += 1
                yield record
            if self.progress is not None:
                self.progress(f"{phase} turns", done, len(contexts))

    def _dialogue(self, phase: Phase, contexts: Sequence[Context]) -> Iterator[TurnRecord]:
        following = Following(self.reader)
        for context in contexts:
            record = self.log.get(phase, context.dialogue.dialogue_id, context.turn)
            if record is None:
                situation = following.situation(context)
                said = self.jury.judge(situation)
                if not situation.profile.weighing.content:
                    said = replace(said, content=())
                record = self._record(phase, context, _plain(context), said)
                self.log.add(record)
            yield record

    def _record(self, phase: Phase, context: Context, turns: Turns, said: Judgement) -> TurnRecord:
        ids, guard = self.items.ids, Guard(self.items)
        lists = {row: [ids[item] for item in order.all()] for row, order in said.order.items()}
        place = np.argsort(said.pool)
        pool = tuple(ids[item] for item in said.pool[place])
        rest = self._outside(lists[CF], pool)
        if phase == "test":
            lists |= {system.name: self._asked(system, context, turns, guard) for system in self.systems}
        most = self.settings.k + len(context.mentioned)
        return TurnRecord(
            phase,
            context.dialogue.dialogue_id,
            context.turn,
            context.labels,
            context.mentioned,
            rank={row: _ranks(listed, context) for row, listed in lists.items()},
            top={row: tuple(listed[:most]) for row, listed in lists.items()},
            pool=pool,
            cf=tuple(said.cf[one] for one in place),
            lm=tuple(said.lm[one] for one in place),
            content=tuple(said.content[one] for one in place if said.content),
            popularity=tuple(said.popularity[one] for one in place),
            rest=tuple(rest[: max(0, most - len(pool))]),
            behind=_ranks(rest, context),
            faults=tuple((fault.system, fault.kind, fault.what) for fault in guard.faults),
        )

    def _outside(self, by_cf: Sequence[str], pool: Sequence[str]) -> list[str]:
        """What follows the pool; nothing without a language model, which nobody reorders a pool for."""
        if self.jury.likelihood is None:
            return []
        inside = set(pool)
        return [item_id for item_id in by_cf if item_id not in inside]

    def _asked(self, system: Recommender, context: Context, turns: Turns, guard: Guard) -> list[str]:
        """Asked for as many more as were mentioned, so that a list is long enough without these."""
        return guard.ranked(
            system,
            turns,
            k=max(self.settings.lengths) + len(context.mentioned),
            example=context.name,
            seen=context.mentioned,
        )


def _ranks(listed: Sequence[str], context: Context) -> tuple[Rank, ...]:
    return ranks(listed, context.labels, mentioned=context.mentioned)


def _plain(context: Context) -> Turns:
    """The turns before, as a system gets them: who said what."""
    return [{"role": turn.role, "text": turn.text} for turn in context.dialogue.turns[: context.turn]]
