import json
import re
from html import unescape

import pytest

from agent.profile import Opinion, Profile
from agent.utterance import Constraint, Period, Taste
from catalog import Item, Items
from ui.portrait import portrait_html, without

ITEMS = Items([Item("1", "Heat", 1995), Item("2", "<b>Saw</b>", 2004), Item("3", "Alien", 1979)])
CRIME = Taste(attribute="genre", value="Crime", polarity="likes", said="crime")
NO_HORROR = Constraint(attribute="genre", values=("Horror", "Thriller"), mode="must_not", said="no horror")
PROFILE = Profile(
    opinions={"1": Opinion(weight=1, time=0, said="x"), "2": Opinion(weight=-0.5, time=0, said="x")},
    tastes=[CRIME, Taste(attribute="genre", value="War", polarity="dislikes", said="war")],
    constraints=[NO_HORROR],
    period=Period(year_min=1990, year_max=1999, said="90s"),
    wish="something <i>slow</i>",
    avoid="gore",
    shown=["3"],
    seen=["3"],
    refused=["2"],
).model_dump(mode="json")


def words(html: str) -> list[str]:
    return [
        unescape(text)
        for text in re.findall(r'<h4>(.*?)</h4>|<li dir="auto">(.*?)<button', html)
        for text in text
        if text
    ]


def test_everything_known_is_readable() -> None:
    html = portrait_html(PROFILE, ITEMS)
    assert words(html) == [
        *("Likes", "Heat (1995)", "Crime"),
        *("Dislikes", "<b>Saw</b> (2004)", "War"),
        *("Feels like", "“something <i>slow</i>”", "rather not: gore"),
        *("Conditions", "no Horror or Thriller", "1990 to 1999"),
        *("Seen or refused", "Alien (1979)"),
    ]
    assert "<b>" not in html
    assert "<i>" not in html


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (None, 1980, "up to 1980"),
        (1990, None, "1990 or later"),
        (1995, 1995, "1995"),
        (-750, -700, "-750 to -700"),
    ],
)
def test_periods(low: int | None, high: int | None, said: str) -> None:
    profile = Profile(period=Period(year_min=low, year_max=high, said="x")).model_dump(mode="json")
    assert words(portrait_html(profile, ITEMS)) == ["Conditions", said]


def test_a_stranger() -> None:
    assert "Nothing yet" in portrait_html({}, ITEMS)
    assert "Nothing yet" in portrait_html(Profile().model_dump(mode="json"), ITEMS)


def test_each_chip_can_be_taken_back_and_the_rest_is_a_profile_still() -> None:
    profile = PROFILE
    chips = re.findall(r'data-part="(.*?)" data-key="(.*?)"', portrait_html(PROFILE, ITEMS))
    assert len(chips) == 9
    for left, (part, key) in enumerate(chips, 1):
        profile = without(profile, part, unescape(key))
        Profile.model_validate(profile)
        known = set(re.findall(r'data-part="(.*?)" data-key="(.*?)"', portrait_html(profile, ITEMS)))
        assert (part, key) not in known
        assert len(known) >= len(chips) - left
    assert profile["opinions"] == {}
    assert profile["period"] is None
    assert PROFILE["opinions"].keys() == {"1", "2"}


@pytest.mark.parametrize("part", ["opinions", "tastes", "seen", "user_id", "nonsense", ""])
def test_an_unknown_key_takes_nothing(part: str) -> None:
    assert json.dumps(without(PROFILE, part, "no such key")) == json.dumps(PROFILE)
