"""`duetto build --image-model` as people use it."""

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.retrieval.tiny import image_model
from tests.ui.test_cli import RATINGS, duetto

ITEMS = """item_id,title,image
000,North,red.png
001,South,red.png
002,East,blue.png
003,West,pictures/lime.png
004,Here,https://x.org/a.png
005,There,broken.png
"""


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tables = tmp_path_factory.mktemp("pictures")
    (tables / "items.csv").write_text(ITEMS, encoding="utf-8")
    (tables / "interactions.csv").write_text(RATINGS, encoding="utf-8")
    (tables / "pictures").mkdir()
    for name, colour in (("red", "red"), ("blue", "blue"), ("pictures/lime", "lime")):
        Image.new("RGB", (30, 20), colour).save(tables / f"{name}.png")
    (tables / "broken.png").write_bytes(b"broken")
    return tables


def test_a_catalogue_with_pictures_is_built_opened_and_built_again(tables: Path, tmp_path: Path) -> None:
    model, out = str(image_model(tmp_path / "clip")), str(tmp_path / "built")
    done = duetto("build", str(tables), "-o", out, "--image-model", model)
    assert done.returncode == 0, done.stderr
    assert "pictures: 5 of 5" in done.stderr
    told = (
        "Pictures: 4 of 6 items have one that counts; "
        "addresses, which are not fetched: 1, such as 'https://x.org/a.png'; "
        "files that are no picture that can be read: 1, such as 'broken.png'."
    )
    assert told in done.stderr.splitlines()
    kept = sorted(path.read_bytes() for path in Path(out, "pictures").glob("*.npy"))
    done = duetto("recommend", out, "--like", "North", "--say", "space", "--json", "-q")
    assert done.returncode == 0, done.stderr
    assert {one["title"] for one in json.loads(done.stdout)} == {"South", "East", "West", "Here", "There"}
    assert done.stderr == ""
    again = duetto("build", str(tables), "-o", out)
    assert told in again.stderr.splitlines()
    assert sorted(path.read_bytes() for path in Path(out, "pictures").glob("*.npy")) == kept
    none = duetto("build", str(tables), "-o", out, "--image-model", "none")
    assert none.returncode == 0, none.stderr
    assert "Pictures" not in none.stderr


def test_a_model_that_is_nowhere_is_one_sentence(tables: Path, tmp_path: Path) -> None:
    done = duetto("build", str(tables), "-o", str(tmp_path / "built"), "--image-model", "no-such-clip", "-q")
    assert done.returncode == 1
    assert done.stderr.startswith("Error: There is no image model 'no-such-clip'")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "built").exists()
