"""What is learned is what the agent asks at run time, from people and dialogues that are not measured on."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agent.checker import untrue
from agent.lessons import Material, Sources, Talk, lessons_of, part_of, read_sources
from agent.lessons.behaviour import NO, YES, People, Talks
from agent.lessons.content import Cards, Records
from agent.lessons.notation import lines_of, question
from agent.lessons.replies import Spoken, Worded
from agent.lessons.sayings import PATTERNS, Sayings
from agent.lessons.understanding import Annotated, Generated
from agent.parser import Context
from agent.rerank import lm_scores
from agent.world import Priors
from catalog import ConfigError, Dataset, Dialogue, Feedback, Interactions, Items, Turn
from language_model import Likelihood
from language_model.training import TASKS, Example, Lessons, Part

PARTS: tuple[Part, ...] = ("train", "validation", "test")


@pytest.fixture(scope="module")
def talk() -> tuple[Dialogue, ...]:
    turns = (
        Turn("user", "I loved Heat (1995), but I did not like Saw (2004)", ("1", "3")),
        Turn("assistant", "Then you should see Casino (1995)!", ("17",)),
        Turn("user", "I have seen it, thanks", (), ("GiveFeedback",)),
    )
    feedback = {"1": Feedback(liked=True, seen=True), "3": Feedback(liked=False), "17": Feedback(liked=True)}
    return tuple(Dialogue(f"d{n}", turns, user_id=f"w{n}", feedback=feedback) for n in range(40))


@pytest.fixture(scope="module")
def material(dataset: Dataset, talk: tuple[Dialogue, ...]) -> Material:
    return Material(replace(dataset, name="redial tiny", dialogues=talk))


def _all(lessons: Lessons, part: Part = "train", *, epoch: int = 0) -> list[Example]:
    return [one for unit in range(lessons.count(part)) for one in lessons.examples(part, unit, epoch=epoch)]


def _each(material: Material) -> list[Lessons]:
    return [one for those in lessons_of(Sources((material,)), TASKS, seed=0).values() for one in those]


def test_every_task_has_examples_with_source_and_licence(material: Material) -> None:
    made = _each(material)
    assert {one.task for one in made} == set(TASKS)
    for lessons in made:
        found = _all(lessons)
        assert found, lessons.name
        assert {(one.source, one.licence, one.task) for one in found} == {
            ("redial tiny", "CC BY 4.0", lessons.task)
        }


def test_the_same_seed_and_epoch_give_the_same_examples(material: Material) -> None:
    for one, again in zip(_each(material), _each(material), strict=True):
        assert _all(one) == _all(again)
    people = People(material, 0)
    assert _all(people) != _all(people, epoch=1)
    assert _all(people) != _all(People(material, 1))


def test_a_title_is_learned_behind_the_prompt_that_it_is_scored_behind(
    material: Material, tmp_path: Path
) -> None:
    """The reranker itself is asked, with a model that notes what it is given."""
    asked: list[tuple[str, Sequence[str]]] = []

    class Noting:
        name = "noting"

        def log_likelihood(self, titles: Sequence[str], *, prefix: str) -> Likelihood:
            asked.append((prefix, titles))
            return Likelihood(np.zeros(len(titles)), np.ones(len(titles), np.int64))

    items, noun = material.dataset.items, material.dataset.noun
    example = next(one for one in _all(People(material, 0)) if one.kind == "next")
    profile = material.profile([("1", 5.0, 0.0), ("17", 5.0, 0.0), ("3", 2.0, 0.0)])
    priors = Priors(tmp_path / "priors.npz", Noting, noun)  # type: ignore[arg-type]
    lm_scores(items, noun, priors, profile, np.array([0], np.int32))
    prefix, titles = asked[0]
    assert prefix == f"{profile.describe(items)} A film I would love:"
    assert titles == ["Heat"]
    assert isinstance(example.prompt, str)
    assert example.prompt.startswith("I ") and example.prompt.endswith(". A film I would love:")
    assert example.target in {item.title for item in items}


def test_what_comes_next_was_liked_and_is_not_given_away(material: Material) -> None:
    items = material.dataset.items
    for one in _all(People(material, 0)):
        if one.kind != "next" or one.target == "King Kong":  # two films have this name
            continue
        history = str(one.prompt).removesuffix("A film I would love:")
        titles = history.replace("I like ", "").replace("I do not like ", "").rstrip(". ")
        assert one.target not in [part for said in titles.split(". ") for part in said.split(", ")]
        assert any(item.title == one.target for item in items)


def test_yes_and_no_follow_the_ratings(material: Material) -> None:
    rows, items = material.dataset.interactions, material.dataset.items
    people = People(material, 0)
    for unit in range(people.count("train")):
        user = rows.user_ids[people._units["train"][unit]]
        row, rating, _ = rows.of_user(user)
        liked = {items[int(i)].title for i, stars in zip(row, rating, strict=True) if stars >= 4}
        for one in people.examples("train", unit, epoch=0):
            if one.kind == "liking":
                title = str(one.prompt).rpartition("Would I love ")[2].removesuffix("?")
                assert one.target == (YES if title in liked else NO)


def test_the_latest_two_ratings_of_a_person_are_never_read(material: Material) -> None:
    rows = material.dataset.interactions
    timed = replace(
        material.dataset, interactions=replace(rows, timestamp=np.arange(len(rows), dtype=np.int64))
    )
    dated = Material(timed)
    for user in rows.user_ids:
        read = {item_id for item_id, _, _ in dated.history(user, np.random.default_rng(0))}
        row, _, _ = rows.of_user(user)
        last = {timed.items[int(i)].item_id for i in row[-2:]}
        assert len(read) == len(row) - 2
        assert not read & last


def test_parts_are_people_and_dialogues_for_good(material: Material) -> None:
    """A dialogue goes with the person who held it, in whatever lessons they turn up."""
    for lessons in (Talks(material, 0), Annotated(material, material.dialogues, "redial tiny", 0)):
        held = {part: [material.dialogues[i] for i in lessons._units[part]] for part in PARTS}
        assert sum(map(len, held.values())) == 40
        assert all(part_of(str(one.user_id)) == part for part, those in held.items() for one in those)
    share = [part_of(str(n)) for n in range(4000)]
    assert 0.03 < share.count("validation") / 4000 < 0.07
    assert 0.08 < share.count("test") / 4000 < 0.12


def test_a_suggestion_is_learned_behind_the_profile_heard_before_it(material: Material) -> None:
    found = _all(Talks(material, 0))
    assert {(one.prompt, one.target) for one in found} == {
        ("I like Heat. I do not like Saw. A film I would love:", "Casino")
    }


def test_a_card_leads_to_others_that_its_people_like(material: Material) -> None:
    for one in _all(Cards(material, 0)):
        assert str(one.prompt).endswith("Someone who loves this film says:")
        assert one.target.startswith("I like ")
        assert str(one.prompt).partition(" (")[0] not in one.target.removeprefix("I like ").rstrip(".").split(
            ", "
        )


def test_a_record_leads_to_its_title(material: Material) -> None:
    heat = next(one for one in _all(Records(material, 0)) if one.target == "Heat")
    assert heat.prompt == "I enjoy Action, Crime, Thriller. A film I would love:"


def test_annotations_come_before_what_the_rules_read(material: Material) -> None:
    lessons = Annotated(material, material.dialogues, "redial tiny", 0)
    found = {
        (str(one.prompt), one.target)
        for epoch in range(4)
        for one in _all(lessons, epoch=epoch)
    }  # fmt: skip
    first = question("I loved Heat (1995), but I did not like Saw (2004)")
    assert (first, "intent inform\nlikes Heat\ndislikes Saw") in found
    assert len(found) == 2
    second = next(target for prompt, target in found if prompt.startswith("Assistant: Then you should see"))
    assert second.startswith("intent seen\n")


def test_an_intent_that_no_label_admits_gives_way(material: Material) -> None:
    turn = Turn("user", "Hello", (), ("AskForRec",))
    asked = tuple(Dialogue(f"x{n}", (turn,)) for n in range(30))
    assert {one.target for one in _all(Annotated(material, asked, "iard", 0))} == {"intent recommend"}


def test_generated_messages_mean_what_they_say(material: Material) -> None:
    """The rules, which did not make them, read the same titles out of those in full spelling."""
    data, heard, told = material.dataset, 0, 0
    sayings = Sayings(data.items, "film")
    named = [data.items[i] for i in (0, 16, 17, 18)]
    for seed in range(200):
        text, meant = sayings.about(named, np.random.default_rng(seed))
        assert "{" not in text
        assert meant.intent in {intent for intent, _ in PATTERNS}
        assert all(
            item.title.lower() in text.lower() for m in meant.mentions if (item := data.items.get(m.item_id))
        )
        if text != text.lower() and meant.mentions:
            read = {m.item_id for m in material.parser(text, Context()).mentions}
            told += 1
            heard += {m.item_id for m in meant.mentions} <= read
    assert heard > 0.75 * told > 30


def test_generated_lessons_name_only_items_of_their_own_part(material: Material) -> None:
    lessons = Generated(material, 0)
    own = {material.dataset.items[i].title for i in lessons._units["test"]}
    for one in _all(lessons, "test"):
        for line in one.target.splitlines():
            if line.partition(" ")[0] in {"likes", "dislikes", "seen", "asks"}:
                assert set(line.partition(" ")[2].split("; ")) <= own


def test_an_utterance_has_a_line_for_each_thing_it_holds(material: Material) -> None:
    text = "I loved Heat, no horror please, something slow from the 90s"
    found = lines_of(material.parser(text, Context()), material.dataset.items)
    assert found.splitlines()[:2] == ["intent recommend", "likes Heat"]
    assert "must_not genre: Horror" in found
    assert "years 1990 to 1999" in found


def test_replies_are_true_and_asked_for_as_the_writer_asks(material: Material) -> None:
    for one in [*_all(Worded(material, 0)), *_all(Spoken(material, 0))]:
        assert isinstance(one.prompt, tuple)
        assert [role for role, _ in one.prompt] == ["system", "user"]
        rules, texts = (text for _, text in one.prompt)
        assert rules.startswith("Rewrite the assistant's answer")
        assert texts.startswith("Message: ") and "\n\nAnswer: " in texts
        assert not untrue(one.target, material, about=[*material.dataset.items])
    spoken = {(str(one.prompt[1][1]), one.target) for one in _all(Spoken(material, 0))}
    assert {target for _, target in spoken} == {"Then you should see Casino (1995)!"}
    assert all(texts.endswith("Answer: I would try Casino (1995).") for texts, _ in spoken)


def test_a_recommendation_with_another_title_in_it_is_left_out(material: Material, dataset: Dataset) -> None:
    turns = (
        Turn("user", "I loved Fargo", ("2",)),
        Turn("assistant", "You should see Casino (1995), it is better than Goodfellas (1990)", ("17",)),
    )
    talks = tuple(Dialogue(f"d{n}", turns) for n in range(30))
    assert not _all(Spoken(Material(replace(dataset, dialogues=talks)), 0))


def _folder(dataset: Dataset, place: Path, name: str) -> Path:
    replace(dataset, name=name).save(place / name)
    return place / name


def test_what_is_held_out_gives_no_lesson(
    dataset: Dataset, talk: tuple[Dialogue, ...], tmp_path: Path
) -> None:
    """Neither dialogues of a validation file, nor their copies with intents, nor what annotations measure on."""
    kept = replace(dataset, dialogues=talk[10:], held_out={"valid": talk[:10]})
    folder = _folder(kept, tmp_path, "redial")
    lines = (folder / "dialogues.train.jsonl").read_text("utf-8").splitlines()
    copies = (folder / "dialogues.valid.jsonl").read_text("utf-8").splitlines()
    (folder / "iard_intents.jsonl").write_text("\n".join([*copies, *lines[:3]]), "utf-8")
    other = tmp_path / "ccpe"
    other.mkdir()
    (other / "dialogues.jsonl").write_text("\n".join([*copies, *lines]), "utf-8")
    sources = read_sources([str(other), str(folder)], held_out=frozenset({"d20"}))
    ids = {one.dialogue_id for one in sources.materials[0].dialogues}
    assert ids == {f"d{n}" for n in range(10, 40)} - {"d20"}
    assert [(one.name, len(one.dialogues)) for one in sources.talks] == [("ccpe", 29), ("iard", 3)]


def test_what_ships_learns_only_from_what_allows_it(dataset: Dataset, talk: tuple[Dialogue, ...]) -> None:
    allowed = Material(replace(dataset, name="redial", dialogues=talk))
    sources = Sources((allowed,), (Talk("iard", talk), Talk("ccpe", talk)))
    assert set(sources.licences()) == {"redial", "iard", "ccpe"}
    kept = sources.shippable()
    assert kept.licences() == {"redial": "CC BY 4.0", "ccpe": "CC BY 4.0"}
    made = [one for those in lessons_of(kept, TASKS, seed=0).values() for one in those]
    assert {example.source for one in made for example in _all(one)} == {"redial", "ccpe"}
    for name in (
        "movielens-100k",
        "inspired",
        "opendialkg-movies",
        "lastfm",
        "coco",
        "amazon-games",
        "my books",
    ):
        with pytest.raises(ConfigError, match=f"learned from {name} may not"):
            Sources((allowed, Material(replace(dataset, name=name)))).shippable()


def test_a_task_without_material_is_named(films: Items) -> None:
    bare = Material(Dataset("bare", films, Interactions.of([], [])))
    assert lessons_of(Sources((bare,)), ["content", "understanding"], seed=0)
    with pytest.raises(ConfigError, match="nothing here to learn behaviour from"):
        lessons_of(Sources((bare,)), ["behaviour"], seed=0)


def test_dialogues_alone_need_a_catalogue(tmp_path: Path) -> None:
    (tmp_path / "dialogues.jsonl").write_text('{"dialogue_id": "1", "turns": []}\n', "utf-8")
    with pytest.raises(ConfigError, match="no catalogue"):
        read_sources([str(tmp_path)])
