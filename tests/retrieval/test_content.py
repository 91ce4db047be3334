import numpy as np
import pytest
from numpy.typing import NDArray

from catalog import Dialogue, Item, Items, Turn
from retrieval import ContentSearch, ContentWeights, Pictured, Wish
from retrieval.content import BESIDE_TALK, standard
from retrieval.talk import SHRINKAGE, beside, talk

ITEMS = Items(
    [
        Item("a", "Heat", attributes={"director": ("Michael Mann",), "genre": ("Crime", "Drama")}),
        Item("b", "Collateral", attributes={"director": ("Michael Mann",), "genre": ("Crime",)}),
        Item("c", "Michael Clayton", attributes={"director": ("Tony Gilroy",), "genre": ("Drama",)}),
        Item("d", "Up", None, "A house is lifted by balloons."),
        Item("e", ""),
    ]
)
VECTORS = np.array([[1, 0], [0.8, 0.6], [0, 1], [-1, 0], [0, -1]], np.float32)
X = np.array([1, 0], np.float32)
NOTHING = dict.fromkeys(ContentWeights.model_fields, 0.0)
DIALOGUES = [
    Dialogue(
        "1",
        (
            Turn("user", "A tense heist (1995)", ()),
            Turn("assistant", "Collateral?", ("b", "b")),
            Turn("user", "Or balloons", ("d", "gone")),
        ),
    ),
    Dialogue("2", (Turn("user", "heist", ()), Turn("assistant", "x", ("b",)))),
]


def alone(name: str, *, unlike: float = 0.5) -> ContentSearch:
    weights = ContentWeights.model_validate({**NOTHING, name: 1.0, "unlike": unlike})
    return ContentSearch.over(ITEMS, VECTORS, dialogues=DIALOGUES, weights=weights)


def near(score: NDArray[np.float32]) -> list[str]:
    """Those above the mean, best first."""
    return [ITEMS.ids[row] for row in np.argsort(-score, kind="stable") if score[row] > 0]


def test_each_voice_finds_what_it_should() -> None:
    assert near(alone("words").scores(Wish("x", vector=X)))[:2] == ["a", "b"]
    assert near(alone("lexical").scores(Wish("lifted by balloons"))) == ["d"]
    assert near(alone("talk").scores(Wish("some heist"))) == ["b", "d"]
    assert near(alone("alike").scores(Wish(like=[0])))[:2] == ["a", "b"]


def test_cards_are_searched_for_telling_words_alone_and_talk_for_all() -> None:
    wish = Wish("some heist in which a house is lifted", telling="heist")
    assert not alone("lexical").scores(wish).any()
    assert near(alone("talk").scores(wish)) == ["b", "d"]


def test_attributes_are_whole_values() -> None:
    """The film that is called Michael shares no person with those of Michael Mann."""
    score = alone("attributes").scores(Wish(like=[1]))
    assert near(score) == ["b", "a"]
    assert score[2] == score[3] == score[4]


def test_what_is_disliked_pushes_away() -> None:
    for name, like, unlike in (("attributes", [0], [2]), ("alike", [1], [2])):
        liked = alone(name, unlike=1.0).scores(Wish(like=like))
        both = alone(name, unlike=1.0).scores(Wish(like=like, unlike=unlike))
        assert both[2] < liked[2]
        assert both[like[0]] - both[2] > liked[like[0]] - liked[2]
    away = alone("words", unlike=1.0).scores(Wish("x", vector=X, avoid=VECTORS[1]))
    assert away[1] < away[0]


def test_items_that_dialogues_talk_of_have_weights_of_their_own() -> None:
    assert ContentSearch.over(ITEMS, VECTORS, dialogues=DIALOGUES).weights == BESIDE_TALK
    assert ContentSearch.over(ITEMS, VECTORS).weights == ContentWeights()


def test_voices_add_up_by_their_weights() -> None:
    wish = Wish("a heist", vector=X, like=[1], unlike=[2])
    weights = BESIDE_TALK
    names = ("words", "alike", "lexical", "attributes", "years", "talk", "around")
    parts = {name: alone(name).scores(wish) for name in names}
    total = sum(getattr(weights, name) * score for name, score in parts.items())
    search = ContentSearch.over(ITEMS, VECTORS, dialogues=DIALOGUES)
    np.testing.assert_allclose(search.scores(wish), total, atol=1e-6)


