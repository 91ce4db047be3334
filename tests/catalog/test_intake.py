"""A person's own tables: found out, read, counted; what is personal in them; what is joined."""

import json
import stat
from pathlib import Path

import pytest

from catalog import ConfigError, DataError, Dataset, Item, Items
from catalog.intake import (
    Coverage,
    Join,
    OwnTable,
    Plan,
    Pseudonyms,
    TimeFormat,
    joined,
    key_in,
    personal,
    planned,
    read_own,
)
from catalog.intake.encodings import guessed_encoding
from catalog.intake.joining import title_key
from catalog.intake.times import guessed_time

TEXT = "user,title,rating\nana,Amélie à Paris,5\nbo,L’été où tout a commencé,4\nbo,Amélie à Paris,3\n"


def put(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def plan_of(path: Path, items: Path | None = None) -> Plan:
    return planned(OwnTable.open(path), None if items is None else OwnTable.open(items))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    path = put(tmp_path / "mine.csv", TEXT, encoding)
    dataset, _ = read_own(plan_of(path), name="mine")
    assert [item.title for item in dataset.items] == ["Amélie à Paris", "L’été où tout a commencé"]


def test_an_encoding_is_stated(tmp_path: Path) -> None:
    path = put(tmp_path / "mine.csv", "id,title\n1,Ирония судьбы\n", "cp1251")
    assert guessed_encoding(path) == "cp1252"
    dataset, _ = read_own(planned(OwnTable.open(path, encoding="windows-1251")), name="mine")
    assert dataset.items[0].title == "Ирония судьбы"


def test_bytes_that_windows_does_not_know_are_latin(tmp_path: Path) -> None:
    path = put(tmp_path / "mine.csv", "id,title\n1,\x9d\n", "latin-1")
    assert guessed_encoding(path) == "latin-1"


def test_bytes_that_are_no_utf_8_far_down_are_found(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(b"user,item\n" + b"a,b\n" * 300_000 + "ü,ö\n".encode("cp1252"))
    assert guessed_encoding(path) == "cp1252"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "::"])
def test_separators(separator: str, tmp_path: Path) -> None:
    path = put(tmp_path / "mine.txt", TEXT.replace(",", separator))
    table = OwnTable.open(path)
    assert (table.separator, table.columns) == (separator, ("user", "title", "rating"))
    assert [line for line, _ in table.rows()] == [2, 3, 4]


def test_a_comma_inside_quotes_does_not_separate(tmp_path: Path) -> None:
    path = put(tmp_path / "mine.csv", 'user;item\na;"x, y, z"\nb;"p, q, r"\n')
    assert OwnTable.open(path).separator == ";"


def test_a_file_without_a_header(tmp_path: Path) -> None:
    path = put(tmp_path / "u.data", "1\t10\t3\t880000000\n2\t10\t4\t880000001\n")
    with pytest.raises(DataError, match="name them with --columns"):
        OwnTable.open(path)
    table = OwnTable.open(path, names=["user", "item", "rating", "timestamp"])
    dataset, (counts,) = read_own(planned(table), name="mine")
    assert (counts.read, counts.kept, len(dataset.interactions)) == (2, 2, 2)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("user,user\na,b\n", "Two columns have the same name"),
        ('user,item\na,"b\n' + "x" * 200_000, "check its quotes"),
    ],
)
def test_a_file_that_cannot_be_read(text: str, words: str, tmp_path: Path) -> None:
    path = put(tmp_path / "mine.csv", text)
    with pytest.raises(DataError, match=words):
        read_own(plan_of(path), name="mine")


def test_unknown_encodings_and_files_are_named(tmp_path: Path) -> None:
    path = put(tmp_path / "mine.csv", TEXT)
    with pytest.raises(ConfigError, match='no encoding "klingon"'):
        OwnTable.open(path, encoding="klingon")
    with pytest.raises(DataError, match="no such file"):
        OwnTable.open(tmp_path / "none.csv")
    with pytest.raises(DataError, match="The text is not ascii"):
        list(OwnTable.open(path, encoding="ascii").rows())


