"""Tuning: the best configuration of one or more models on the validation ratings of a setting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog import ConfigError, Dataset, Progress
from evaluation.ranking import NewPersonSettings
from evaluation.report import Report, Run, slug
from evaluation.rows import Lineup, Tuned, TunedModel
from evaluation.tuning.search import Found, search
from evaluation.tuning.spaces import SPACES, with_parts
from evaluation.tuning.tables import best_table, history_plot, importance_table, trial_table
from evaluation.tuning.validation import Setting, Validation


@dataclass(frozen=True, slots=True, eq=False)
class Tuning:
    """What was searched, and what was found for each model."""

    dataset: Dataset
    setting: Setting
    found: tuple[Found, ...]
    left_out: tuple[str, ...]
    k: int
    people: int
    seed: int

    def tuned(self) -> Tuned:
        """The best configuration of each, as it is written to a file."""
        models = {
            one.model.name: TunedModel(
                config=one.best.config,
                ndcg=round(one.best.ndcg, 6),
                default_ndcg=round(one.trials[0].ndcg, 6),
                trials=len(one.trials),
                people=self.people,
                seed=self.seed,
            )
            for one in self.found
        }
        return Tuned(
            dataset=self.dataset.name,
            checksum=self.dataset.checksum(),
            setting=self.setting,
            models=models,
        )

    def report(self) -> Report:
        name = slug("tuning", self.setting, self.dataset.name)
        title = f"Tuning on validation ratings, {self.setting}: {self.dataset.name}"
        importance = [one for one in self.found if one.importance]
        return Report(
            name,
            title,
            (
                best_table(self.found, k=self.k),
                *(trial_table(one, k=self.k) for one in self.found),
                *([importance_table(importance)] if importance else []),
            ),
            (*self._notes(), *self.left_out),
            (),
            Run.of(
                seed=self.seed,
                data={self.dataset.name: self.dataset.checksum()},
                settings={"setting": self.setting, "trials": len(self.found[0].trials), "k": self.k},
            ),
            plots=(history_plot(f"{name}-history", title, self.found, k=self.k),),
        )

    def _notes(self) -> tuple[str, ...]:
        if self.setting == "new-person":
            counts = ", ".join(str(n) for n in NewPersonSettings().reveal)
            sought = (
                f"{self.people} people of the first fold, none of whom the tables report; the objective is the "
                f"mean over {counts} known ratings, each the mean NDCG@{self.k} over people."
            )
        else:
            held = "last but one" if self.setting == "leave-last-out" else "held-out validation"
            sought = (
                f"The {held} rating of {self.people} people, with neither it nor the test rating learnt from; "
                f"the objective is mean NDCG@{self.k}."
            )
        return (
            f"Chosen on {sought}",
            "The search is the tree-structured Parzen estimator of optuna, seeded trial by trial; its first "
            "trial is the default. The best of many trials is better on validation than it is elsewhere.",
            "Seconds are of processor time, fitting and ranking together.",
        )


def tune(  # noqa: PLR0913  each by its name
    dataset: Dataset,
    models: Sequence[str] = (),
    *,
    setting: Setting,
    trials: int = 20,
    seed: int = 0,
    out: Path | None = None,
    max_users: int | None = None,
    known: Tuned | None = None,
    progress: Progress | None = None,
) -> Tuning:
    """Search the space of each model, all with the same number of trials; of all that can, when none is named.

    With `out`, a folder, the search of every model is kept there and goes on where it stopped. `max_users`
    takes a seeded sample of the people. A blend is made of its parts as they were found here or, before, in
    `known`, and searched for their weights alone.

    Raises catalog.ConfigError for a model that there is not or that cannot take part, for fewer than one
    trial, and as the ranking runs do; MissingDependency without optuna.
    """
    if trials < 1:
        raise ConfigError(f"trials is {trials}; give at least 1")
    lineup = Lineup.of(dataset, setting=setting)
    chosen = [lineup.named(name) for name in models] or list(lineup.models)
    validation = Validation.of(dataset, setting=setting, seed=seed, max_users=max_users)
    run = {
        "dataset": dataset.checksum(),
        "setting": setting,
        "seed": seed,
        "people": validation.people,
        "k": validation.k,
    }
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
    found: list[Found] = []
    configs = {} if known is None else {name: one.config for name, one in known.models.items()}
    for model in chosen:
        space = SPACES[model.name]
        if model.name.startswith("blend"):
            space = with_parts(space, configs, recency=model.times)
        made = search(
            model, space, validation, trials=trials, seed=seed, run=run, folder=out, progress=progress
        )
        found.append(made)
        configs[model.name] = made.best.config
    left_out = () if models else lineup.left_out
    return Tuning(dataset, setting, tuple(found), left_out, validation.k, validation.people, seed)
