import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import DataError, Dataset, Dialogue, Feedback, Interactions, Item, Items, RatingScale, Turn, load

SENTENCES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = SENTENCES.filter(lambda text: bool(text.strip()))
TRIMMED = NAMES.map(str.strip)
RATINGS = st.integers(1, 10).map(lambda half: half / 2)


@st.composite
def items_with(draw: st.DrawFn) -> Items:
    ids = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    attributes = st.dictionaries(
        TRIMMED.filter(lambda name: name != "aka"),
        st.lists(TRIMMED, min_size=1, max_size=3, unique=True).map(tuple),
        max_size=2,
    )
    return Items(
        Item(
            item_id,
            draw(TRIMMED),
            draw(st.none() | st.integers(-800, 2100)),
            draw(st.none() | NAMES),
            draw(attributes),
            draw(st.none() | NAMES),
            tuple(draw(st.lists(TRIMMED, max_size=2, unique=True))),
        )
        for item_id in ids
    )


@st.composite
def datasets(draw: st.DrawFn) -> Dataset:
    items = draw(items_with())
    rows = draw(st.lists(st.tuples(NAMES, st.integers(0, len(items) - 1), RATINGS, st.integers(0, 2**40))))
    timed, rated = draw(st.booleans()), draw(st.booleans())
    interactions = Interactions.of(
        [row[0] for row in rows],
        [row[1] for row in rows],
        rating=[row[2] for row in rows] if rated else None,
        timestamp=[row[3] for row in rows] if timed else None,
        scale=RatingScale(0.5, 5) if rated else None,
        attributes={"weight": [str(row[3]) for row in rows]},
    )
    mentioned = st.lists(st.sampled_from(items.ids), max_size=2)
    turns = [
        Turn(draw(st.sampled_from(["user", "assistant"])), draw(SENTENCES), tuple(draw(mentioned)))
        for _ in range(draw(st.integers(0, 3)))
    ]
    truth = st.none() | st.booleans()
    feedback = {item_id: Feedback(draw(truth), draw(truth), draw(truth)) for item_id in draw(mentioned)}
    dialogue = Dialogue(draw(NAMES), tuple(turns), draw(st.none() | NAMES), feedback, {"split": "train"})
    return Dataset("a set", items, interactions, (dialogue,), "film", "somewhere", ("line 3",))


def assert_same(found: Dataset, expected: Dataset) -> None:
    assert replace(found, interactions=expected.interactions) == expected
    rows, others = found.interactions, expected.interactions
    assert (rows.user_ids, rows.scale, rows.attributes) == (others.user_ids, others.scale, others.attributes)
    for array, other in (
        (rows.user_index, others.user_index),
        (rows.item_index, others.item_index),
        (rows.rating, others.rating),
        (rows.timestamp, others.timestamp),
    ):
        assert (array is None) == (other is None)
        if array is not None and other is not None:
            np.testing.assert_array_equal(array, other)
            assert array.dtype == other.dtype


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(datasets())
def test_what_is_saved_is_loaded(tmp_path: Path, dataset: Dataset) -> None:
    dataset.save(tmp_path / "set")
    loaded = Dataset.load(tmp_path / "set")
    assert_same(loaded, dataset)
    assert loaded.checksum() == dataset.checksum()


def small(*, title: str = "Heat") -> Dataset:
    rows = Interactions.of(["ana"], [0], rating=[4], scale=RatingScale(1, 5))
    return Dataset("small", Items([Item("1", title, 1995)]), rows)


def test_the_checksum_is_of_the_contents() -> None:
    assert small().checksum() == replace(small(), name="other", noun="film").checksum()
    assert small().checksum() != small(title="Heath").checksum()
    later = replace(small(), interactions=Interactions.of(["ana"], [0], rating=[5], scale=RatingScale(1, 5)))
    assert small().checksum() != later.checksum()
    assert small().checksum()[:12] == "4c8139630d5c"


def test_a_save_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    small().save(folder)
    with pytest.raises(DataError, match="half a character"):
        small(title="He\ud800t").save(folder)
    assert Dataset.load(folder).items[0].title == "Heat"
    assert os.listdir(tmp_path) == ["set"]  # noqa: PTH208
    small(title="Heath").save(folder)
    assert Dataset.load(folder).items[0].title == "Heath"
    assert os.listdir(tmp_path) == ["set"]  # noqa: PTH208


def test_a_folder_with_other_files_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(DataError, match="other files"):
        small().save(tmp_path)
    assert (tmp_path / "thesis.txt").read_text() == "years of work"
    with pytest.raises(DataError, match="other files"):
        small().save(tmp_path / "thesis.txt")


def test_a_folder_of_a_person(tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text("item_id,title\n07,Heat\n")
    (tmp_path / "dialogues.train.jsonl").write_text(
        '{"dialogue_id": "1", "turns": [{"role": "user", "text": "hi", "items": ["07", "7"]}]}\n'
    )
    (tmp_path / "dialogues.test.jsonl").write_text('{"dialogue_id": "2", "turns": []}\n')
    dataset = load(tmp_path)
    assert (dataset.name, dataset.noun, len(dataset.interactions)) == (tmp_path.name, "item", 0)
    assert [dialogue.dialogue_id for dialogue in dataset.dialogues] == ["1"]
    assert dataset.dialogues[0].turns[0].items == ("07",)
    assert [dialogue.dialogue_id for dialogue in dataset.held_out["test"]] == ["2"]
    assert dataset.counts() == "1 item, 0 interactions of 0 people, 1 dialogue, 1 held out as test."
    assert len(dataset.dropped) == 1
    assert "'7' in dialogue '1'" in dataset.dropped[0]


def test_what_is_held_out_survives_that_a_loaded_set_is_saved_again(tmp_path: Path) -> None:
    """A data set with split dialogues could not be saved after a rebuild: its own file was a stranger."""
    whole = replace(small(), held_out={"test": (Dialogue("9", (Turn("user", "hi", ()),)),)})
    whole.save(tmp_path / "set")
    again = Dataset.load(tmp_path / "set")
    again.save(tmp_path / "set")
    assert Dataset.load(tmp_path / "set").held_out == whole.held_out
    assert again.checksum() == whole.checksum()


def test_two_tables_of_one_kind_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "items.csv").touch()
    (tmp_path / "items.jsonl").touch()
    with pytest.raises(DataError, match=r"items\.jsonl and items\.csv; keep one"):
        Dataset.load(tmp_path)


@pytest.mark.parametrize(
    "text", ["{", "[1]", '{"scale": {"low": 5, "high": 1}}', '{"scale": {"low": "a"}}', '{"name": ["a"]}']
)
def test_a_bad_description_is_named(tmp_path: Path, text: str) -> None:
    small().save(tmp_path / "set")
    (tmp_path / "set" / "dataset.json").write_text(text)
    with pytest.raises(DataError):
        Dataset.load(tmp_path / "set")


def test_images_are_looked_for_where_the_items_came_from(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "items.csv").write_text("item_id,title,image\n1,Heat,heat.png\n")
    mine = load(folder)
    assert (mine.home, mine.items[0].image) == (folder, "heat.png")
    mine.save(tmp_path / "copy")
    copied = load(tmp_path / "copy")
    assert (copied.home, copied.items, copied.checksum()) == (folder, mine.items, mine.checksum())
    small().save(tmp_path / "made")
    assert load(tmp_path / "made").home == tmp_path / "made"
