"""What the page does, with a real agent and without a browser."""

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import pytest

from agent import Agent
from agent.weighing import SPOKEN
from catalog import ConfigError, Dataset
from ui.conversation import Desk, View, message
from ui.starters import starters


@pytest.fixture
def desk(agent: Agent) -> Desk:
    return Desk(agent)


@pytest.fixture
def visitor() -> str:
    return uuid4().hex


def last(views: Iterable[View]) -> View:
    return list(views)[-1]


def ids(view: View) -> list[str]:
    return re.findall(r'data-item="(\d+)"', view.cards or "")


def said(view: View) -> list[str]:
    return [turn["content"] for turn in view.transcript if turn["role"] == "user"]


WISH = "I loved Heat and Fargo, something like that but no horror"


def test_a_turn_grows_and_ends_with_the_whole_page(desk: Desk, visitor: str) -> None:
    views = list(desk.say(visitor, WISH))
    growing = [view.transcript[-1]["content"] for view in views[1:-1]]
    assert views[0].transcript == [message("user", WISH), message("assistant", "…")]
    assert views[0].cards is None
    assert len(growing) > 3
    assert all(after.startswith(before) for before, after in pairwise(growing))
    end = views[-1]
    assert end.transcript[-1]["content"].startswith(growing[-1].rstrip())
    assert set(ids(end)) == {"003", "004", "005", "006"}
    assert "Heat (1995)" in (end.portrait or "")
    assert "no Horror" in (end.portrait or "")
    assert end.auto is True
    assert end.words == pytest.approx(1 - SPOKEN.alpha(1), abs=0.01)


def test_hostile_titles_are_escaped_in_the_transcript(desk: Desk, visitor: str) -> None:
    view = last(desk.say(visitor, f"{WISH} <script>alert(1)</script>"))
    spoken = " ".join(turn["content"] for turn in view.transcript)
    assert "&lt;script&gt;" in spoken
    assert "<" not in spoken


def test_blank_text_is_no_turn(desk: Desk, visitor: str) -> None:
    assert last(desk.say(visitor, " \n ")).transcript == []


def test_why_is_asked_of_the_card_that_was_pressed(desk: Desk, visitor: str) -> None:
    first = last(desk.say(visitor, WISH))
    session = desk.session(visitor)
    second = session.last[1].item
    view = last(desk.act(visitor, "why", second.item_id))
    assert said(view) == [WISH, "Why the second one?"]
    assert message("", second.title)["content"] in view.transcript[-1]["content"]
    assert ids(view) == ids(first)
    assert (view.cards or "").count('class="parts"') == 1
    assert "I like Heat" in (view.cards or "")
    assert 'class="parts"' not in (last(desk.say(visitor, "thanks")).cards or "")


def test_seen_and_not_for_me_take_the_card_away_for_good(desk: Desk, visitor: str) -> None:
    one, two, *rest = ids(last(desk.say(visitor, WISH)))
    assert ids(last(desk.act(visitor, "seen", one))) == [two, *rest]
    assert ids(last(desk.act(visitor, "dislike", two))) == rest
    profile = desk.session(visitor).profile
    assert profile["seen"] == [one]
    assert profile["opinions"][two]["weight"] < 0
    assert not {one, two} & set(ids(last(desk.say(visitor, "more"))))


def test_more_like_this_counts_as_a_like(desk: Desk, visitor: str) -> None:
    chosen = ids(last(desk.say(visitor, "a good crime film")))[0]
    view = last(desk.act(visitor, "more", chosen))
    assert desk.session(visitor).profile["opinions"][chosen]["weight"] > 0
    assert chosen not in ids(view)
    assert len(said(view)) == 2


@pytest.mark.parametrize("item_id", ["999", "", "<x>", "007"])
@pytest.mark.parametrize("action", ["why", "seen", "format"])
def test_presses_that_the_page_never_offered_change_nothing(
    desk: Desk, visitor: str, action: str, item_id: str
) -> None:
    before = last(desk.say(visitor, WISH))
    assert list(desk.act(visitor, action, item_id)) == [before]