def test_nothing_to_search_by_is_zero() -> None:
    search = ContentSearch.over(ITEMS, VECTORS)
    assert Wish(unlike=[1]).is_empty
    assert search.scores(Wish()).tolist() == [0] * 5
    assert search.scores(Wish("zzz")).tolist() == [0] * 5


def test_talk_is_what_users_said_before_a_mention() -> None:
    assert talk(DIALOGUES, ITEMS) == ["", "A tense heist  heist", "", "A tense heist  Or balloons", ""]


def test_items_take_over_the_talk_of_those_that_are_named_beside_them() -> None:
    """b and d were named in one dialogue, so what is said of balloons counts for b, and a tense heist for d."""
    shares = beside(DIALOGUES, ITEMS).toarray()
    expected = np.zeros((5, 5))
    expected[1, 3] = expected[3, 1] = 1 / (1 + SHRINKAGE)
    np.testing.assert_allclose(shares, expected, rtol=1e-6)
    assert beside([], ITEMS).nnz == 0
    around = alone("around").scores(Wish("balloons"))
    assert near(around) == ["b"]
    assert alone("around").scores(Wish("zzz")).tolist() == [0] * 5


def test_what_is_near_in_time_comes_first_and_nothing_is_further_than_far() -> None:
    years = (1995, 1999, 1930, 1880, None, 2010)
    items = Items([Item(str(n), f"t{n}", year) for n, year in enumerate(years)])
    vectors = np.ones((6, 2), np.float32) / np.sqrt(2, dtype=np.float32)
    weights = ContentWeights.model_validate({**NOTHING, "years": 1.0})
    search = ContentSearch.over(items, vectors, weights=weights)
    score = search.scores(Wish(like=[0, 1, 4]))
    assert np.argsort(-score, kind="stable").tolist() == [0, 1, 4, 5, 2, 3]
    assert score[2] == score[3]
    assert search.scores(Wish(like=[4])).tolist() == [0] * 6


PICTURES = Pictured(np.array([0, 1, 3]), np.array([[1, 0], [0, 1], [0.6, 0.8]], np.float32))


def seeing(name: str) -> ContentSearch:
    weights = ContentWeights.model_validate({**NOTHING, name: 1.0, "unlike": 1.0})
    return ContentSearch.over(ITEMS, VECTORS, weights=weights, pictures=PICTURES)


def test_pictures_are_found_by_words_and_by_pictures() -> None:
    score = seeing("pictured").scores(Wish("x", picture=X))
    np.testing.assert_allclose(score[[0, 1, 3]], standard(np.array([1.0, 0, 0.6])), atol=1e-6)
    away = seeing("pictured").scores(Wish("x", picture=X, avoid_picture=X))
    assert away.tolist() == [0] * 5
    score = seeing("looks").scores(Wish(like=[0, 2]))
    np.testing.assert_allclose(score[[0, 1, 3]], standard(np.array([1.0, 0, 0.6])), atol=1e-6)
    score = seeing("looks").scores(Wish(like=[3], unlike=[1, 4]))
    np.testing.assert_allclose(score[[0, 1, 3]], standard(np.array([0.6, -0.2, 0.2])), atol=1e-6)


def test_what_has_no_picture_is_in_the_middle() -> None:
    for name, wish in (("pictured", Wish("x", picture=X)), ("looks", Wish(like=[0]))):
        score = seeing(name).scores(wish)
        assert score[2] == score[4] == 0
        assert score[[0, 1, 3]].mean() == pytest.approx(0, abs=1e-6)


def test_pictures_say_nothing_where_there_are_none() -> None:
    wish = Wish("a heist", vector=X, picture=X, like=[2], unlike=[0])
    blind = ContentSearch.over(ITEMS, VECTORS, dialogues=DIALOGUES)
    assert {"pictured", "looks"}.isdisjoint(blind.voices(wish))
    assert "looks" not in seeing("looks").voices(wish)
    nothing = Pictured(np.zeros(0, np.intp), np.zeros((0, 2), np.float32))
    unseen = ContentSearch.over(ITEMS, VECTORS, dialogues=DIALOGUES, pictures=nothing)
    assert unseen.scores(wish).tolist() == blind.scores(wish).tolist()


@pytest.mark.parametrize("score", [np.zeros(3), np.full(3, 7.0)])
def test_equal_scores_are_zero_when_brought_to_one_scale(score: NDArray[np.float64]) -> None:
    assert standard(score).tolist() == [0, 0, 0]
    np.testing.assert_allclose(standard(np.array([1.0, 2, 3])), [-1.2247449, 0, 1.2247449], rtol=1e-6)
