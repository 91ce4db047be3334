import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog import DataError, Item, Items, RatingScale, read_dialogues, read_interactions, read_items

CATALOGUE = Items([Item("007", "Dr. No"), Item("7", "Seven"), Item("x,y", "Comma")])
HEADER = "user_id,item_id,rating,timestamp\n"


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_items_of_jsonl(tmp_path: Path) -> None:
    lines = [
        {
            "item_id": "007",
            "title": " Dr. No ",
            "year": 1962,
            "text": "A spy.\u2028He drinks.",
            "attributes": {"genre": ["Action", " Action ", ""], "aka": ["James Bond 1"], "award": []},
            "image": "a.png",
            "language": "English|Welsh",
            "minutes": 109,
            "seen": None,
        },
        {"item_id": 7, "title": "Seven", "year": None, "aliases": ["Se7en"]},
    ]
    content = "\n\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    assert read_items(written(tmp_path, "items.jsonl", content)) == [
        Item(
            "007",
            "Dr. No",
            1962,
            "A spy.\u2028He drinks.",
            {"genre": ("Action",), "language": ("English|Welsh",), "minutes": ("109",)},
            "a.png",
            ("James Bond 1",),
        ),
        Item("7", "Seven", aliases=("Se7en",)),
    ]


def test_items_of_csv_with_bom_quotes_and_line_ends_in_values(tmp_path: Path) -> None:
    content = (
        "\ufeffitem_id,title,year,text,genre,aka\r\n"
        '007,"Dr. No, or ""Bond""",1962,"two\r\nlines",Action|Thriller,\r\n'
        "\r\n"
        "7,Seven,1995.0,,,Se7en|Seven (film)\r\n"
    )
    assert read_items(written(tmp_path, "items.csv", content)) == [
        Item("007", 'Dr. No, or "Bond"', 1962, "two\r\nlines", {"genre": ("Action", "Thriller")}),
        Item("7", "Seven", 1995, aliases=("Se7en", "Seven (film)")),
    ]


def test_items_of_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {
            "item_id": ["007", "7"],
            "title": ["Dr. No", "Seven"],
            "year": pa.array([1962, None], pa.float64()),
            "genre": [["Action"], None],
            "country": ["UK|USA", ""],
            "attributes": pa.array([[("mood", ["dry"])], None], pa.map_(pa.string(), pa.list_(pa.string()))),
        }
    )
    pq.write_table(table, tmp_path / "items.parquet")
    assert read_items(tmp_path / "items.parquet") == [
        Item(
            "007",
            "Dr. No",
            1962,
            attributes={"mood": ("dry",), "genre": ("Action",), "country": ("UK", "USA")},
        ),
        Item("7", "Seven"),
    ]


BAD_ITEMS = [
    ("items.csv", "", None, None, "empty"),
    ("items.csv", "item_id,title\n", None, None, "catalogue is empty"),
    ("items.jsonl", "\n", None, None, "catalogue is empty"),
    ("items.csv", "id,title\n7,Seven\n", 1, "item_id", "missing; the file has: id, title"),
    ("items.csv", "item_id,item_id\n7,8\n", 1, "item_id", "same name"),
    ("items.csv", "item_id,title\n7,Seven\n,Eight\n", 3, "item_id", "id is missing"),
    ("items.csv", "item_id,title\n7,Seven\n8,Eight\n7,Again\n", 4, "item_id", "already that of line 2"),
    ("items.csv", "item_id,title\n7,  \n", 2, "title", "text is missing"),
    ("items.csv", 'item_id,title,year\n7,"a\nb",1995\n8,c,soon\n', 4, "year", "Found: 'soon'"),
    ("items.csv", "item_id,title,year\n7,Seven,1_995\n", 2, "year", "not a year"),
    ("items.csv", "item_id,title\n7,Seven,1995\n", 2, None, "3 values for 2 columns"),
    ("items.csv", 'item_id,title\n7,"Seven\n', 2, None, "not valid CSV"),
    ("items.csv", b"item_id,title\n7,Seven\n8,Am\xe9lie\n", 3, None, "UTF-8"),
    ("items.jsonl", '{"item_id": "7", "title": "Seven"}\n{"item_id": \n', 2, None, "not valid JSON"),
    ("items.jsonl", '{"item_id": "7", "title": "Seven", "year": NaN}', 1, None, "NaN is not a JSON number"),
    ("items.jsonl", '{"item_id": "7", "title": "\\ud800"}', 1, None, "not valid JSON"),
    ("items.jsonl", "[" * 100_000, 1, None, "not valid JSON"),
    ("items.jsonl", '["7", "Seven"]', 1, None, "not a JSON object"),
    ("items.jsonl", '{"item_id": 7.0, "title": "Seven"}', 1, "item_id", "not a decimal number"),
    ("items.jsonl", '{"item_id": true, "title": "Seven"}', 1, "item_id", "id is missing"),
    ("items.jsonl", '{"item_id": "7", "title": ["Seven"]}', 1, "title", "must be a text"),
    ("items.jsonl", '{"item_id": "7", "title": "7", "attributes": ["a"]}', 1, "attributes", "an object"),
    ("items.jsonl", '{"item_id": "7", "title": "7", "attributes": {"g": [{}]}}', 1, "attributes", "be texts"),
    ("items.jsonl", '{"item_id": "7", "title": "7", "year": 123456}', 1, "year", "Found: 123456"),
    ("items.parquet", b"PAR1 no", None, None, "not valid Parquet"),
    ("items.xlsx", b"", None, None, "kind of file"),
]