def test_undo_retry_and_clear_rewind_the_agent(desk: Desk, visitor: str) -> None:
    first = last(desk.say(visitor, WISH))
    last(desk.say(visitor, "more"))
    assert last(desk.undo(visitor)) == replace(first, draft="more")
    assert last(desk.retry(visitor)).transcript[0] == first.transcript[0]
    assert said(desk.view(visitor)) == [WISH]
    nothing = last(desk.clear(visitor))
    assert nothing.transcript == []
    assert ids(nothing) == []
    assert "Nothing yet" in (nothing.portrait or "")
    assert last(desk.undo(visitor)) == nothing
    assert last(desk.retry(visitor)) == replace(nothing, draft=None)


def test_the_balance_reorders_the_cards(desk: Desk, visitor: str) -> None:
    last(desk.say(visitor, WISH))
    people, words = last(desk.weigh(visitor, 0.0)), last(desk.weigh(visitor, 1.0))
    session = desk.session(visitor)
    assert (people.words, people.auto) == (0.0, False)
    assert ids(words) == [r.item.item_id for r in sorted(session.last, key=lambda r: -r.lm)]
    assert ids(people) == [r.item.item_id for r in sorted(session.last, key=lambda r: -r.cf)]
    assert last(desk.weigh(visitor, None)).auto is True
    with pytest.raises(ConfigError, match="alpha"):
        last(desk.weigh(visitor, 2.0))


def test_a_chip_can_be_taken_back(desk: Desk, visitor: str) -> None:
    last(desk.say(visitor, WISH))
    view = last(desk.forget(visitor, "opinions", "001"))
    assert set(desk.session(visitor).profile["opinions"]) == {"002"}
    assert "Heat (1995)" not in (view.portrait or "")


def test_visitors_never_mix(desk: Desk) -> None:
    one, two = uuid4().hex, uuid4().hex
    last(desk.say(one, WISH))
    assert desk.view(two).transcript == []
    last(desk.say(two, "a good horror film"))
    assert said(desk.view(one)) == [WISH]
    desk.leave(one)
    assert said(desk.view(two)) == ["a good horror film"]


def test_a_turn_may_be_read_from_changing_threads(desk: Desk, visitor: str) -> None:
    """Gradio asks for each piece in any thread; a session's lock belongs to one and stayed locked."""
    for _ in range(2):
        views = iter(desk.say(visitor, WISH))
        read: list[View | None] = [None]
        while read[-1] is not None or len(read) == 1:
            with ThreadPoolExecutor(1) as other:
                read.append(other.submit(next, views, None).result(timeout=60))
    assert said(desk.view(visitor)) == [WISH, WISH]


def test_a_reader_who_leaves_does_not_hold_the_session(desk: Desk, visitor: str) -> None:
    views = desk.say(visitor, WISH)
    assert next(iter(views)).transcript
    assert next(iter(views)).transcript
    views.close()  # type: ignore[attr-defined]
    last(desk.say(visitor, "more"))
    assert said(desk.view(visitor)) == [WISH, "more"]


def test_a_visitor_without_an_id_is_told_to_wait(desk: Desk) -> None:
    with pytest.raises(ConfigError, match="still loading"):
        last(desk.say("", WISH))
    desk.leave("")


def test_starters_name_what_the_catalogue_has(desk: Desk, dataset: Dataset, visitor: str) -> None:
    texts = starters(dataset)
    assert len(texts) == 3
    assert texts[1] == "A good crime film from the 1990s"
    for text in texts[:2]:
        assert ids(last(desk.say(uuid4().hex, text)))


def test_own_ratings_come_into_the_portrait_with_a_word_about_them(
    desk: Desk, visitor: str, tmp_path: Path
) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text(
        "Name,Year,Letterboxd URI,Rating\nHeat,1995,https://boxd.it/1,5\nNowhere,2001,https://boxd.it/2,4\n"
    )
    view = last(desk.take_ratings(visitor, str(path)))
    assert "Heat (1995)" in (view.portrait or "")
    assert view.notice == "Taken over from Letterboxd: 1 rated, 1 not in this catalogue."
