"""The rows before one situation: what each ranks where."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from catalog import Dataset, Progress
from evaluation.rows.learnt import Content, Likelihood, Train
from evaluation.rows.order import Order
from evaluation.rows.pool import pool
from evaluation.rows.registry import BASELINES, CF, POPULARITY, Learnt, Relevant, Row, Scorer
from evaluation.rows.settings import PanelSettings
from evaluation.rows.situation import MAY, Situation

if TYPE_CHECKING:
    from language_model import LanguageModel
    from retrieval import Embedder


@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """`order` ranks all candidates, for every row that scores the whole catalogue.

    `pool` are the items that the language model scored, in CF order, and `cf`, `lm` and `content` the voices'
    scores of them, `popularity` how many people took to each; all are empty without a language model, and
    `content` without an embedder.
    """

    order: Mapping[str, Order]
    pool: NDArray[np.int32]
    cf: tuple[float, ...]
    lm: tuple[float, ...]
    content: tuple[float, ...] = ()
    popularity: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Jury:
    """The rows fitted on one split; those of `tiered` put the tiers of a situation before their scores."""

    scorers: Mapping[str, Scorer]
    tiered: frozenset[str]
    content: Content | None
    likelihood: Likelihood | None
    settings: PanelSettings

    def judge(self, situation: Situation) -> Judgement:
        scores = {name: scorer(situation) for name, scorer in self.scorers.items()}
        order = {
            name: Order.of(score, situation, tiers=name in self.tiered) for name, score in scores.items()
        }
        if self.likelihood is None:
            return Judgement(order, np.empty(0, np.int32), (), ())
        content = None if self.content is None else self.content.scores(situation.profile)
        by_cf = order[CF].all()
        may = by_cf[situation.tier[by_cf] == MAY]
        chosen = pool(may, content, sizes=(self.settings.cf_pool, self.settings.content_pool))
        lm = self.likelihood.scores(situation.profile, chosen)
        return Judgement(
            order,
            chosen,
            cf=_rounded(scores[CF][chosen]),
            lm=_rounded(lm),
            content=() if content is None else _rounded(content[chosen]),
            popularity=_rounded(scores[POPULARITY][chosen]),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """`content` and `likelihood` may be missing, with their rows.

    `identity` is what a judgement depends on besides the situation, and so what must be equal for a run to
    go on.
    """

    dataset: Dataset
    settings: PanelSettings
    rows: tuple[Row, ...]
    content: Content | None
    likelihood: Likelihood | None
    identity: Mapping[str, Any]

    @classmethod
    def open(
        cls,
        dataset: Dataset,
        settings: PanelSettings,
        *,
        embedder: Embedder | None,
        language_model: LanguageModel | None,
        out: Path | None = None,
        peers: Sequence[Row] = (),
        cf: Row | None = None,
        progress: Progress | None = None,
    ) -> Self:
        """Embeds the cards and scores the titles by themselves; these scores are kept in the folder `out`.

        `peers` are rows besides the baselines, and `cf` is the collaborative voice in place of the agent's.
        """
        content = likelihood = None
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
        if embedder is not None:
            content = Content(dataset, embedder, progress=progress)
        if language_model is not None:
            with tempfile.TemporaryDirectory() as scratch:
                priors = (out or Path(scratch)) / "priors.npz"
                likelihood = Likelihood(dataset, language_model, priors=priors, progress=progress)
        own = {} if cf is None else {CF: replace(cf, name=CF, tiered=True)}
        rows = (*(own.get(row.name, row) for row in BASELINES), *peers)
        identity = {
            "dataset": dataset.checksum(),
            "noun": dataset.noun,
            "embedder": None if embedder is None else embedder.name,
            "card": None if content is None else content.template.model_dump(mode="json"),
            "language_model": None if language_model is None else language_model.name,
            "rows": {row.name: row.about for row in rows},
            "settings": settings.model_dump(mode="json", include={"k", "cf_pool", "content_pool", "seed"}),
        }
        return cls(dataset, settings, rows, content, likelihood, identity)

    def fit(self, train: Train, *, dialogue: bool = False, relevant: Relevant = "liked") -> Jury:
        """The rows over one split. `dialogue` says that the situations are dialogues."""
        learnt = Learnt(train, self.content, self.settings.seed, dialogue, relevant)
        fitted = {row.name: row.fit(learnt) for row in self.rows}
        scorers = {name: scorer for name, scorer in fitted.items() if scorer is not None}
        tiered = frozenset(row.name for row in self.rows if row.tiered)
        return Jury(scorers, tiered, self.content, self.likelihood, self.settings)


def _rounded(score: NDArray[np.floating]) -> tuple[float, ...]:
    """As written to the file, so that a run that was stopped and one that was not agree to the last digit."""
    return tuple(round(value, 6) for value in score.tolist())