@pytest.mark.parametrize(
    ("cells", "name", "first"),
    [
        (["880000000", "1600000000"], "seconds", 880000000),
        (["1600000000999"], "milliseconds", 1600000000),
        (["2020-04-03"], "ISO 8601", 1585872000),
        (["2020-04-03T12:00:00+02:00"], "ISO 8601", 1585908000),
        (["2020-04-03 10:00:00"], "ISO 8601", 1585908000),
        (["20200403", "20210101"], "%Y%m%d", 1585872000),
        (["03.04.2020", "13.04.2020"], "%d.%m.%Y", 1585872000),
        (["13/04/2020", "03/04/2020"], "%d/%m/%Y", 1586736000),
        (["04/13/2020 10:00", "04/03/2020 11:00"], "%m/%d/%Y %H:%M", 1586772000),
        (["Apr 3, 2020"], "%b %d, %Y", 1585872000),
        (["Fri, 03 Apr 2020 12:00:00 +0200"], "%a, %d %b %Y %H:%M:%S %z", 1585908000),
    ],
)
def test_times(cells: list[str], name: str, first: int) -> None:
    found = guessed_time(cells)
    assert found is not None
    assert (found.name, found.seconds(cells[0])) == (name, first)


def test_a_date_that_can_be_read_in_two_ways_says_so() -> None:
    assert guessed_time(["03/04/2020"]) == TimeFormat("%m/%d/%Y", rival="%d/%m/%Y")
    assert guessed_time(["red", "blue"]) is None
    assert guessed_time(["", " "]) is None
    with pytest.raises(ConfigError, match="no format of a time"):
        TimeFormat.stated("later")


@pytest.mark.parametrize(
    ("header", "row", "roles"),
    [
        (
            "userId,movieId,rating,timestamp",
            "1,2,3.5,880000000",
            {"user": 0, "item": 1, "rating": 2, "time": 3},
        ),
        ("User-ID;ISBN;Book-Rating", "1;0345417623;5", {"user": 0, "item": 1, "rating": 2}),
        (
            "reviewerID,asin,overall,unixReviewTime",
            "A,B,5,1400000000",
            {"user": 0, "item": 1, "rating": 2, "time": 3},
        ),
        ("customer,product,stars,date", "A,B,5,2020-01-01", {"user": 0, "item": 1, "rating": 2, "time": 3}),
        ("user,film,note", "ana,Heat,schön", {"user": 0, "item": 1}),
        (
            "user_id,item_id,title,year,genres,email",
            "1,2,Heat,1995,Crime,a@b.de",
            {"user": 0, "item": 1, "title": 2, "year": 3, "genres": 4},
        ),
    ],
)
def test_roles_by_the_header(header: str, row: str, roles: dict[str, int], tmp_path: Path) -> None:
    path = put(tmp_path / "mine.csv", f"{header}\n{row}\n{row}\n")
    part = plan_of(path).interactions
    assert part is not None
    assert {role: part.table.columns.index(column) for role, column in part.roles.items()} == roles


def test_roles_by_the_values(tmp_path: Path) -> None:
    rows = "".join(f"u{n},{n % 7},{n % 5 + 1},2020-01-{n % 28 + 1:02}\n" for n in range(60))
    path = put(tmp_path / "mine.csv", f"user,item,x,y\n{rows}")
    part = plan_of(path).interactions
    assert part is not None
    assert (part.roles["rating"], part.roles["time"]) == ("x", "y")


def test_a_guess_is_corrected_and_refused(tmp_path: Path) -> None:
    path = put(tmp_path / "mine.csv", "who,what,rating,stars\nana,Heat,1,5\nbo,Heat,2,4\n")
    with pytest.raises(DataError, match=r"told to be the item; name it with --item\. There are: who, what"):
        plan_of(path)
    plan = planned(OwnTable.open(path), given={"user": ["who"], "item": ["what"], "rating": ["stars"]})
    dataset, _ = read_own(plan, name="mine")
    assert dataset.interactions.rating.tolist() == [5, 4]
    without = planned(OwnTable.open(path), given={"user": ["who"], "item": ["what"], "rating": [""]})
    assert read_own(without, name="mine")[0].interactions.scale.implicit
    with pytest.raises(DataError, match=r"column 'nothing'.*mine\.csv: who, what"):
        planned(OwnTable.open(path), given={"user": ["nothing"]})


