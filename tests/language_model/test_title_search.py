import numpy as np
import pytest

from language_model import Beams, ContextTooLong, LanguageModel, ModelInputError, TitleSearch

LEAD = "A film I would love:"
PROMPT = f"I like Star Wars, The Matrix. {LEAD}"
TITLES = [
    "Star Wars",
    "Star Wars: Episode IV - A New Hope",
    "Star Trek",
    "The Terminator",
    "The Matrix Reloaded",
    "Heat",
    "24",
    "2001: A Space Odyssey",
    "七人の侍",
    "Амели",
    "Amélie",
    "Heat",
    "<|im_end|>",
    " ",
    "(500) Days of Summer",
    "M",
    "...And Justice for All",
    "Titanic",
]
NAMED = [row for row, title in enumerate(TITLES) if title.strip()]


@pytest.fixture(scope="module")
def search(model: LanguageModel) -> TitleSearch:
    return model.title_search(TITLES, lead=LEAD)


def likelihoods(model: LanguageModel, prompt: str) -> dict[int, float]:
    scores = model.log_likelihood([TITLES[row] for row in NAMED], prefix=prompt)
    return dict(zip(NAMED, scores.total.tolist(), strict=True))


@pytest.mark.parametrize("width", [1, 3, 32])
@pytest.mark.parametrize("weight", [None, 0.5, 1.0])
def test_all_titles_with_the_scores_that_scoring_gives(
    model: LanguageModel, search: TitleSearch, width: int, weight: float | None
) -> None:
    bare = None if weight is None else LEAD
    found = search.best(99, prefix=PROMPT, bare=bare, weight=weight or 0, beams=Beams(width))
    assert sorted(item for title in found for item in title.items) == NAMED
    given, alone = likelihoods(model, PROMPT), likelihoods(model, LEAD)
    for title in found:
        row = title.items[0]
        assert title.total == pytest.approx(given[row], abs=1e-3)
        if weight is not None:
            assert title.prior == pytest.approx(alone[row], abs=1e-3)
        assert title.score == pytest.approx(given[row] - (weight or 0) * alone[row], abs=2e-3)
    assert [title.score for title in found] == sorted((title.score for title in found), reverse=True)


@pytest.mark.parametrize("width", [1, 4])
def test_without_a_prior_the_best_are_the_likeliest_of_all(
    model: LanguageModel, search: TitleSearch, width: int
) -> None:
    given = likelihoods(model, PROMPT)
    expected = sorted(set(given) - {11}, key=lambda row: -given[row])[:5]
    found = search.best(5, prefix=PROMPT, beams=Beams(width))
    assert [title.items[0] for title in found] == expected
    assert found == search.best(5, prefix=PROMPT, beams=Beams(width))


def test_a_title_that_two_items_bear_stands_for_both(search: TitleSearch) -> None:
    found = search.best(99, prefix=PROMPT)
    assert [title.items for title in found if 5 in title.items] == [(5, 11)]


def test_only_allowed_items_and_all_of_them(search: TitleSearch) -> None:
    allowed = np.zeros(len(TITLES), dtype=bool)
    allowed[[1, 8, 11, 13]] = True
    found = search.best(99, prefix=PROMPT, allowed=allowed, beams=Beams(1))
    assert sorted(title.items for title in found) == [(1,), (8,), (11,)]
    assert search.best(5, prefix=PROMPT, allowed=np.zeros(len(TITLES), dtype=bool)) == []
    assert search.best(0, prefix=PROMPT) == []


def test_a_search_out_of_time_or_tokens_gives_what_it_has(model: LanguageModel, search: TitleSearch) -> None:
    given = likelihoods(model, PROMPT)
    for beams in (Beams(seconds=0), Beams(tokens=0)):
        found = search.best(99, prefix=PROMPT, beams=beams)
        assert 0 < len(found) < len(NAMED) - 1
        assert all(title.total == pytest.approx(given[title.items[0]], abs=1e-3) for title in found)


def test_a_prompt_that_the_titles_do_not_follow_is_refused(search: TitleSearch) -> None:
    with pytest.raises(ModelInputError, match="does not end with 'A film I would love:'"):
        search.best(1, prefix="I like Heat.")
    with pytest.raises(ContextTooLong, match="The prompt with a title"):
        search.best(1, prefix="word " * 9000 + LEAD)
