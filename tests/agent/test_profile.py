from collections.abc import Callable

import numpy as np
import pytest
from pydantic import ValidationError

from agent.profile import Opinion, Profile
from agent.utterance import Utterance
from agent.weighing import RATED, SPOKEN
from catalog import Items, RatingScale

Read = Callable[..., Utterance]


def told(read: Read, *messages: str) -> Profile:
    profile = Profile()
    for message in messages:
        profile.update(read(message), now=1.0)
    return profile


def test_the_latest_word_on_an_item_counts(read: Read) -> None:
    profile = told(read, "I loved Heat", "I hated Heat")
    assert (profile.liked, profile.disliked) == ([], ["1"])
    assert profile.opinions["1"].said == "Heat"


def test_a_wanted_genre_lifts_the_ban_on_it_and_the_other_way_round(read: Read) -> None:
    profile = told(read, "no horror", "I want a horror film")
    assert [(c.values, c.mode) for c in profile.constraints] == [(("Horror",), "must")]
    profile.update(read("no horror"), now=2.0)
    assert [(c.values, c.mode) for c in profile.constraints] == [(("Horror",), "must_not")]


def test_a_new_wish_replaces_the_old_one_and_bans_stay(read: Read) -> None:
    profile = told(read, "no horror", "a crime film from the 90s", "a comedy")
    assert [(c.values, c.mode) for c in profile.constraints] == [
        (("Horror",), "must_not"),
        (("Comedy",), "must"),
    ]


def test_starting_over_forgets_wishes_and_keeps_opinions_and_bans(read: Read) -> None:
    profile = told(
        read, "I loved Heat, no horror", "a crime film from the 90s", "actually, something funny instead"
    )
    assert profile.period is None
    assert profile.liked == ["1"]
    assert ("must_not", ("Horror",)) in {(c.mode, c.values) for c in profile.constraints}


def test_seen_and_refused_are_barred_with_all_that_was_shown(read: Read) -> None:
    profile = told(read, "I've seen Casino", "I loved Heat")
    profile.shown.append("2")
    profile.update(read("not the first", shown=("2",)), now=2.0)
    assert profile.barred == {"17", "1", "2"}
    assert profile.refused == ["2"]


def test_fold_in_lies_on_the_scale_of_the_data(read: Read, films: Items) -> None:
    profile = told(read, "I loved Heat", "I hated Saw", "I liked Fargo")
    folded = profile.fold_in(films, RatingScale(0.5, 5.0))
    ratings = dict(zip(folded.item_index.tolist(), folded.rating.tolist(), strict=True))
    assert ratings[films.index_of("1")] == 5.0
    assert ratings[films.index_of("3")] == 0.5
    assert 3.875 < ratings[films.index_of("2")] < 5.0


def test_what_is_known_speaks_mildly_where_nothing_is_liked(read: Read, films: Items) -> None:
    profile = told(read, "I hated Saw", "I saw Heat", "I've watched Fargo")
    profile.shown, profile.seen = ["17"], [*profile.seen, "17"]  # shown here, then said to be known
    assert profile.taken == ["1", "2"]
    folded = profile.fold_in(films, RatingScale(1, 5))
    ratings = {
        films[int(row)].title: rating for row, rating in zip(folded.item_index, folded.rating, strict=True)
    }
    assert ratings == {"Saw": 1, "Heat": pytest.approx(4.2), "Fargo": pytest.approx(4.2)}
    assert "I know Heat, Fargo." in profile.describe(films)
    profile.update(read("I loved Aliens"), now=2.0)
    assert profile.taken == ["20"]
    assert "I know" not in profile.describe(films)


def test_adopted_ratings_come_back_as_they_were(films: Items) -> None:
    scale = RatingScale(1.0, 5.0)
    profile = Profile()
    profile.adopt([("1", 5.0, 1.0), ("2", 1.0, 2.0), ("6", 3.0, 3.0)], scale)
    folded = profile.fold_in(films, scale)
    assert folded.rating[np.isin(folded.item_index, [films.index_of("1"), films.index_of("2")])].tolist() == [
        5.0,
        1.0,
    ]
    assert (profile.liked, profile.disliked) == (["1"], ["2"])


def test_plain_data_and_back(read: Read) -> None:
    profile = told(read, "I loved Heat, no horror, from the 90s")
    assert Profile.model_validate(profile.model_dump(mode="json")) == profile


def test_what_is_no_profile_is_refused() -> None:
    with pytest.raises(ValidationError):
        Profile.model_validate({"opinions": {"1": {"weight": float("nan"), "time": 0, "said": ""}}})
    with pytest.raises(ValidationError):
        Profile.model_validate({"password": "x"})


def test_the_description_names_what_is_known_and_nothing_else(read: Read, films: Items) -> None:
    assert Profile().describe(films) == ""
    text = told(read, "I loved Heat and Fargo, something like that but no horror").describe(films)
    assert text == "I like Heat, Fargo. No Horror."


def test_what_is_said_and_what_is_rated_weigh_the_voices_differently() -> None:
    profile = Profile()
    assert profile.weighing == RATED
    profile.adopt([("1", 5.0, 0.0)], RatingScale(1, 5))
    assert (profile.weighing, profile.alpha) == (RATED, RATED.alpha(1))
    profile.wish = "something slow"
    assert (profile.weighing, profile.alpha) == (SPOKEN, SPOKEN.alpha(1))
    named = Profile(opinions={"1": Opinion(weight=1.0, time=0.0, said="Heat")})
    assert named.weighing == SPOKEN
    assert Profile(wish="something slow").alpha == SPOKEN.alpha(0)
