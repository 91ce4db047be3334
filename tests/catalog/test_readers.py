"""Each reader on files that we wrote in the layout of the real ones."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from catalog import DataError, Dataset, DownloadError, Feedback, load, read_dialogues

ARCHIVES: dict[str, dict[str, str]] = {
    "redial": {
        "movies_with_mentions.csv": "movieId,movieName,nbMentions\n"
        "7,Matrix%3F  (1999),2\n8,Fish &amp; Chips (1998),1\n9, (2010),0\n",
        "train_data.jsonl": json.dumps(
            {
                "movieMentions": {"7": "Matrix%3F  (1999)", "8": None},
                "respondentQuestions": [],
                "messages": [
                    {"timeOffset": 0, "text": "I loved @7 &amp; tea", "senderWorkerId": 5, "messageId": 1},
                    {"timeOffset": 9, "text": "Try @8 or @404", "senderWorkerId": 6, "messageId": 2},
                ],
                "conversationId": "20",
                "respondentWorkerId": 6,
                "initiatorWorkerId": 5,
                "initiatorQuestions": {
                    "7": {"suggested": 0, "seen": 1, "liked": 1},
                    "8": {"suggested": 1, "seen": 2, "liked": 0},
                    "9": {"suggested": 1, "seen": 0, "liked": 2},
                    "404": {"suggested": 1, "seen": 0, "liked": 1},
                },
            }
        ),
        "test_data.jsonl": json.dumps(
            {
                "messages": [{"text": "Hi", "senderWorkerId": 5}],
                "conversationId": "21",
                "initiatorWorkerId": 5,
                "initiatorQuestions": [],
            }
        ),
    },
    "inspired": {
        "train.tsv": "dialog_id\tutt_id\tspeaker\ttext\tmovies\texpert_label\tsecond_label\tfine_label\n"
        "d1.pkl\t1\tSEEKER\tI QUOTATION_MARKloveQUOTATION_MARK It\ufffd\ufffds\t\t\t\treject\n"
        "d1.pkl\t2\tRECOMMENDER\tHeat and Alien\tHeat (1995); Alien (1979)\tsimilarity\tcredibility\treject\n",
        "dev.tsv": "dialog_id\tutt_id\tspeaker\ttext\tmovies\td\nd2.pkl\t1\tSEEKER\tHi\tSolaris (1972)\tx\n",
        "movie_database.tsv": "title\tyear\tgenre\tdirector\tplot\nHeat\t1995\tCrime, Drama\tMichael Mann\tA heist.\n",
    },
    "opendialkg": {
        "opendialkg_triples.txt": "Heat\tdirected_by\tMichael Mann\nHeat\thas_genre\tCrime\nHeat\trelease_year\t1995\n"
        "Al Pacino\t~starred_actors\tHeat\nHeat of the Sun (Novel)\twritten_by\tAnn Author\nParis\tis-a\tCity\n",
        "opendialkg.csv": "Messages,User Rating,Assistant Rating\n"
        + '"'
        + json.dumps(
            [
                {"message": "I like heat, you?", "type": "chat", "sender": "user"},
                {
                    "type": "action",
                    "action_id": "kgwalk/choose_path",
                    "sender": "assistant",
                    "metadata": {
                        "path": [
                            0.5,
                            [["Heat", "x", "Heat of the Sun (Novel)"], ["Heat", "~y", "Al Pacino"]],
                            "said",
                        ]
                    },
                },
                {"type": "action", "action_id": "meta_thread/send_meta_message", "sender": "user"},
                {
                    "message": "Heat of the Sun then, and Heat.",
                    "type": "chat",
                    "sender": "assistant",
                },
            ]
        ).replace('"', '""')
        + '",5,5\n',
    },
    "goodbooks": {
        "books.csv": "book_id,goodreads_book_id,authors,original_publication_year,title,image_url\n"
        '1,77,"J.K. Rowling, Mary  GrandPré",1997.0,"Harry Potter (Harry Potter, #1)",http://x/1.jpg\n'
        "2,78,Homer,-750.0,The Iliad,\n",
        "ratings.csv": "user_id,book_id,rating\n1,1,5\n1,2,3\n2,1,4\n2,99,1\n",
        "tags.csv": "tag_id,tag_name\n1,to-read\n2,young-adult\n3,magic\n4,rare\n",
        "book_tags.csv": "goodreads_book_id,tag_id,count\n77,1,900\n77,2,50\n77,3,40\n77,4,1\n",
    },
    "lastfm": {
        "artists.dat": "id\tname\turl\tpictureURL\n1\tMALICE MIZER\thttp://x\thttp://p\n2\tSigur Rós\thttp://y\t\n",
        "user_artists.dat": "userID\tartistID\tweight\n2\t1\t13883\n2\t2\t5\n3\t1\t7\n",
        "tags.dat": "tagID\ttagValue\n1\tgoth\n2\tj-rock\n",
        "user_taggedartists.dat": "userID\tartistID\ttagID\tday\tmonth\tyear\n"
        "2\t1\t2\t1\t4\t2009\n3\t1\t2\t1\t4\t2009\n3\t1\t1\t1\t4\t2009\n",
    },
    "amazon-2023": {
        "meta_Video_Games.jsonl": "\n".join(
            json.dumps(record)
            for record in (
                {
                    "main_category": "Video Games",
                    "title": "Nightshade",
                    "description": ["A ninja.", "A game."],
                    "features": ["f"],
                    "images": [{"large": "http://l", "thumb": "http://t"}],
                    "store": "Sega",
                    "categories": ["Video Games", "PlayStation"],
                    "parent_asin": "B0",
                    "author": None,
                },
                {"title": "", "parent_asin": "B1"},
                {"title": "Pad", "features": ["Grey"], "main_category": "Toys", "parent_asin": "007"},
            )
        ),
        "Video_Games.jsonl": "\n".join(
            json.dumps(
                {"rating": 5.0, "text": "t", "parent_asin": asin, "user_id": user, "timestamp": 1600000000999}
            )
            for user, asin in (("U1", "B0"), ("U1", "007"), ("U2", "B0"), ("U2", "B1"))
        ),
    },
    "movietweetings": {
        "movies.dat": "0110912::Pulp Fiction (1994)::Crime|Thriller\n0133093::Matrix, The (1999)::Action\n",
        "ratings.dat": "1::0110912::9::1375657563\n2::0133093::10::1375657564\n",
        "users.dat": "1::177651718\n2::1\n",
    },
}


def folder_of(name: str, folder: Path) -> Path:
    for file, text in ARCHIVES[name].items():
        (folder / file).write_text(text, encoding="utf-8")
    return folder


def zip_of(name: str, folder: Path, top: str = "some-main/data") -> Path:
    with zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file, text in ARCHIVES[name].items():
            archive.writestr(f"{top}/{file}", text)
    return folder / f"{name}.zip"


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_layout_is_recognised_by_name_by_folder_and_in_a_zip(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    found = [load(folder_of(name, folder)), load(zip_of(name, tmp_path))]
    found.append(load(name, archive=zip_of(name, tmp_path)))
    assert len({dataset.checksum() for dataset in found}) == 1
    assert found[2].name == name
    assert all(dataset.source for dataset in found)


@pytest.fixture
def dataset(request: pytest.FixtureRequest, tmp_path: Path) -> Dataset:
    return load(request.param, archive=zip_of(request.param, tmp_path))


def of(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("dataset", [name], indirect=True)


@of("redial")
def test_redial(dataset: Dataset, tmp_path: Path) -> None:
    assert [item.label() for item in dataset.items] == ["Matrix? (1999)", "Fish & Chips (1998)", "(2010)"]
    (talk,) = dataset.dialogues
    assert (talk.dialogue_id, talk.user_id) == ("20", "5")
    assert [(turn.role, turn.text, turn.items) for turn in talk.turns] == [
        ("user", "I loved Matrix? (1999) & tea", ("7",)),
        ("assistant", "Try Fish & Chips (1998) or @404", ("8",)),
    ]
    assert talk.feedback == {
        "7": Feedback(liked=True, seen=True, suggested=False),
        "8": Feedback(liked=False, seen=None, suggested=True),
        "9": Feedback(liked=None, seen=False, suggested=True),
    }
    rows = dataset.interactions
    assert rows.user_ids == ("5",)
    assert rows.matrix(3).toarray().tolist() == [[1, 0, 0]]
    assert len(rows) == 2
    dataset.save(tmp_path / "saved")
    assert {path.name for path in (tmp_path / "saved").glob("dialogues.*")} == {
        "dialogues.train.jsonl",
        "dialogues.test.jsonl",
    }
    assert Dataset.load(tmp_path / "saved").checksum() == dataset.checksum()
    assert read_dialogues(tmp_path / "saved" / "dialogues.test.jsonl") == dataset.held_out["test"]
    dataset.save(tmp_path / "saved")


@of("inspired")
def test_inspired(dataset: Dataset) -> None:
    assert {item.item_id: item.label() for item in dataset.items} == {
        "heat-1995": "Heat (1995)",
        "alien-1979": "Alien (1979)",
        "solaris-1972": "Solaris (1972)",
    }
    heat = dataset.items[0]
    assert (heat.text, heat.attributes) == (
        "A heist.",
        {"genre": ("Crime", "Drama"), "director": ("Michael Mann",)},
    )
    (talk,) = dataset.dialogues
    assert (talk.dialogue_id, talk.extra) == ("d1", {"outcome": "reject"})
    assert [turn.text for turn in talk.turns] == ['I "love" It\'s', "Heat and Alien"]
    assert (talk.turns[1].items, talk.turns[1].strategy) == (("heat-1995", "alien-1979"), "similarity")
    assert talk.turns[1].extra == {"second_strategy": "credibility"}
    assert [turn.items for turn in dataset.held_out["dev"][0].turns] == [("solaris-1972",)]


@of("opendialkg")
def test_opendialkg(dataset: Dataset) -> None:
    heat, sun = dataset.items
    assert (heat.item_id, heat.year, heat.attributes) == (
        "Heat",
        1995,
        {"director": ("Michael Mann",), "genre": ("Crime",), "actor": ("Al Pacino",), "kind": ("film",)},
    )
    assert (sun.item_id, sun.title, sun.attributes["kind"]) == (
        "Heat of the Sun (Novel)",
        "Heat of the Sun",
        ("book",),
    )
    (talk,) = dataset.dialogues
    assert [(turn.role, turn.items) for turn in talk.turns] == [
        ("user", ("Heat",)),
        ("assistant", ("Heat of the Sun (Novel)", "Heat")),
    ]


@of("goodbooks")
def test_goodbooks(dataset: Dataset) -> None:
    potter, iliad = dataset.items
    assert (potter.title, potter.year, potter.image) == ("Harry Potter", 1997, "http://x/1.jpg")
    assert potter.attributes == {
        "author": ("J.K. Rowling", "Mary GrandPré"),
        "genre": ("young adult",),
        "tag": ("magic",),
        "series": ("Harry Potter",),
    }
    assert iliad.label() == "The Iliad (750 BCE)"
    rows = dataset.interactions
    assert rows.matrix(2).toarray().tolist() == [[5, 3], [4, 0]]
    assert rows.timestamp is None
    (report,) = dataset.dropped
    assert report.endswith(
        "1 rows name 1 items that are not in the catalogue and are left out, such as '99' in line 5."
    )


@of("lastfm")
def test_lastfm(dataset: Dataset) -> None:
    assert [(item.title, item.attributes, item.image) for item in dataset.items] == [
        ("MALICE MIZER", {"tag": ("j-rock", "goth")}, "http://p"),
        ("Sigur Rós", {}, None),
    ]
    assert dataset.interactions.scale.implicit
    assert dataset.interactions.attributes["weight"] == ("13883", "5", "7")


@of("amazon-2023")
def test_amazon(dataset: Dataset) -> None:
    assert [(item.item_id, item.title, item.text, item.image) for item in dataset.items] == [
        ("B0", "Nightshade", "A ninja. A game.", "http://l"),
        ("007", "Pad", "Grey", None),
    ]
    assert dataset.items[0].attributes == {"category": ("Video Games", "PlayStation"), "brand": ("Sega",)}
    assert dataset.interactions.timestamp is not None
    assert set(dataset.interactions.timestamp.tolist()) == {1600000000}
    assert len(dataset.interactions) == 3
    assert len(dataset.dropped) == 2


def test_amazon_packed_and_as_a_table_of_ratings(tmp_path: Path) -> None:
    files = ARCHIVES["amazon-2023"]
    with gzip.open(tmp_path / "meta_Video_Games.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(files["meta_Video_Games.jsonl"])
    with gzip.open(tmp_path / "Video_Games.csv.gz", "wt", encoding="utf-8") as file:
        file.write("user_id,parent_asin,rating,timestamp\nU1,B0,5.0,1600000000999\n")
    dataset = load(tmp_path)
    assert (dataset.name, len(dataset.items), len(dataset.interactions)) == ("amazon-video-games", 2, 1)


def test_of_two_categories_none_is_guessed(tmp_path: Path) -> None:
    folder_of("amazon-2023", tmp_path)
    for name in ("meta_Books.jsonl", "Books.jsonl"):
        (tmp_path / name).write_text("{}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"several categories \(Books, Video_Games\)"):
        load(tmp_path)


@of("movietweetings")
def test_movietweetings(dataset: Dataset) -> None:
    assert [(item.item_id, item.label()) for item in dataset.items] == [
        ("0110912", "Pulp Fiction (1994)"),
        ("0133093", "The Matrix (1999)"),
    ]
    assert (dataset.interactions.scale.low, dataset.interactions.scale.high) == (9, 10)
    assert "MovieTweetings" in dataset.source


def test_the_shallowest_copy_counts(tmp_path: Path) -> None:
    for folder, rating in (("latest", "9"), ("snapshots/10K", "1")):
        (tmp_path / folder).mkdir(parents=True)
        for file, text in ARCHIVES["movietweetings"].items():
            (tmp_path / folder / file).write_text(text.replace("::9::", f"::{rating}::"), encoding="utf-8")
    assert load(tmp_path).interactions.rating.tolist() == [9, 10]


@pytest.mark.parametrize(
    ("name", "file", "text", "words"),
    [
        (
            "redial",
            "train_data.jsonl",
            '{"conversationId": "1", "messages": 3, "initiatorWorkerId": 5}',
            "line 1: The con",
        ),
        (
            "inspired",
            "train.tsv",
            "dialog_id\tspeaker\ttext\tmovies\nd\tCAT\tx\t\n",
            "line 2, column 'speaker'",
        ),
        ("opendialkg", "opendialkg.csv", "Messages\nnonsense\n", "line 2: The messages"),
        ("opendialkg", "opendialkg_triples.txt", "only\ttwo\n", "line 1: The line is not three parts"),
        (
            "goodbooks",
            "ratings.csv",
            "user_id,book_id,rating\n1,1,5\n\n1,2,lots\n",
            "line 4, column 'rating'",
        ),
        ("goodbooks", "ratings.csv", "user_id,book_id,rating\n1,1\n", "line 2: The row has 2 values"),
        ("lastfm", "user_artists.dat", "userID\tartistID\tweight\n2\t1\tmany\n", "line 2, column 'weight'"),
        ("amazon-2023", "Video_Games.jsonl", "{", "line 1: The line is not a JSON object"),
        ("movietweetings", "ratings.dat", "1::0110912::9::soon\n", "line 1, column 'timestamp'"),
    ],
)
def test_a_bad_row_is_named(name: str, file: str, text: str, words: str, tmp_path: Path) -> None:
    folder_of(name, tmp_path)
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load(tmp_path)
    assert f"{file}, {words}" in str(caught.value)


def test_an_archive_of_something_else(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"not goodbooks: it has not books\.csv with ratings\.csv.*github"):
        load("goodbooks", archive=zip_of("redial", tmp_path))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "readme.txt").touch()
    with pytest.raises(DataError, match=r"Known are: train_data\.jsonl with"):
        load(tmp_path / "other")


def test_what_has_no_download_says_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DownloadError, match=r"Fetch its files from https://github\.com/zygmuntz"):
        load("goodbooks")
    (tmp_path / "goodbooks").mkdir()
    (tmp_path / "goodbooks" / "items.csv").write_text("item_id,title\n1,Here\n", encoding="utf-8")
    assert load("goodbooks").items[0].title == "Here"


def test_a_bomb_a_password_and_a_damaged_file_are_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("books.csv", "book_id,title,authors\n")
        with archive.open("ratings.csv", "w") as file:
            for _ in range(101):
                file.write(bytes(1 << 20))
    with pytest.raises(DataError, match="more than 200 times its packed size"):
        load(bomb)
    whole = zip_of("lastfm", tmp_path).read_bytes()
    (tmp_path / "locked.zip").write_bytes(
        whole.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    )
    with pytest.raises(DataError, match="has a password"):
        load(tmp_path / "locked.zip")
    (tmp_path / "cut.gz").mkdir()
    folder_of("amazon-2023", tmp_path / "cut.gz")
    (tmp_path / "cut.gz" / "Video_Games.jsonl").unlink()
    packed = gzip.compress(ARCHIVES["amazon-2023"]["Video_Games.jsonl"].encode())
    (tmp_path / "cut.gz" / "Video_Games.jsonl.gz").write_bytes(packed[:-9])
    with pytest.raises(DataError, match=r"Video_Games\.jsonl\.gz: The file cannot be unpacked"):
        load(tmp_path / "cut.gz")
