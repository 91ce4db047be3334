"""Protocol 3, iEvaLM corrected: recorded dialogues that a simulated user goes on with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from catalog import Dataset, Dialogue, Progress
from evaluation.contract import RankOnly, Recommender
from evaluation.faults import Guard
from evaluation.interactive.cases import LENGTH, Case, Mode, cases, sample
from evaluation.interactive.recall_report import report
from evaluation.interactive.record import TalkRecord
from evaluation.interactive.settings import LIMIT, InteractiveSettings
from evaluation.interactive.stage import Guarded, Stage, kept
from evaluation.interactive.talk import talk
from evaluation.report import Report, dialogues_checksum
from evaluation.users import AttributeUser, Domain

if TYPE_CHECKING:
    from language_model import LanguageModel
    from retrieval import Embedder


def run_ievalm(
    dataset: Dataset,
    dialogues: Sequence[Dialogue],
    *,
    systems: Sequence[Recommender] = (),
    settings: InteractiveSettings | None = None,
    embedder: Embedder | None = None,
    language_model: LanguageModel | None = None,
    out: Path | None = None,
    progress: Progress | None = None,
) -> Report:
    """The rows, the attribute matcher and `systems` go on from `dialogues`, in both modes.

    A system ranks after each message of the user, unless it is `Asking` and has a question. The rows learn
    from the ratings of `dataset`, which must not come from these dialogues. Without an embedder or a
    language model its rows are left out. With `out`, a folder, `records.jsonl` grows there dialogue by
    dialogue, and a run that was stopped goes on from it.

    Raises catalog.ConfigError when no turn of an assistant answers with an item of the catalogue, two
    dialogues or two systems share a name, or `out` holds another run.
    """
    settings = settings or InteractiveSettings()
    chosen = sample(cases(dialogues, dataset.items), settings)
    held_out = {one.dialogue_id for one in dialogues}
    taught = tuple(one for one in dataset.dialogues if one.dialogue_id not in held_out)
    stage = Stage.open(
        replace(dataset, dialogues=taught),
        settings,
        embedder=embedder,
        language_model=language_model,
        out=out,
        progress=progress,
    )
    everyone = [*stage.rows, *systems]
    data = {dataset.name: dataset.checksum(), "dialogues": dialogues_checksum(dialogues)}
    log = stage.log("ievalm", data, [one.name for one in everyone])
    made: list[tuple[Case, Mode, TalkRecord]] = []
    domain, titles = Domain.of(dataset), stage.titles
    for place, case in enumerate(chosen):
        for mode in get_args(Mode):
            for system in everyone:
                go_on = partial(_continued, case, mode, system, domain, titles=titles, settings=settings)
                made.append((case, mode, kept(log, system.name, case.example(mode), go_on)))
        if progress is not None:
            progress("dialogues", place + 1, len(chosen))
    return report(dataset, made, settings=settings, titles=titles, data=data)


def _continued(
    case: Case,
    mode: Mode,
    system: Recommender,
    domain: Domain,
    *,
    titles: dict[str, str],
    settings: InteractiveSettings,
) -> TalkRecord:
    items, name, guard = domain.items, case.example(mode), Guard(domain.items)
    *before, last = case.turns
    user = AttributeUser(
        domain,
        items[items.index_of(case.label)],
        seed=[settings.seed, case.number],
        volunteers=mode == "free-form",
    )
    guarded = Guarded(system, guard, name, case.n_named)
    partner = RankOnly(guarded, settings.k, titles, length=LENGTH, before=before)
    return talk(
        user,
        partner,
        opening=last["text"],
        example=name,
        guard=guard,
        limit=LIMIT["ievalm"],
        k=settings.k,
    )
