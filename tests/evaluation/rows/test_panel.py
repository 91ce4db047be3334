from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from agent.profile import Profile
from catalog import Dataset, Dialogue, Turn
from evaluation.rows import CF, POPULARITY, Jury, PanelSettings, Scorer, Situation, Train, history_of, pool
from evaluation.rows.learnt import Content, Likelihood
from evaluation.rows.situation import BARRED, FAILS
from language_model import LanguageModel
from retrieval import open_embedder


def jury(scores: Mapping[str, list[float]]) -> Jury:
    def scorer(row: list[float]) -> Scorer:
        return lambda _: np.array(row)

    fitted = {name: scorer(row) for name, row in scores.items()}
    return Jury(fitted, frozenset({CF}), None, None, PanelSettings())


def situation(dataset: Dataset, **changes: object) -> Situation:
    return replace(history_of(0, dataset.interactions, items=dataset.items), **changes)  # type: ignore[arg-type]


def test_the_pool_is_the_best_of_both_in_cf_order() -> None:
    by_cf = np.array([7, 2, 9, 4, 0], np.int32)
    content = np.arange(10.0)
    assert pool(by_cf, content, sizes=(2, 2)).tolist() == [7, 2, 9]
    assert pool(by_cf, None, sizes=(3, 2)).tolist() == [7, 2, 9]
    assert pool(by_cf, content, sizes=(1, 9)).tolist() == by_cf.tolist()


def test_a_person_who_came_back_is_ranked_what_they_have_not_rated(two_tastes: Dataset) -> None:
    """Person 0 rated all of the first five titles but the second."""
    now = situation(two_tastes)
    assert now.candidates.tolist() == [1, 5, 6, 7, 8, 9]
    assert now.profile.liked == ["2", "3", "4", "0"]
    assert now.fold_in.item_index.tolist() == [0, 2, 3, 4]
    assert now.exclude_user == 0
    assert now.fold_in.time is not None
    assert now.fold_in.time.tolist() == [3, 0, 1, 2]


def test_equal_scores_keep_the_order_of_the_candidates(two_tastes: Dataset) -> None:
    shuffled = np.array([9, 1, 7], np.int32)
    said = jury({"flat": [0.0] * 10, CF: [0.0] * 9 + [-1.0]}).judge(
        situation(two_tastes, candidates=shuffled)
    )
    assert said.order["flat"].all().tolist() == [9, 1, 7]
    assert said.order[CF].all().tolist() == [1, 7, 9]
    assert said.pool.tolist() == []


def test_what_fails_a_wish_comes_after_what_meets_it_in_cf_alone(two_tastes: Dataset) -> None:
    tier = np.zeros(10, np.int8)
    tier[[9, 8]] = FAILS, BARRED
    rising = [float(i) for i in range(10)]
    said = jury({"other": rising, CF: rising}).judge(situation(two_tastes, tier=tier))
    assert said.order[CF].all().tolist() == [7, 6, 5, 1, 9, 8]
    assert said.order["other"].all().tolist() == [9, 8, 7, 6, 5, 1]


@pytest.mark.slow
def test_the_language_model_scores_a_pool_that_the_sought_item_cannot_enlarge(
    two_tastes: Dataset, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The pool is made before anyone asks where the true item stands: it holds what the scores say."""
    embedder, model = open_embedder(), LanguageModel.open()
    content = Content(two_tastes, embedder)
    priors = tmp_path_factory.mktemp("priors") / "priors.npz"
    likelihood = Likelihood(two_tastes, model, priors=priors)
    train = Train(two_tastes.interactions, two_tastes.items)
    small = PanelSettings(k=2, cf_pool=2, content_pool=1)
    scorers: dict[str, Scorer] = {POPULARITY: lambda _: train.n_ratings, CF: train.cf_scores}
    said = Jury(scorers, frozenset({CF}), content, likelihood, small).judge(situation(two_tastes))
    order = said.order[CF].all().tolist()
    assert said.pool.tolist()[:2] == order[:2]
    assert len(said.pool) in {2, 3}
    assert len(said.cf) == len(said.lm) == len(said.content) == len(said.pool)
    assert said.popularity == tuple(train.n_ratings[said.pool])
    assert list(said.cf) == sorted(said.cf, reverse=True)


@pytest.mark.slow
def test_content_is_nearest_to_what_is_liked(two_tastes: Dataset) -> None:
    content = Content(two_tastes, open_embedder())
    history = situation(two_tastes)
    score = content.cosine(history.profile)
    seen = np.setdiff1d(np.arange(10), history.candidates)
    assert score.shape == (10,)
    assert np.abs(score).max() <= 1 + 1e-5
    assert score[seen].mean() > score[history.candidates].mean() + 0.1


@pytest.mark.slow
def test_content_searches_as_the_product_does(two_tastes: Dataset) -> None:
    """What people said before they named an item leads to it, which no card does."""
    said = Dialogue("d", (Turn("user", "a quiet gem", ()), Turn("assistant", "Mulan", ("8",))))
    content = Content(replace(two_tastes, dialogues=(said,)), open_embedder())
    profile = Profile(wish="a quiet gem")
    assert int(content.scores(profile).argmax()) == 8
    assert int(content.cosine(profile).argmax()) != 8
    assert not content.scores(Profile()).any()
