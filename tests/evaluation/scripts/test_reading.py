"""Everything that can be wrong with a script is told with its line, its key and a remedy."""

from collections.abc import Callable
from pathlib import Path

import pytest

from catalog import DataError
from evaluation.scripts import ScriptError, read_script, read_scripts

Written = Callable[[str], Path]

SAYS = "name: x\nturns:\n  - say: hi\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("name: x\nturns: [", 2, "not YAML"),
        ("name: x\nturns:\n\t- say: hi\n", 3, "use spaces"),
        ("name: x\nname: y\nturns:\n  - say: hi\n", 2, "stands in line 1 already"),
        ("name: x\nturns:\n", 2, "has no value"),
        ("name: x\nturns: []\n", 2, "at least 1"),
        ("turns:\n  - say: hi\n", 1, 'The key "name" is missing'),
        ("name: x\nturns:\n  - say: hi\n  - says: hi\n", 4, 'no key "says" here; did you mean "say"?'),
        (SAYS + "    expect: {itmes: {shown: 1}}\n", 4, 'did you mean "items"?'),
        (SAYS + "    expect:\n      items:\n        nevr: [Heat]\n", 6, 'did you mean "never"?'),
        (SAYS + "    expect:\n      liked: [Heat]\n", 5, 'it belongs under "profile"'),
        (SAYS + "    expect: {zzz: 1}\n", 4, "the keys are intent, profile, constraints"),
        (SAYS + "    expect: {items: {shown: -1}}\n", 4, "greater than or equal to 0"),
        (SAYS + "    expect: {items: {shown: many}}\n", 4, "a whole number"),
        (SAYS + "    expect: {items: {shown: true}}\n", 4, "a whole number"),
        (SAYS + "    expect: {items: 5}\n", 4, "such as {key: value}"),
        (SAYS + "    expect: {intent: recomend}\n", 4, 'did you mean "recommend"?'),
        (SAYS + "    expect: {profile: {liked: Heat}}\n", 4, "such as [A, B]"),
        (
            SAYS + "    expect:\n      profile:\n        liked:\n          - Heat\n          - 1984\n",
            8,
            "in quotes",
        ),
        (SAYS + "    expect: {profile: {liked: }}\n", 4, "[] is an empty list"),
        (SAYS + "    expect: {constraints: {years: [1990]}}\n", 4, "at least 2"),
        (SAYS + "    expect: {reply: {matches: '('}}\n", 4, "no regular expression"),
        (SAYS + "    expect: {reply: {has: ['']}}\n", 4, "at least 1 character"),
        (SAYS + "    undo: true\n", 3, "not say and undo"),
        (SAYS + "  - expect: {}\n", 4, "this has none"),
        (SAYS + "  - undo: true\n    expect: {intent: greet}\n", 4, "has an intent"),
        (SAYS + "  - undo: false\n", 4, "True"),
        (SAYS + "  - feedback: {like: Heat, seen: Heat}\n", 4, "one of like"),
        (SAYS + "  - feedback: {like: 0}\n", 4, "greater than or equal to 1"),
        (SAYS + "  - alpha: 1.5\n", 4, "less than or equal to 1"),
        (SAYS + "  - alpha: defautl\n", 4, 'did you mean "default"?'),
        (SAYS + "  - alpha: high\n", 4, "a number, or 'default'"),
        ("name: x\nturns: 5\n", 2, "such as [A, B]"),
        ("- a\n- b\n", 1, "such as {key: value}"),
        ("name: &a x\nturns:\n  - say: *a\n", 1, "anchors"),
        ("name: !!python/object:os.system x\nturns:\n  - say: hi\n", 1, "Tags"),
        ("name: !!int x\nturns:\n  - say: hi\n", 1, "Tags"),
        ("? [a]\n: b\n", 1, "A key is a word"),
        ("name: x\n---\nname: y\n", 2, "single document"),
        ("name: x\nturns:\n  - say: a\x00b\n", 3, "take it out"),
        ("", None, "empty"),
        ("# nothing\n", None, "empty"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    written: Written, text: str, line: int | None, words: str
) -> None:
    path = written(text)
    with pytest.raises(DataError) as caught:
        read_script(path)
    assert words in str(caught.value)
    assert caught.value.line == line
    assert caught.value.file == str(path)


def test_the_key_is_named_as_people_count(written: Written) -> None:
    with pytest.raises(ScriptError) as caught:
        read_script(written(SAYS + "  - say: more\n    expect:\n      profile: {liked: [Heat, 7]}\n"))
    assert caught.value.column == "step 2: expect.profile.liked.2"
    assert caught.value.value == 7


def test_every_key_that_is_missing_is_named(written: Written) -> None:
    with pytest.raises(ScriptError) as caught:
        read_script(written("user: u1\n"))
    assert [error.column for error in caught.value.errors] == ["name", "turns"]


def test_everything_wrong_in_all_files_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.dialogue.yaml").write_text(
        "nam: x\nturns:\n  - say: hi\n    expect: {shown: 5}\n", "utf-8"
    )
    (tmp_path / "b.dialogue.yaml").write_text("\t", "utf-8")
    with pytest.raises(ScriptError) as caught:
        read_scripts([tmp_path])
    told = str(caught.value).splitlines()
    assert [error.line for error in caught.value.errors] == [1, 1, 4, 1]
    assert [line.split(",")[0] for line in told] == [f"{tmp_path}/{name}.dialogue.yaml" for name in "aaab"]


def test_plain_words_stay_text(written: Written) -> None:
    """A reader of YAML 1.1 makes False of the answer "no"."""
    script = read_script(written('name: Yes\nturns:\n  - say: no\n  - say: 2001-01-01\n  - say: "1984"\n'))
    assert [step.say for step in script.turns] == ["no", "2001-01-01", "1984"]
    assert script.name == "Yes"


def test_a_bomb_of_nesting_or_size_is_refused(written: Written) -> None:
    with pytest.raises(DataError, match="too deeply"):
        read_script(written("[" * 5000))
    with pytest.raises(DataError, match="at most 1000000 bytes"):
        read_script(written("#" * 1_000_001))


def test_a_file_of_other_bytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.dialogue.yaml"
    path.write_bytes(b"name: x\nturns:\n  - say: caf\xe9\n")
    with pytest.raises(DataError, match="UTF-8") as caught:
        read_script(path)
    assert caught.value.line == 3


def test_a_script_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        read_script(tmp_path / "nowhere.yaml")
    with pytest.raises(DataError, match=r"no \*\.dialogue\.yaml in this folder"):
        read_scripts([tmp_path])


def test_the_built_in_ones_have_names_of_their_own() -> None:
    scripts = read_scripts()
    assert len({script.name for script in scripts}) == len(scripts) == 12
    assert scripts[0].source.line("turns", 0, "say") == 4


def test_a_folder_gives_its_scripts_in_order_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b.dialogue.yaml", "a.dialogue.yaml", "other.yaml"):
        (tmp_path / name).write_text(f"name: {name}\nturns:\n  - say: hi\n", encoding="utf-8")
    assert [script.name for script in read_scripts([tmp_path])] == ["a.dialogue.yaml", "b.dialogue.yaml"]
    assert read_scripts([tmp_path / "other.yaml"])[0].name == "other.yaml"
