from collections.abc import Callable

import numpy as np
import pytest

from agent.linking import Linker
from agent.parser import Context, RuleParser
from agent.utterance import Utterance
from catalog import Item, Items

Read = Callable[..., Utterance]


def said(utterance: Utterance) -> set[tuple[str, str]]:
    return {(m.item_id, m.polarity) for m in utterance.mentions}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("I loved Heat and Fargo", {("1", "likes"), ("2", "likes")}),
        ("i loved heat and fargo", {("1", "likes"), ("2", "likes")}),
        ("I loved Heat but hated Saw", {("1", "likes"), ("3", "dislikes")}),
        ("not Saw please", {("3", "dislikes")}),
        ("Heat was boring", {("1", "dislikes")}),
        ("Fargo was not great", {("2", "dislikes")}),
        ("I saw Heat yesterday", {("1", "seen")}),
        ("I saw Heat and loved it", {("1", "likes")}),
        ("I've seen The Matrix", {("6", "seen")}),
        ("I haven't seen Fargo", {("2", "asks")}),
        ("have you seen Heat?", {("1", "asks")}),
        ("I didn't like Heat", {("1", "dislikes")}),
        ("nothing like Saw", {("3", "dislikes")}),
        ("Terminator 2 was amazing", {("7", "likes")}),
        ("I like Terminator", {("8", "likes")}),
        ("movies like Star Wars", {("10", "likes")}),
        ("I loved Amelie", {("13", "likes")}),
        ("I loved teh matrix", {("6", "likes")}),
        ('I adored "big"', {("9", "likes")}),
        ("I loved 七人の侍", {("24", "likes")}),
    ],
)
def test_titles_are_linked_with_what_is_said_of_them(
    read: Read, text: str, expected: set[tuple[str, str]]
) -> None:
    assert said(read(text)) == expected


@pytest.mark.parametrize(
    "text",
    ["i loved it", "what's up", "her dog is big", "I want it all", "it was up to her", "24 of the 50 people"],
)
def test_ordinary_words_are_no_titles(read: Read, text: str) -> None:
    assert said(read(text)) == set()


def test_one_word_titles_are_believed_where_a_title_is_due(read: Read) -> None:
    assert said(read("I watched Big and Up and Her")) == {("9", "seen"), ("5", "seen"), ("16", "seen")}
    assert said(read("I loved It")) == {("4", "likes")}


def test_a_title_is_not_found_inside_another(read: Read) -> None:
    assert said(read("I loved Aliens")) == {("20", "likes")}


def test_the_year_chooses_between_namesakes_and_popularity_without_one(read: Read) -> None:
    assert said(read("I loved King Kong (1933)")) == {("11", "likes")}
    assert said(read("I loved King Kong")) == {("12", "likes")}


@pytest.mark.parametrize(
    ("text", "must", "must_not", "rather"),
    [
        ("something like that but no horror", [], ["Horror"], []),
        ("a comedy or drama without crime", ["Comedy", "Drama"], ["Crime"], []),
        ("anything but horror", [], ["Horror"], []),
        ("something funny", [], [], ["Comedy"]),
        ("no horror, something funny", [], ["Horror"], ["Comedy"]),
        ("I want a scifi film", ["Sci-Fi"], [], []),
        ("I don't like horror movies", [], ["Horror"], []),
        ("maybe a comedy", [], [], ["Comedy"]),
        ("I'd like a comedy", ["Comedy"], [], []),
        ("horror, crime, comedy", ["Horror", "Crime", "Comedy"], [], []),
        ("I don't mind comedies", [], [], ["Comedy"]),
        ("basically anything besides horror", [], ["Horror"], []),
        ("I am a big horror fan", [], [], ["Horror"]),
        ("I am no horror fan", [], ["Horror"], []),
        ("I like to watch crime and comedies", [], [], ["Crime", "Comedy"]),
        ("I'd like to watch a comedy", ["Comedy"], [], []),
        ("So much drama!", [], [], ["Drama"]),
        ("I usually watch crime", [], [], ["Crime"]),
        ("I usually watch crime, but tonight only comedy, please", ["Comedy"], [], ["Crime"]),
    ],
)
def test_attributes_become_constraints(
    read: Read, text: str, must: list[str], must_not: list[str], rather: list[str]
) -> None:
    constraints = read(text).constraints
    found = {
        mode: [v for c in constraints if c.mode == mode for v in c.values]
        for mode in ("must", "must_not", "rather")
    }
    assert found == {"must": must, "must_not": must_not, "rather": rather}


