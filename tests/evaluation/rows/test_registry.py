import numpy as np
import pytest

from agent.profile import Profile
from catalog import ConfigError, Dataset, Interactions, Item, Items, RatingScale
from cf_engine import FoldIn
from evaluation.rows import (
    BASELINES,
    COPY,
    Learnt,
    PanelSettings,
    Relevant,
    Situation,
    Train,
    history_of,
    models,
    peers,
)
from evaluation.rows.engine_models import engine_models
from evaluation.rows.panel import Panel
from evaluation.rows.peers import peer_models
from evaluation.rows.registry import popularity
from evaluation.rows.situation import MAY
from evaluation.rows.taken import backed, taken, taken_by

PROTOCOLS = ("random", "popularity", "copy", "embedding cosine", "content", "CF alone")
ROWS = {row.name: row for row in (*BASELINES, *peers())}
MODELS = {model.name: model for model in models()}
STRANGERS = [name for name, model in MODELS.items() if model.strangers]


def learnt(dataset: Dataset, *, dialogue: bool = False, relevant: Relevant = "liked") -> Learnt:
    return Learnt(Train(dataset.interactions, dataset.items), None, 0, dialogue, relevant)


@pytest.fixture(scope="module")
def two_crowds(two_tastes: Dataset) -> Dataset:
    """Eighty people, each of whom rates ten titles of one half of forty with 5 and one of the other with 1."""
    rng = np.random.default_rng(0)
    users, items, ratings = [], [], []
    for person in range(80):
        half = 20 * (person % 2)
        items += [*(half + rng.choice(20, 10, replace=False)).tolist(), (half + 20 + rng.integers(20)) % 40]
        ratings += [5.0] * 10 + [1.0]
        users += [f"p{person}"] * 11
    catalogue = Items([Item(item_id=str(i), title=f"Title {i}") for i in range(40)])
    rows = Interactions.of(
        users, items, rating=ratings, timestamp=np.arange(len(users)), scale=RatingScale(1, 5)
    )
    return Dataset("two crowds", catalogue, rows)


def stranger(ratings: dict[int, float], *, items: Items, mentioned: tuple[int, ...] = ()) -> Situation:
    return Situation(
        0,
        Profile(),
        FoldIn.of(ratings),
        None,
        np.arange(len(items), dtype=np.int32),
        np.array(mentioned, np.int32),
        np.full(len(items), MAY, np.int8),
    )


def test_the_rows_of_the_protocols_are_all_there() -> None:
    names = [row.name for row in BASELINES]
    assert [name for name in names if name in PROTOCOLS] == list(PROTOCOLS)
    assert len(ROWS) == len(BASELINES) + len(peers())


def test_copy_repeats_the_last_first_and_is_for_dialogues_alone(two_tastes: Dataset) -> None:
    assert ROWS[COPY].fit(learnt(two_tastes)) is None
    copy = ROWS[COPY].fit(learnt(two_tastes, dialogue=True))
    assert copy is not None
    score = copy(stranger({}, items=two_tastes.items, mentioned=(4, 8, 1)))
    assert np.argsort(-score)[:3].tolist() == [1, 8, 4]


def test_chance_is_seeded_by_the_situation(two_tastes: Dataset) -> None:
    chance = ROWS["random"].fit(learnt(two_tastes))
    assert chance is not None
    first, second = (history_of(user, two_tastes.interactions, items=two_tastes.items) for user in (0, 1))
    assert (chance(first) == chance(first)).all()
    assert (chance(first) != chance(second)).any()


@pytest.mark.parametrize("name", [*STRANGERS, "CF alone"])
@pytest.mark.parametrize("relevant", ["liked", "rated"])
def test_who_learns_from_people_finds_the_half_of_a_stranger(
    two_crowds: Dataset, name: str, relevant: Relevant
) -> None:
    row = ROWS[name] if name in ROWS else MODELS[name].as_row()
    scorer = row.fit(learnt(two_crowds, relevant=relevant))
    assert scorer is not None
    score = scorer(stranger(dict.fromkeys(range(25, 30), 5.0), items=two_crowds.items))
    assert score.shape == (40,)
    assert np.isfinite(score).all()
    other, own = score[:20], np.delete(score[20:], slice(5, 10))
    assert own.mean() > 2 * abs(other.mean())