@pytest.mark.parametrize(("name", "content", "line", "column", "message"), BAD_ITEMS)
def test_bad_items_name_the_place(
    tmp_path: Path, name: str, content: str | bytes, line: int | None, column: str | None, message: str
) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(DataError) as caught:
        read_items(path)
    error = caught.value
    assert (error.file, error.line, error.column) == (str(path), line, column)
    assert message in str(error)
    assert str(error).startswith(str(path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nowhere\.csv: There is no such file"):
        read_items(tmp_path / "nowhere.csv")


def test_interactions_of_csv(tmp_path: Path) -> None:
    content = HEADER + 'ana,007,4.5,100\n01,7,2,50\n1,"x,y",3,50.0\n'
    rows, reports = read_interactions(written(tmp_path, "i.csv", content), CATALOGUE)
    assert rows.user_ids == ("ana", "01", "1")
    assert rows.item_index.tolist() == [0, 1, 2]
    assert rows.rating.tolist() == [4.5, 2, 3]
    assert rows.timestamp is not None
    assert rows.timestamp.tolist() == [100, 50, 50]
    assert rows.scale == RatingScale(2, 4.5)
    assert reports == []


def test_interactions_of_jsonl_and_parquet_are_those_of_csv(tmp_path: Path) -> None:
    records = [
        {"user_id": "01", "item_id": "7", "weight": 3},
        {"user_id": "1", "item_id": "007", "weight": 4},
    ]
    text = "\n".join(map(json.dumps, records))
    pq.write_table(pa.Table.from_pylist(records), tmp_path / "i.parquet")
    for path in (written(tmp_path, "i.jsonl", text), tmp_path / "i.parquet"):
        rows, reports = read_interactions(path, CATALOGUE)
        assert rows.user_ids == ("01", "1")
        assert rows.item_index.tolist() == [1, 0]
        assert rows.scale.implicit
        assert rows.attributes == {"weight": ("3", "4")}
        assert reports == []


def test_unknown_items_are_reported_with_their_line_and_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, "i.csv", HEADER + "ana,07,4,1\nana,7,5,1\nbo,70,5,1\n")
    rows, reports = read_interactions(path, CATALOGUE)
    assert rows.user_ids == ("ana",)
    assert rows.item_index.tolist() == [1]
    assert [report.split(":")[0] for report in reports] == [
        f"{path}, line 2, column 'item_id'",
        f"{path}, line 4, column 'item_id'",
    ]


def test_many_unknown_items_are_counted(tmp_path: Path) -> None:
    content = "user_id,item_id\nana,7\n" + "".join(f"ana,n{row}\n" for row in range(150))
    rows, reports = read_interactions(written(tmp_path, "i.csv", content), CATALOGUE)
    assert len(rows) == 1
    assert len(reports) == 101
    assert "50 more rows" in reports[-1]


def test_a_repeated_pair_keeps_the_latest_and_is_reported(tmp_path: Path) -> None:
    path = written(tmp_path, "i.csv", HEADER + "ana,7,5,200\nana,7,1,100\nana,007,3,1\n")
    rows, reports = read_interactions(path, CATALOGUE)
    assert rows.rating.tolist() == [5, 3]
    assert len(reports) == 1
    assert "1 repeated pairs" in reports[0]


def test_no_rows_are_no_interactions(tmp_path: Path) -> None:
    rows, reports = read_interactions(written(tmp_path, "i.csv", HEADER), CATALOGUE)
    assert (len(rows), rows.user_ids, reports) == (0, (), [])


BAD_INTERACTIONS = [
    ("user_id,film\nana,7\n", 1, "item_id", "missing"),
    (HEADER + "ana,7,4,1\n ,7,4,1\n", 3, "user_id", "id is missing"),
    (HEADER + "ana,7,good,1\n", 2, "rating", "Found: 'good'"),
    (HEADER + "ana,7,nan,1\n", 2, "rating", "finite"),
    (HEADER + "ana,7,4,1\nana,7,-inf,1\n", 3, "rating", "finite"),
    (HEADER + "ana,7,1e300,1\n", 2, "rating", "finite"),
    (HEADER + "ana,7,4,1\nana,7,,1\n", 3, "rating", "missing while"),
    (HEADER + "ana,7,4,1\nana,7,4,\n", 3, "timestamp", "missing while"),
    (HEADER + "ana,7,4,1995-01-01\n", 2, "timestamp", "whole number of seconds"),
    (HEADER + "ana,7,4,1.5\n", 2, "timestamp", "whole number of seconds"),
    (HEADER + "ana,07,4,1\nana,08,4,1\n", 2, "item_id", "compare the ids. Found: '07'"),
]


@pytest.mark.parametrize(("content", "line", "column", "message"), BAD_INTERACTIONS)
def test_bad_interactions_name_the_place(
    tmp_path: Path, content: str, line: int, column: str, message: str
) -> None:
    path = written(tmp_path, "i.csv", content)
    with pytest.raises(DataError) as caught:
        read_interactions(path, CATALOGUE)
    error = caught.value
    assert (error.file, error.line, error.column) == (str(path), line, column)
    assert message in str(error)


def test_a_rating_outside_the_stated_scale_names_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "i.csv", HEADER + "ana,7,4,1\nana,007,6,1\n")
    with pytest.raises(DataError, match=r"line 3, column 'rating'.*outside the scale 1 to 5"):
        read_interactions(path, CATALOGUE, scale=RatingScale(1, 5))


