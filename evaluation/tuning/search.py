"""A seeded search that goes on where it stopped, by optuna."""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from catalog import ConfigError, MissingDependency, Progress
from evaluation.rows import Tunable
from evaluation.tuning.space import Space, configuration
from evaluation.tuning.spaces import starts
from evaluation.tuning.validation import Validation

if TYPE_CHECKING:
    from optuna import Study

STARTUP = 6
"""Trials before the search weighs where to look: the starts of the space, then at random."""
IDENTITY = "run"


@dataclass(frozen=True, slots=True)
class Trial:
    """`seconds` are of processor time, fitting and ranking together."""

    config: Mapping[str, Any]
    ndcg: float
    bad: float
    by_kind: Mapping[str, float]
    seconds: float


@dataclass(frozen=True, slots=True)
class Found:
    """Trials in the order in which they were made, the start of the space first.

    `importance` has the share of every name in how good a trial is, where there are trials enough to tell.
    """

    model: Tunable
    trials: tuple[Trial, ...]
    importance: Mapping[str, float]

    @property
    def best(self) -> Trial:
        """The first of the best."""
        return max(self.trials, key=lambda trial: trial.ndcg)


def search(
    model: Tunable,
    space: Space,
    validation: Validation,
    *,
    trials: int,
    seed: int,
    run: Mapping[str, Any],
    folder: Path | None,
    progress: Progress | None,
) -> Found:
    """The tree-structured Parzen estimator (Bergstra et al. 2011) over the space, seeded trial by trial.

    With a folder the study is kept there in MODEL.journal; one that was stopped, or was given fewer trials,
    goes on as if it had not been. `run` says what must be equal for that. Raises catalog.ConfigError when it
    is not, MissingDependency without optuna.
    """
    if not find_spec("optuna"):
        raise MissingDependency("The search for a configuration", extra="tune")
    with _quietly():
        study = _study(model, space, folder, run=run)
        for number in range(len(_complete(study)), trials):
            _try(study, model, space, validation, seed=[seed, number])
            if progress is not None:
                progress(f"tuning {model.name}", number + 1, trials)
        made = _complete(study)[:trials]
        return Found(model, tuple(Trial(**one.user_attrs) for one in made), _importance(study))


def _study(model: Tunable, space: Space, folder: Path | None, *, run: Mapping[str, Any]) -> Study:
    import optuna
    from optuna.storages import JournalStorage
    from optuna.storages.journal import JournalFileBackend

    path = None if folder is None else folder / f"{model.name}.journal"
    study = optuna.create_study(
        storage=None if path is None else JournalStorage(JournalFileBackend(str(path))),
        study_name=model.name,
        direction="maximize",
        load_if_exists=True,
    )
    identity = json.dumps({**run, "model": model.about, "space": {n: repr(c) for n, c in space.items()}})
    if study.user_attrs.get(IDENTITY, identity) != identity:
        raise ConfigError(
            f"{path} holds another search (data, setting, models or space differ); choose another folder"
        )
    study.set_user_attr(IDENTITY, identity)
    for trial in study.get_trials(states=[optuna.trial.TrialState.RUNNING]):
        study.tell(trial.number, state=optuna.trial.TrialState.FAIL)
    return study


def _try(study: Study, model: Tunable, space: Space, validation: Validation, *, seed: list[int]) -> None:
    import optuna

    own_seed = int(np.random.default_rng(seed).integers(2**31))
    study.sampler = optuna.samplers.TPESampler(seed=own_seed, n_startup_trials=STARTUP, multivariate=True)
    made_before, first = len(_complete(study)), starts(model.name, space)
    if made_before < len(first):
        study.enqueue_trial(first[made_before])
    trial = study.ask()
    config = configuration({name: choice.drawn(trial, name) for name, choice in space.items()})
    begun = time.process_time()
    quality = validation.quality(model.fitted(config, validation.learnt))
    made = Trial(config, quality.ndcg, quality.bad, quality.by_kind, time.process_time() - begun)
    for name, value in asdict(made).items():
        trial.set_user_attr(name, value)
    study.tell(trial, quality.ndcg)


def _complete(study: Study) -> list[Any]:
    from optuna.trial import TrialState

    return study.get_trials(deepcopy=False, states=[TrialState.COMPLETE])


def _importance(study: Study) -> dict[str, float]:
    """By PED-ANOVA (Watanabe et al. 2023)."""
    from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

    if len(_complete(study)) < 3 * STARTUP or not study.best_trial.params:
        return {}
    return dict(get_param_importances(study, evaluator=PedAnovaImportanceEvaluator()))


@contextmanager
def _quietly() -> Iterator[None]:
    """Without optuna's own messages, and its word on what may still change."""
    import optuna

    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            yield
    finally:
        optuna.logging.set_verbosity(level)