@pytest.mark.parametrize(
    ("text", "together"),
    [
        ("a comedy or drama", [("Comedy", "Drama")]),
        ("a crime drama", [("Crime",), ("Drama",)]),
        ("crime/horror movies", [("Crime", "Horror")]),
        ("either a comedy, or something crime related", [("Comedy", "Crime")]),
        ("crime and drama", [("Crime",), ("Drama",)]),
        ("crime, drama and comedy", [("Crime", "Drama", "Comedy")]),
    ],
)
def test_an_enumeration_is_met_by_any_of_it(read: Read, text: str, together: list[tuple[str, ...]]) -> None:
    assert [c.values for c in read(text).constraints] == together


def test_a_general_liking_is_a_taste_and_binds_nothing(read: Read) -> None:
    utterance = read("I love crime films")
    assert [(t.value, t.polarity) for t in utterance.tastes] == [("Crime", "likes")]
    assert [c.mode for c in utterance.constraints] == ["rather"]


def test_the_issue_sentence(read: Read) -> None:
    utterance = read("I loved Heat and Fargo, something like that but no horror")
    assert utterance.intent == "recommend"
    assert said(utterance) == {("1", "likes"), ("2", "likes")}
    assert [(c.values, c.mode) for c in utterance.constraints] == [(("Horror",), "must_not")]
    assert [m.said for m in utterance.mentions] == ["Heat", "Fargo"]
    assert [utterance.text[m.start : m.end] for m in utterance.mentions] == ["Heat", "Fargo"]


def test_the_wish_keeps_the_words_and_drops_titles_and_refusals(read: Read) -> None:
    assert read("a slow crime film from the 90s").wish == "a slow crime film from the 90s"
    assert read("I loved Heat and Fargo").wish == ""
    assert read("nothing too violent").avoid == "violent"


@pytest.mark.parametrize(
    ("text", "intent", "mentions"),
    [
        ("why the second one?", "explain", {("2", "asks")}),
        ("why?", "explain", {("1", "asks")}),
        ("seen it", "seen", {("1", "seen")}),
        ("I've seen the third", "seen", {("6", "seen")}),
        ("not the last one", "refuse", {("6", "dislikes")}),
        ("no thanks", "refuse", set()),
        ("tell me about number 2", "about", {("2", "asks")}),
        ("something else", "more", set()),
    ],
)
def test_what_was_shown_can_be_pointed_at(
    read: Read, text: str, intent: str, mentions: set[tuple[str, str]]
) -> None:
    utterance = read(text, shown=("1", "2", "6"))
    assert (utterance.intent, said(utterance)) == (intent, mentions)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I have seen Heat and Fargo, what else is there?", "more"),
        ("I finished watching Heat, what's next?", "more"),
        ("I have seen Heat and Fargo", "inform"),
        ("I loved Heat, what else is there?", "inform"),
    ],
)
def test_what_was_seen_comes_with_a_question_for_more(read: Read, text: str, intent: str) -> None:
    assert read(text).intent == intent


@pytest.mark.parametrize(
    ("text", "modes"),
    [
        ("I loved Heat, something like it from comedy", ["must"]),
        ("I like comedy", ["rather"]),
        ("I don't want anything like comedy", ["must_not"]),
    ],
)
def test_like_compares_after_a_request(read: Read, text: str, modes: list[str]) -> None:
    """ "something like it" made a mere taste of what came after it."""
    assert [c.mode for c in read(text).constraints] == modes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("something like Heat but nothing too violent?", ["violent"]),
        ("a crime film, no vampires please, and without guns", ["vampires", "guns"]),
        ("no problem, I loved Heat", []),
        ("I have no idea", []),
        ("no horror please", []),
        ("there is no film like Heat", []),
    ],
)
def test_words_that_are_plainly_refused(read: Read, text: str, words: list[str]) -> None:
    refused = [c for c in read(text).constraints if c.attribute == "record"]
    assert [(c.values, c.mode) for c in refused] == [((word,), "must_not") for word in words]


