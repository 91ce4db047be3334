"""Items of which only one field tells what goes together, so that the right card is plain."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from catalog import CardTemplate, ConfigError, Dataset, Dialogue, Interactions, Item, Items, Turn
from evaluation.cards import DEFAULT, CardSettings, choose_card, templates
from evaluation.cards.cases import best_known, cases
from retrieval import Embedder

KINDS = ("volcano eruption", "wedding dance", "submarine war", "baby elephant")
SETTINGS = CardSettings(items=80, cases=20, known=2, lengths=(5, 20))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUETTO_HOME", str(tmp_path / "home"))


@pytest.fixture(scope="module")
def titled() -> Dataset:
    """Eighty films and two hundred people, each of whom likes six films of one kind. Only the title tells the kind;
    the text is of another."""
    items = [
        Item(str(n), f"{KINDS[n % 4]} {n}", text=f"A film on {KINDS[n * 7 // 4 % 4]}. " * 6)
        for n in range(80)
    ]
    rng = np.random.default_rng(3)
    users, rows = [], []
    for person in range(200):
        users += [f"p{person}"] * 6
        rows += rng.choice(np.arange(person % 4, 80, 4), 6, replace=False).tolist()
    return Dataset("titled", Items(items), Interactions.of(users, rows))


def test_the_field_that_tells_is_chosen(titled: Dataset, embedder: Embedder) -> None:
    found = choose_card(titled, embedder=embedder, settings=SETTINGS)
    assert (found.name, found.template) == ("title", CardTemplate(fields=("label",)))
    choosing, reporting, cards = found.report.tables
    assert (
        [row[0] for row in choosing.rows]
        == [row[0] for row in reporting.rows]
        == list(templates(titled.items))
    )
    assert [row[0] for row in cards.rows] == [row[0] for row in choosing.rows]
    assert 'Chosen: "title"' in found.report.notes[0]
    clusters = [
        {one.detail["cluster"] for one in found.report.examples if one.example.startswith(part)}
        for part in ("choosing", "reporting")
    ]
    assert [len(some) for some in clusters] == [20, 20]
    assert not clusters[0] & clusters[1]


def test_without_a_gain_the_default_stays(titled: Dataset, embedder: Embedder) -> None:
    """Who likes what has nothing to do with what the items are."""
    rows, rng = titled.interactions, np.random.default_rng(1)
    users = [rows.user_ids[user] for user in rows.user_index]
    by_chance = Interactions.of(users, rng.integers(0, 80, len(users)))
    found = choose_card(replace(titled, interactions=by_chance), embedder=embedder, settings=SETTINGS)
    assert (found.name, found.template) == (DEFAULT, CardTemplate())
    assert "the default stays" in found.report.notes[0]


def test_templates_that_make_the_same_cards_are_tried_once() -> None:
    plain = Items([Item("1", "Heat", 1995), Item("2", "Up", 2009)])
    assert list(templates(plain)) == [DEFAULT]
    one = Items([Item("1", "Heat", 1995, attributes={"genre": ("Crime", "Drama")})])
    assert list(templates(one)) == [DEFAULT, "title"]
    full = Items(
        [Item("1", "Heat", 1995, "A thief. " * 40, {"genre": ("a", "b", "c", "d"), "actor": ("Al Pacino",)})]
    )
    assert list(templates(full)) == [
        DEFAULT,
        "title",
        "title and genre",
        "all attributes",
        "few values and text",
        "text first",
        "all and short text",
        "text alone",
    ]


def _dialogue(number: int, said: str) -> Dialogue:
    return Dialogue(
        f"d{number}",
        (
            Turn("user", said, ("0",)),
            Turn("assistant", "Then this, and that again", ("1", "0")),
            Turn("assistant", "And this once more", ("1",)),
        ),
    )


def test_dialogues_choose_by_the_new_items_of_their_turns(titled: Dataset, embedder: Embedder) -> None:
    said = tuple(_dialogue(number, f"something like {titled.items[0].title}") for number in range(12))
    asked = cases(replace(titled, dialogues=said), SETTINGS, embedder)
    choosing, reporting = asked.of["choosing"], asked.of["reporting"]
    assert [case.wanted.tolist() for case in (*choosing, *reporting)] == [[1]] * 6
    assert [case.situation.mentioned.tolist() for case in choosing] == [[0]] * 3
    assert choosing[0].wish.like == [0]
    names = {case.cluster for case in (*choosing, *reporting)} | {one.dialogue_id for one in asked.taught}
    assert (len(names), len(asked.taught)) == (12, 6)


def test_the_best_known_items_keep_their_order_and_what_was_said_of_them(titled: Dataset) -> None:
    items = Items([Item("a", "A"), Item("b", "B"), Item("c", "C")])
    rows = Interactions.of(["p", "p", "q", "q"], [0, 2, 1, 2])
    dataset = Dataset("x", items, rows, (Dialogue("d", (Turn("user", "A", ("a",)),)),))
    small = best_known(dataset, 2)
    assert small.items.ids == ["a", "c"]
    assert small.interactions.user_ids == ("p", "q")
    assert list(zip(small.interactions.user_index, small.interactions.item_index, strict=True)) == [
        (0, 0),
        (0, 1),
        (1, 1),
    ]
    assert best_known(titled, 80) is titled


def test_too_few_are_told(titled: Dataset, embedder: Embedder) -> None:
    nobody = replace(titled, interactions=Interactions.of([], []))
    with pytest.raises(ConfigError, match="titled"):
        choose_card(nobody, embedder=embedder, settings=SETTINGS)
    alone = replace(titled, dialogues=(_dialogue(0, "hello"),))
    with pytest.raises(ConfigError, match="has 1 dialogues, too few"):
        choose_card(alone, embedder=embedder, settings=SETTINGS)
