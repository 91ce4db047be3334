"""Pictures on disk as vectors: what is embedded, what is kept, and what anyone may have put there."""

import json
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from catalog import Item, Items
from retrieval import ImageModel, Pictures
from retrieval.imagefiles import MAX_SIDE, picture_of
from tests.retrieval.tiny import DIMENSION, image_model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> ImageModel:
    return ImageModel.of(str(image_model(tmp_path_factory.mktemp("images") / "clip")))


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The sizes of the pictures that the real model was given."""
    sizes: list[tuple[int, int]] = []
    encode = ImageModel.encode_pictures

    def counted(self: ImageModel, pictures: list[Image.Image]) -> np.ndarray:
        sizes.extend(picture.size for picture in pictures)
        return encode(self, pictures)

    monkeypatch.setattr(ImageModel, "encode_pictures", counted)
    return sizes


def painted(path: Path, colour: str, size: tuple[int, int] = (20, 30)) -> None:
    Image.new("RGB", size, colour).save(path)


def items(*images: str | None) -> Items:
    return Items(Item(str(number), f"t{number}", image=image) for number, image in enumerate(images))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "tables"
    (home / "sub").mkdir(parents=True)
    painted(home / "red.png", "red")
    painted(home / "sub" / "blue.jpg", "blue")
    painted(home / "also red.png", "red")
    return home


def test_each_item_gets_the_vector_of_its_picture(home: Path, model: ImageModel, tmp_path: Path) -> None:
    pictures = Pictures(tmp_path / "p", model)
    catalogue = items("red.png", None, "sub/blue.jpg", str(home / "also red.png"))
    pictures.build(catalogue, home)
    found = pictures.of(catalogue)
    assert found.rows.tolist() == [0, 2, 3]
    expected = model.encode_pictures(
        [Image.new("RGB", (20, 30), "red"), Image.open(home / "sub" / "blue.jpg")]
    )
    np.testing.assert_allclose(found.vectors, expected[[0, 1, 0]], atol=1e-6)
    assert found.vectors[0] @ found.vectors[2] == pytest.approx(1)
    assert found.of([1, 2, 9]).tolist() == found.vectors[[1]].tolist()
    assert pictures.told(tuple(catalogue)) == "Pictures: 3 of 4 items have one that counts."


def test_a_rebuild_embeds_only_what_changed(
    home: Path, model: ImageModel, tmp_path: Path, looked_at: list[tuple[int, int]]
) -> None:
    catalogue = items("red.png", "sub/blue.jpg", "also red.png")
    Pictures(tmp_path / "p", model).build(catalogue, home)
    assert len(looked_at) == 2  # two files have the same bytes
    Pictures(tmp_path / "p", model).build(catalogue, home)
    assert len(looked_at) == 2
    painted(home / "red.png", "lime", (7, 8))
    (home / "sub" / "blue.jpg").rename(home / "moved.jpg")
    pictures = Pictures(tmp_path / "p", model)
    moved = items("red.png", "moved.jpg", "also red.png")
    pictures.build(moved, home)
    assert looked_at[2:] == [(7, 8)]
    lime = model.encode_pictures([Image.new("RGB", (7, 8), "lime")])[0]
    np.testing.assert_allclose(pictures.of(moved).vectors[0], lime, atol=1e-6)


def test_what_was_looked_at_need_not_be_there_any_longer(
    home: Path, model: ImageModel, tmp_path: Path, looked_at: list[tuple[int, int]]
) -> None:
    catalogue = items("red.png", "sub/blue.jpg", "gone.png")
    before = Pictures(tmp_path / "p", model)
    before.build(catalogue, home)
    (home / "red.png").unlink()
    painted(home / "gone.png", "white")
    again = Pictures(tmp_path / "p", model)
    again.complete([*catalogue, Item("new", "new", image="also red.png")], home)
    assert len(looked_at) == 2  # the new item's picture is that of another file
    assert again.of(catalogue).vectors.tolist() == before.of(catalogue).vectors.tolist()
    assert again.of(catalogue).rows.tolist() == [0, 1]
    again.add([catalogue[2]], home)
    assert again.of(catalogue).rows.tolist() == [0, 1, 2]


@pytest.mark.parametrize("damage", ["truncated", "other shape", "vectors gone"])
def test_a_damaged_folder_is_made_anew(
    home: Path, model: ImageModel, tmp_path: Path, looked_at: list[tuple[int, int]], damage: str
) -> None:
    catalogue, place = items("red.png", "sub/blue.jpg"), tmp_path / "p"
    before = Pictures(place, model)
    before.build(catalogue, home)
    if damage == "truncated":
        (place / "found.json").write_bytes((place / "found.json").read_bytes()[:30])
    elif damage == "other shape":
        (place / "found.json").write_text(json.dumps({"model": model.name, "found": ["x"]}))
    else:
        for path in place.glob("*.npy"):
            path.unlink()
    again = Pictures(place, model)
    again.complete(catalogue, home)
    assert again.of(catalogue).vectors.tolist() == before.of(catalogue).vectors.tolist()
    assert len(looked_at) == (4 if damage == "vectors gone" else 2)


def test_another_model_embeds_anew_and_the_first_one_not_again(
    home: Path, model: ImageModel, tmp_path: Path, looked_at: list[tuple[int, int]]
) -> None:
    other = ImageModel.of(str(image_model(tmp_path / "other", seed=1)))
    catalogue = items("red.png", "sub/blue.jpg")
    vectors = []
    for one in (model, other, model):
        pictures = Pictures(tmp_path / "p", one)
        pictures.build(catalogue, home)
        vectors.append(pictures.of(catalogue).vectors)
    assert len(looked_at) == 4
    assert vectors[0].tolist() == vectors[2].tolist() != vectors[1].tolist()


def test_a_build_that_is_broken_off_goes_on(
    home: Path,
    model: ImageModel,
    tmp_path: Path,
    looked_at: list[tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("retrieval.pictures.SAVE_EVERY", 1)
    catalogue = items("red.png", "sub/blue.jpg")

    def stop(stage: str, done: int, total: int | None) -> None:
        assert (stage, total) == ("pictures", 2)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Pictures(tmp_path / "p", model).build(catalogue, home, progress=stop)
    assert len(looked_at) == 1
    Pictures(tmp_path / "p", model).build(catalogue, home)
    assert len(looked_at) == 2


def bomb(path: Path) -> None:
    """A PNG of a few bytes that says it is 60,000 by 60,000."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    parts = [b"\x89PNG\r\n\x1a\n"]
    for kind, content in ((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")):
        check = zlib.crc32(kind + content)
        parts.append(struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check))
    path.write_bytes(b"".join(parts))


def cut(path: Path) -> None:
    Image.effect_noise((64, 64), 50).save(path)
    path.write_bytes(path.read_bytes()[:900])


LOST: dict[str, tuple[str, Callable[[Path], object]]] = {
    "https://x.org/a.png": ("addresses, which are not fetched", lambda _: None),
    "gone.png": ("files that are not there", lambda _: None),
    "": ("", lambda _: None),
    "sub": ("files that are not there", lambda _: None),
    "pipe.png": ("files that are not there", os.mkfifo),
    "bad\0name.png": ("files that are not there", lambda _: None),
    "n" * 5000: ("files that are no picture", lambda _: None),
    "empty.png": ("files that are no picture", lambda path: path.write_bytes(b"")),
    "text.png": ("files that are no picture", lambda path: path.write_text("no picture")),
    "cut.png": ("files that are no picture", cut),
    "eps.png": ("files that are no picture", lambda path: Image.new("RGB", (9, 9)).save(path, format="EPS")),
    "bomb.png": ("pictures that are too large", bomb),
    "long.png": ("pictures that are too large", lambda path: painted(path, "red", (5000, 1))),
}


@pytest.mark.parametrize("image", LOST, ids=lambda image: image[:12].replace("\0", "0") or "none")
def test_what_is_no_picture_is_told_and_the_others_count(
    image: str, home: Path, model: ImageModel, tmp_path: Path
) -> None:
    reason, make = LOST[image]
    make(home / image)
    catalogue = items("red.png", image)
    pictures = Pictures(tmp_path / "p", model)
    pictures.build(catalogue, home)
    assert pictures.of(catalogue).rows.tolist() == [0]
    told = pictures.told(tuple(catalogue))
    assert told.startswith("Pictures: 1 of 2 items have one that counts")
    assert len(told) < 220
    if reason:
        assert reason in told
        assert ": 1, such as '" in told
        assert Pictures(tmp_path / "p", model).told(tuple(catalogue)) == told


def test_a_file_of_too_many_bytes_is_not_read(
    home: Path, model: ImageModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.imagefiles.MAX_BYTES", (home / "red.png").stat().st_size - 1)
    pictures = Pictures(tmp_path / "p", model)
    pictures.build(items("red.png"), home)
    assert pictures.told(tuple(items("red.png"))).endswith("too large: 1, such as 'red.png'.")
    assert pictures.of(items("red.png")).vectors.shape == (0, DIMENSION)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_pictures_of_every_kind_become_rgb_and_no_larger_than_needed(mode: str, tmp_path: Path) -> None:
    path = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
    Image.new(mode, (2 * MAX_SIDE, MAX_SIDE)).save(path)
    picture = picture_of(path.read_bytes())
    assert isinstance(picture, Image.Image)
    assert (picture.mode, picture.size) == ("RGB", (MAX_SIDE, MAX_SIDE // 2))
