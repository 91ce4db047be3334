"""The combiners of a run: chosen on validation, and what is to be shown of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evaluation.combining.cases import Case, parts
from evaluation.combining.choosing import Choice, Chooser, choosers, cross_fitted
from evaluation.combining.combiners import Combiner, Linear
from evaluation.combining.tables import (
    alpha_table,
    learned_plot,
    learned_table,
    parents_table,
    validation_table,
)
from evaluation.report import Example, Plot, Table
from evaluation.rows import FUSED, LEARNED, ChosenAlphaSettings

HOW = (
    "Reciprocal ranks: the sum of weight / (60 + rank) by CF, LM and content, the weights from validation. Learned: a "
    "linear model over what the sources say of the pool, fitted on validation so that what was sought has the mass of "
    "a softmax over the pool; held back towards CF alone as far as cross-validation wants."
)


@dataclass(frozen=True, slots=True, eq=False)
class Combined:
    """`cases` are those of validation, on which `rows` chose."""

    cases: Sequence[Case]
    rows: Mapping[str, Chooser]
    choice: Choice
    settings: ChosenAlphaSettings

    @classmethod
    def on(
        cls,
        cases: Sequence[Case],
        settings: ChosenAlphaSettings,
        *,
        share: float = 0.0,
        by_count: bool = False,
        folds: int | None = None,
    ) -> "Combined":
        """Chosen on these cases: for others, or with `folds` for each part of their own clusters on the rest."""
        rows = choosers(settings, share=share, by_count=by_count)
        own: dict[str, dict[str, Combiner]] = {}
        if folds is not None:
            part = parts([one.cluster for one in cases], folds, seed=settings.seed)
            own = {row: cross_fitted(cases, chooser, part) for row, chooser in rows.items()}
        return cls(cases, rows, Choice(own, {row: chooser(cases) for row, chooser in rows.items()}), settings)

    @property
    def metric(self) -> str:
        return f"NDCG@{self.settings.k}"

    @property
    def learned(self) -> Linear:
        found = self.choice.everyone[LEARNED]
        if not isinstance(found, Linear):
            raise TypeError(f"the row {LEARNED} is no linear combiner")
        return found

    def tables(self, groups: Mapping[str, Sequence[Example]]) -> tuple[Table, ...]:
        """`groups` are the reported examples by what they are over."""
        metric, seed = self.metric, self.settings.seed
        return (
            parents_table(groups, metric=metric, seed=seed),
            validation_table(self.cases, self.rows, self.choice, metric=metric, seed=seed),
            alpha_table(self.cases, self.choice, self.settings.alphas, metric=metric),
            learned_table(self.learned, self.cases),
        )

    def plot(self, name: str) -> Plot:
        return learned_plot(self.learned, self.cases, name=f"{name}-learned")

    @property
    def alpha(self) -> str:
        """In a few words."""
        return str(self.choice.everyone[FUSED])