def test_every_row_is_counted(tmp_path: Path) -> None:
    items = put(
        tmp_path / "items.csv",
        "id;title;genre;extra\n007;Bond (1962);Action;x\n1;Heat;Crime|Drama;\n1;Twin;;\n;None;;\n2;;;\n",
    )
    rows = put(
        tmp_path / "rows.csv",
        "user,item,rating,date,note\na,007,5,2020-01-01,n\na,1,4,2020-01-02,\nb,1,lots,2020-01-01,\nb,1,,2020-01-01,\n"
        "b,1,3,yesterday,\n,1,3,2020-01-01,\nb,,3,2020-01-01,\nb,99,3,2020-01-01,\nb,1\na,1,2,2020-01-03,\n"
        "c,1,3,2020-01-05,\n",
    )
    plan = planned(
        OwnTable.open(rows),
        OwnTable.open(items),
        attributes={"extra": "shelf"},
        keep=["note"],
        time=TimeFormat.stated("ISO 8601"),
        given={"time": ["date"]},
    )
    dataset, (of_items, of_rows) = read_own(plan, name="mine", noun="film")
    assert (of_items.read, of_items.kept, of_items.skipped) == (
        5,
        2,
        {
            "the id is that of an earlier row": 1,
            "there is no id of the item": 1,
            "there is no title": 1,
        },
    )
    assert (of_rows.read, of_rows.kept, of_rows.repeated) == (11, 3, 1)
    assert of_rows.skipped == {
        "the rating is no number": 2,
        "the time is not written as the others": 1,
        "there is no user": 1,
        "there is no id of the item": 1,
        "the item is not in the catalogue": 1,
        "the row has not as many values as there are columns": 1,
    }
    for counts in (of_items, of_rows):
        assert counts.read == counts.kept + counts.repeated + sum(counts.skipped.values())
    assert "  2 left out: the rating is no number (first in line 4: 'lots')." in of_rows.lines()
    bond, heat = dataset.items
    assert (bond.item_id, bond.label(), bond.attributes) == (
        "007",
        "Bond (1962)",
        {"genre": ("Action",), "shelf": ("x",)},
    )
    assert heat.attributes == {"genre": ("Crime", "Drama")}
    assert dataset.interactions.matrix(2).toarray().tolist() == [[5, 2], [0, 3]]
    assert dataset.interactions.attributes == {"note": ("n", "", "")}
    assert dataset.home == tmp_path
    dataset.save(tmp_path / "out")
    assert Dataset.load(tmp_path / "out").checksum() == dataset.checksum()


def test_no_row_that_can_be_used_is_an_error(tmp_path: Path) -> None:
    path = put(tmp_path / "mine.csv", "user,item\n,1\n,2\n")
    with pytest.raises(
        DataError, match=r"No row can be used\.\s+2 left out: there is no user \(first in line 2"
    ):
        read_own(plan_of(path), name="mine")


def test_a_table_without_people_is_a_catalogue(tmp_path: Path) -> None:
    path = put(tmp_path / "mine.tsv", "title\tdescription\nHeat (1995)\tA heist.\nAlien\t\n")
    dataset, _ = read_own(plan_of(path), name="mine")
    assert [(item.item_id, item.label(), item.text) for item in dataset.items] == [
        ("Heat (1995)", "Heat (1995)", "A heist."),
        ("Alien", "Alien", None),
    ]
    assert len(dataset.interactions) == 0


def test_json_lines_and_parquet_are_own_files_too(tmp_path: Path) -> None:
    records = [
        {"user": 1, "item": "007", "rating": 5, "genres": ["a", "b"]},
        {"user": 2, "item": "1", "rating": 4.5},
    ]
    lines = put(tmp_path / "mine.jsonl", "".join(json.dumps(record) + "\n" for record in records))
    found, _ = read_own(plan_of(lines), name="mine")
    pandas = pytest.importorskip("pandas")
    pandas.DataFrame(records).to_parquet(tmp_path / "mine.parquet")
    again, _ = read_own(plan_of(tmp_path / "mine.parquet"), name="mine")
    assert found.items[0].attributes == again.items[0].attributes == {"genre": ("a", "b")}
    assert found.interactions.user_ids == again.interactions.user_ids == ("1", "2")