def test_popularity_counts_likes_or_where_they_count_all_ratings(two_crowds: Dataset) -> None:
    rows, nobody = two_crowds.interactions, stranger({}, items=two_crowds.items)
    for relevant, counted in (("liked", rows.rating >= 4), ("rated", rows.rating >= 1)):
        scorer = ROWS["popularity"].fit(learnt(two_crowds, relevant=relevant))  # type: ignore[arg-type]
        assert scorer is not None
        assert scorer(nobody).tolist() == np.bincount(rows.item_index[counted]).tolist()


@pytest.mark.parametrize("name", STRANGERS)
def test_models_say_the_same_twice_and_of_nobody_what_is_popular(two_tastes: Dataset, name: str) -> None:
    train = learnt(two_tastes)
    one, other = (MODELS[name].fitted(MODELS[name].default, train) for _ in range(2))
    for user in range(3):
        situation = history_of(user, two_tastes.interactions, items=two_tastes.items)
        assert (one(situation) == one(situation)).all()
        assert (one(situation) == other(situation)).all()
    nobody = stranger({}, items=two_tastes.items)
    if name.startswith("blend"):  # with a voice for popularity, which counts likes
        likes = train.train.popularity.scores(nobody.fold_in)
        assert np.corrcoef(one(nobody), likes)[0, 1] == pytest.approx(1)
        return
    share = train.train.n_ratings / train.train.n_ratings.max()
    assert one(nobody).tolist() == (share / 2).tolist()
    if name not in {model.name for model in engine_models()}:
        assert one(stranger({3: 1.0}, items=two_tastes.items)).tolist() == (share / 2).tolist()


def test_a_model_without_fold_in_ranks_for_whom_it_knows(two_crowds: Dataset) -> None:
    (name,) = MODELS.keys() - set(STRANGERS)
    scorer = MODELS[name].fitted({"factors": 8, "iterations": 200}, learnt(two_crowds))
    score = scorer(history_of(1, two_crowds.interactions, items=two_crowds.items))
    assert score[20:].mean() > score[:20].mean()


def test_where_a_model_is_silent_popularity_speaks(two_tastes: Dataset) -> None:
    train = learnt(two_tastes)
    spoken = np.array([0, 3.0, -1.0, 0, 0.5, 0, 0, 0, 0, 0])
    score = backed(lambda _: spoken, train)(stranger({}, items=two_tastes.items))
    silent = spoken == 0
    assert (score[~silent] == spoken[~silent]).all()
    assert ((score[silent] > 0) & (score[silent] < 0.5)).all()
    counts = popularity(train)
    assert (np.argsort(-score[silent], kind="stable") == np.argsort(-counts[silent], kind="stable")).all()


@pytest.mark.parametrize("name", [name for name in MODELS if name != "lenskit-ease"])
def test_a_configuration_that_a_model_does_not_have_is_refused(two_tastes: Dataset, name: str) -> None:
    """LensKit's EASE takes any."""
    with pytest.raises(ConfigError, match="nonsense"):
        MODELS[name].fitted({"nonsense": 1}, learnt(two_tastes))


def test_peers_name_their_versions() -> None:
    assert {row.name for row in peers()} < {model.row for model in peer_models()}
    for row in (model.as_row() for model in peer_models()):
        assert any(part.count(".") == 2 for part in row.about.replace(",", "").replace(";", "").split())


def test_a_person_takes_to_what_they_like_or_where_it_counts_to_all_they_rate(two_crowds: Dataset) -> None:
    own = FoldIn.of({1: 4.0, 2: 3.9, 7: 5.0})
    liked, rated = learnt(two_crowds), learnt(two_crowds, relevant="rated")
    assert (taken(liked).nnz, taken(rated).nnz) == (800, 880)
    assert set(taken(liked).data) == set(taken(rated).data) == {1.0}
    assert taken_by(own, liked).tolist() == [1, 7]
    assert taken_by(own, rated).tolist() == [1, 2, 7]


def test_a_panel_fits_the_rows_it_was_given(two_tastes: Dataset) -> None:
    panel = Panel.open(two_tastes, PanelSettings(), embedder=None, language_model=None, peers=peers())
    assert panel.identity["rows"] == {name: row.about for name, row in ROWS.items()}
    jury = panel.fit(Train(two_tastes.interactions, two_tastes.items))
    assert [name for name in jury.scorers if name in PROTOCOLS] == ["random", "popularity", "CF alone"]
    assert list(jury.scorers)[-len(peers()) :] == [row.name for row in peers()]