def test_it_is_the_item_last_talked_about(read: Read) -> None:
    assert said(read("seen it", shown=("1", "2"), focus="2")) == {("2", "seen")}


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("hi", "greet"),
        ("Hello there!", "greet"),
        ("thanks a lot", "thank"),
        ("bye", "bye"),
        ("help", "help"),
        ("asdf qwer", "unknown"),
        ("", "unknown"),
        ("???", "unknown"),
        ("🤷", "unknown"),
        ("what about a comedy?", "recommend"),
        ("hello, I want a comedy", "recommend"),
    ],
)
def test_intents_without_titles(read: Read, text: str, intent: str) -> None:
    assert read(text).intent == intent


def test_a_name_that_is_in_no_catalogue_is_reported_with_the_nearest_titles(read: Read) -> None:
    utterance = read("I loved The Zorblax Chronicles")
    assert said(utterance) == set()
    assert [name.said for name in utterance.unlinked] == ["The Zorblax Chronicles"]
    close = read('I loved "Goodfelas 7"')
    assert close.unlinked[0].suggestions[0] == "18"


def test_a_megabyte_is_read_at_once(read: Read) -> None:
    utterance = read("I loved Heat. " + "blah " * 200_000)
    assert said(utterance) == {("1", "likes")}
    assert len(utterance.text) <= 4000


def test_anything_but_is_a_refusal_at_the_start_of_a_sentence_too(read: Read) -> None:
    for text in ("Anything but horror, please.", "anything but horror"):
        (constraint,) = read(text).constraints
        assert (constraint.mode, constraint.values) == ("must_not", ("Horror",))


def test_a_year_is_no_unknown_title(read: Read) -> None:
    utterance = read("something newer than 1999")
    assert not utterance.unlinked
    assert utterance.period is not None
    assert utterance.period.year_min == 2000


def test_an_ampersand_reads_as_and() -> None:
    items = Items([Item("1", "Wallace & Gromit: The Wrong Trousers"), Item("2", "Wrong")])
    parser = RuleParser(items, Linker(items, np.zeros(2, np.float32)))
    for text in (
        "I loved Wallace & Gromit: The Wrong Trousers",
        "I loved Wallace and Gromit: The Wrong Trousers",
    ):
        assert [m.item_id for m in parser(text, Context()).mentions] == ["1"]


@pytest.mark.parametrize(
    ("message", "mode"),
    [
        ("Do they have a lot of action in them?", "rather"),
        ("It was more of a comedy to me.", "rather"),
        ("The last action film that I saw was long.", "rather"),
        ("It has to be a comedy.", "must"),
        ("Is there a comedy that they made together?", "must"),
        ("I want a comedy, it was a long day", "must"),
        ("Comedy", "must"),
    ],
)
def test_what_is_told_of_something_is_no_demand(read: Read, message: str, mode: str) -> None:
    """It asked for comedies alone."""
    (constraint,) = read(message).constraints
    assert constraint.mode == mode


@pytest.mark.parametrize(
    ("text", "intent", "acts"),
    [
        ("Hi, can you recommend a comedy?", "recommend", {"asks", "chats"}),
        ("Thanks for the suggestions. Bye!", "thank", {"chats"}),
        ("That sounds good, I'll watch it tonight", "accept", {"reacts"}),
        ("I'll check that out. Have a nice day!", "accept", {"reacts", "chats"}),
        ("Sounds good. Any other suggestions?", "more", {"reacts", "asks"}),
        ("I want to see that", "unknown", {"reacts"}),
        ("I want to see something slow", "recommend", {"asks"}),
        ("maybe a comedy", "recommend", {"tells"}),
    ],
)
def test_a_message_may_do_several_things(read: Read, text: str, intent: str, acts: set[str]) -> None:
    utterance = read(text)
    assert (utterance.intent, set(utterance.acts or ())) == (intent, acts)


def test_what_reacts_and_what_thanks_is_no_wish(read: Read) -> None:
    assert read("It was okay when I was young. I feel it was too long.").wish == ""
    assert read("Thanks for the dark and slow ideas").wish == ""
    assert "slow" in read("I saw that. Something slow and dark, please").wish