def test_dialogues(tmp_path: Path) -> None:
    record = {
        "dialogue_id": "d1",
        "user_id": "ana",
        "turns": [
            {"role": "user", "text": "Like Seven?", "items": ["7"], "intents": ["ask"], "mood": "dry"},
            {"role": "assistant", "text": "", "strategy": "credibility"},
        ],
        "feedback": {"7": {"liked": True, "seen": None, "suggested": False}},
        "rating": 5,
    }
    (dialogue,) = read_dialogues(written(tmp_path, "d.jsonl", json.dumps(record)))
    assert (dialogue.dialogue_id, dialogue.user_id, dialogue.extra) == ("d1", "ana", {"rating": 5})
    first, second = dialogue.turns
    assert (first.role, first.items, first.intents, first.extra) == (
        "user",
        ("7",),
        ("ask",),
        {"mood": "dry"},
    )
    assert (second.role, second.text, second.items, second.strategy) == ("assistant", "", (), "credibility")
    said = dialogue.feedback["7"]
    assert (said.liked, said.seen, said.suggested) == (True, None, False)


@pytest.mark.parametrize(
    ("record", "column", "message"),
    [
        ({"dialogue_id": "d"}, "turns", "missing"),
        ({"dialogue_id": "d", "turns": "hi"}, "turns", "list of turns"),
        ({"dialogue_id": "d", "turns": [{"role": "user", "text": "a"}, {"text": "b"}]}, "turns", "Turn 2"),
        ({"dialogue_id": "d", "turns": [{"role": "user"}]}, "turns", "must be a text"),
        (
            {"dialogue_id": "d", "turns": [{"role": "user", "text": "a", "items": "7"}]},
            "turns",
            "list of ids",
        ),
        ({"dialogue_id": "d", "turns": [], "feedback": {"7": {"liked": "yes"}}}, "feedback", "true, false"),
    ],
)
def test_bad_dialogues_name_the_place(
    tmp_path: Path, record: dict[str, object], column: str, message: str
) -> None:
    with pytest.raises(DataError) as caught:
        read_dialogues(written(tmp_path, "d.jsonl", "\n" + json.dumps(record)))
    assert caught.value.column == column
    assert message in str(caught.value)