def test_pseudonyms(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "mine.key"
    key = key_in(path)
    assert key_in(path) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    name, other = Pseudonyms(key), Pseudonyms(key_in(tmp_path / "other.key"))
    assert name("ana") == Pseudonyms(key)("ana") != name("bo")
    assert name("ana") != other("ana")
    assert len(name("ana")) == 32
    # RFC 4231, test case 2, cut to 128 bits.
    assert Pseudonyms(b"Jefe")("what do ya want for nothing?") == "5bdcc146bf60754e6a042426089575c7"
    put(path, "no key")
    with pytest.raises(DataError, match="This is not a key"):
        key_in(path)
    put(path, "00ff")
    with pytest.raises(DataError, match="has 32 bytes, this has 2"):
        key_in(path)


def test_ids_are_gone_from_everything_that_is_written(tmp_path: Path) -> None:
    path = put(tmp_path / "mine.csv", "user,item,email\nana.unique,1,ana@secret.org\nbo,1,\nana.unique,2,\n")
    dataset, _ = read_own(plan_of(path), name="mine", pseudonym=Pseudonyms(b"k"))
    dataset.save(tmp_path / "out")
    written = b"".join(file.read_bytes() for file in (tmp_path / "out").iterdir())
    assert b"ana.unique" not in written
    assert b"secret" not in written
    assert len(dataset.interactions.user_ids) == 2


def test_what_is_kept_of_the_report_holds_no_cell_and_no_folder(tmp_path: Path) -> None:
    """The first value of each reason was written beside the data: it may be the id of a person."""
    path = put(
        tmp_path / "mine.csv",
        "user,item,rating\nana@secret.org,1,5\nana@secret.org,,4\nana@secret.org,2\n1,2,ana@secret.org\n",
    )
    _, (counts,) = read_own(plan_of(path), name="mine", pseudonym=Pseudonyms(b"k"))
    assert counts.kept_lines() == [
        "mine.csv: 4 rows read, 1 kept.",
        "1 left out: there is no id of the item (first in line 3).",
        "1 left out: the row has not as many values as there are columns (first in line 4).",
        "1 left out: the rating is no number (first in line 5).",
    ]
    assert "ana@" not in "".join(counts.lines()[:3])


def test_an_accent_of_two_signs_is_the_same_person() -> None:
    name = Pseudonyms(b"k")
    assert name("Ju\u0308rgen") == name("J\u00fcrgen") != name("Jurgen")


def test_one_address_far_down_in_a_long_file_is_told(tmp_path: Path) -> None:
    """Only every so manyth row is looked at, but one address is enough."""
    rows = [f"u{n},{n % 50},Über Buch {n % 50}" for n in range(9000)]
    rows[7001] = "u1,77,Fragen an jürgen@müller.de"
    path = put(tmp_path / "mine.csv", "\n".join(["user,item,title", *rows]) + "\n")
    (part,) = planned(OwnTable.open(path)).parts
    (finding,) = personal(part.sample, of_people=False)
    assert (finding.column, finding.what) == ("title", "e-mail address")
    assert finding.told() == "'title' looks like e-mail address, in less than 1% of its cells"


PERSONAL = {
    "e-mail address": ["ana@example.org", "", "x"],
    "phone number": ["+49 170 1234567", "030 123 4567"],
    "internet address": ["192.168.0.1", "2001:db8::1"],
    "number of a payment card": ["4111 1111 1111 1111", "5500005555555559"],
    "number of a bank account": ["DE89 3704 0044 0532 0130 00", "x"],
    "free text of a person": ["I loved this one very much and would see it again"],
}
HARMLESS = {
    "ratings": ["4.5", "5"],
    "times": ["12:30:15", "2020-01-01 10:00:00"],
    "seconds": ["1600000000", "1600000001"],
    "ids": ["4111111111111112", "1234567890123456", "tt0133093"],
    "isbn": ["9780345417626", "978-0-345-41762-6"],
    "versions": ["1.2.3", "10.0"],
    "titles": ["Apollo 13", "2001: A Space Odyssey", "867-5309"],
}


@pytest.mark.parametrize("what", PERSONAL)
def test_what_cells_hold(what: str) -> None:
    assert [finding.what for finding in personal({"x": PERSONAL[what]}, of_people=True)] == [what]


@pytest.mark.parametrize("what", HARMLESS)
def test_what_is_not_personal(what: str) -> None:
    assert personal({"x": HARMLESS[what]}, of_people=True) == []


@pytest.mark.parametrize(
    "name", ["E-Mail", "first_name", "userName", "ZIP code", "date_of_birth", "Gender", "ipAddress", "age"]
)
def test_names_of_columns(name: str) -> None:
    (finding,) = personal({name: ["x"]}, of_people=True)
    assert finding.column == name
    assert "by its name" in finding.told()
    assert personal({name: ["x"]}, of_people=False) == []


def test_a_report_holds_no_cell() -> None:
    assert "ana@" not in personal({"x": ["ana@example.org"]}, of_people=True)[0].told()


ITEMS = Items(
    [
        Item("a", "The Matrix", 1999, attributes={"ml": ("7",)}),
        Item("b", "Amélie", 2001, text="Own words."),
        Item("c", "Heat", 1995, aliases=("Fuego",)),
        Item("d", "Twins", 1988),
        Item("e", "Nobody", None),
    ]
)


def leads(path: Path) -> Path:
    return put(
        path,
        "title,year,lead,cast,key\nmatrix,1999,A hacker.,Keanu|Carrie,7\nAMELIE!,2001,A waitress.,Audrey,8\n"
        "Heat,1986,Another.,,9\nFuego,1995,A heist.,,10\nTwins,1988,One.,,11\nTwins,1988,Other.,,12\n"
        "Nobody (2021),,Late.,,13\n",
    )


def test_a_join_by_title_and_year(tmp_path: Path) -> None:
    table = OwnTable.open(leads(tmp_path / "leads.csv")).whole()
    found, coverage = joined(ITEMS, table, Join("title,year", {"lead": "text", "cast": "cast"}))
    assert [item.text for item in found] == ["A hacker.", "Own words.", "A heist.", None, None]
    assert found[0].attributes == {"ml": ("7",), "cast": ("Keanu", "Carrie")}
    assert coverage == Coverage(5, 3, {"text": 2, "cast": 2}, ("Twins (1988)",))
    assert coverage.lines()[0] == "Joined: 3 of 5 items (60.0%)."
    assert "1 fit several rows" in coverage.lines()[-1]


def test_a_join_by_an_id_and_by_an_attribute(tmp_path: Path) -> None:
    table = OwnTable.open(put(tmp_path / "more.csv", "item_id,wiki\nb,http://b\nz,http://z\n")).whole()
    found, coverage = joined(ITEMS, table, Join("item_id", {"wiki": "wikipedia"}))
    assert (coverage.joined, found[1].attributes) == (1, {"wikipedia": ("http://b",)})
    table = OwnTable.open(leads(tmp_path / "leads.csv")).whole()
    found, coverage = joined(ITEMS, table, Join("ml=key", {"lead": "text"}))
    assert (coverage.joined, found[0].text) == (1, "A hacker.")


def test_a_join_that_cannot_be(tmp_path: Path) -> None:
    table = OwnTable.open(leads(tmp_path / "leads.csv")).whole()
    with pytest.raises(ConfigError, match="takes at least one column"):
        Join("title,year", {})
    with pytest.raises(DataError, match=r"line 2: The row has not 2 values"):
        OwnTable.open(put(tmp_path / "wide.csv", "a,b\n1,2,3\n")).whole()
    with pytest.raises(DataError, match="column 'plot'"):
        joined(ITEMS, table, Join("title,year", {"plot": "text"}))


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("The Matrix", "matrix"),
        ("Amélie", "amelie"),
        ("Tom & Jerry", "tom and jerry"),
        ("A", "a"),
        ("Schindler's List", "schindlers list"),
        ("千と千尋", "千と千尋"),
    ],
)
def test_keys_of_titles(title: str, key: str) -> None:
    assert title_key(title) == key
