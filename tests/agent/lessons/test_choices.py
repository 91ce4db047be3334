"""Lists are drawn from what the other voices propose, who have not heard of the dialogue."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.lessons import Material, Sources, lessons_of, pools
from agent.lessons.choices import N_RIVALS, Choices
from agent.lessons.pools import Moment, moments
from catalog import Dataset, Dialogue, Feedback, Interactions, Turn


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(pools, "cache_home", lambda: tmp_path)
    return tmp_path


def _dialogue(
    name: str, said: tuple[str, str], suggested: tuple[str, str], *, liked: bool = True
) -> Dialogue:
    turns = (
        Turn("user", f"I loved {said[1]}, something like it?", (said[0],)),
        Turn("assistant", f"Have you seen {suggested[1]}?", (suggested[0],)),
        Turn("user", "No, thanks!"),
    )
    return Dialogue(name, turns, user_id=f"w{name}", feedback={suggested[0]: Feedback(liked=liked)})


HEAT, CASINO, ALIEN, AMELIE = (
    ("1", "Heat (1995)"),
    ("17", "Casino (1995)"),
    ("19", "Alien (1979)"),
    ("13", "Amélie (2001)"),
)
CRIME = tuple(_dialogue(f"d{n}", HEAT, CASINO) for n in range(40))
ODD = _dialogue("odd", AMELIE, ALIEN)


def _material(dataset: Dataset, *dialogues: Dialogue) -> Material:
    return Material(replace(dataset, name="redial tiny", dialogues=dialogues))


def _of(found: tuple[Moment, ...], name: str) -> Moment:
    return next(one for one in found if one.dialogue_id == name)


def test_a_list_has_the_prompt_of_run_time_and_rivals_from_the_pool(dataset: Dataset) -> None:
    lessons = Choices.of(_material(dataset, *CRIME), 0)
    assert lessons.name == "redial tiny, choices"
    made = [one for unit in range(lessons.count("train")) for one in lessons.examples("train", unit, epoch=0)]
    assert len(made) == lessons.count("train") > 25
    titles = {item.title for item in dataset.items}
    for one in made:
        assert one.rivals is not None
        assert str(one.prompt).startswith("I like Heat.") and str(one.prompt).endswith(
            " A film I would love:"
        )
        assert (one.target, one.rivals.bare) == ("Casino", "A film I would love:")
        assert len(one.rivals.texts) == len(set(one.rivals.texts)) == N_RIVALS == len(one.rivals.rest) - 1
        assert set(one.rivals.texts) <= titles - {"Casino", "Heat"}
        assert one.rivals.rest[0] == max(one.rivals.rest)  # all other dialogues name Casino beside Heat
    again = Choices.of(_material(dataset, *CRIME), 0)
    assert [again.examples("train", unit, epoch=0)[0] for unit in range(again.count("train"))] == made
    assert [again.examples("train", unit, epoch=1)[0] for unit in range(again.count("train"))] != made


def test_the_voices_have_not_heard_of_the_dialogue(dataset: Dataset) -> None:
    """That Alien was suggested beside Amélie is known only where another dialogue says so, too. With so few ratings
    it is dialogues that the collaborative voice goes by."""

    few = replace(dataset, interactions=Interactions.of(["a", "b"], [0, 16], rating=[5.0, 5.0]))

    def place(*more: Dialogue) -> int:
        one = _of(moments(_material(few, *CRIME, ODD, *more)), "odd")
        rest = dict(zip(one.pool, one.rest, strict=True))
        return sorted(rest.values(), reverse=True).index(rest[ALIEN[0]])

    copies = [_dialogue(f"copy{n}", AMELIE, ALIEN) for n in range(12)]
    assert place() > place(*copies) == 0


def test_what_is_kept_in_the_cache_is_what_was_found(dataset: Dataset, cache: Path) -> None:
    material = _material(dataset, *CRIME)
    found = moments(material)
    files = list((cache / "moments").iterdir())
    assert len(found) == 40 and len(files) == 1
    when = files[0].stat().st_mtime_ns
    assert moments(_material(dataset, *CRIME)) == found
    assert files[0].stat().st_mtime_ns == when
    assert len(moments(Material(material.dataset, frozenset({"d3"})))) == 39
    assert len(list((cache / "moments").iterdir())) == 2


def test_what_was_disliked_or_could_not_be_found_gives_no_list(dataset: Dataset) -> None:
    disliked = _dialogue("no", HEAT, CASINO, liked=False)
    known = _dialogue("known", HEAT, HEAT)
    silent = Dialogue("silent", (Turn("assistant", "Have you seen Casino?", ("17",)),))
    unknown = _dialogue("unknown", HEAT, ("99", "Nothing at all"))
    found = moments(_material(dataset, *CRIME, disliked, known, silent, unknown))
    assert {one.dialogue_id for one in found} == {one.dialogue_id for one in CRIME}


def test_lists_are_made_only_when_they_are_asked_for(dataset: Dataset, cache: Path) -> None:
    sources = Sources((_material(dataset, *CRIME),))
    assert "fused" not in lessons_of(sources, ["behaviour"], seed=0)
    assert not list(cache.iterdir())
    assert [one.task for one in lessons_of(sources, ["fused"], seed=0)["fused"]] == ["fused"]
