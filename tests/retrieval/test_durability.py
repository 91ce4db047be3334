"""What is on disk: resumed, verified, rebuilt, and held by one process."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from catalog import IndexInUse, Item, Items, Progress
from retrieval import Embedder, VectorIndex, card
from retrieval.manifest import checksums
from retrieval.order import HASH_BYTES, ORDER
from retrieval.vectors import VectorStore, card_hash


class Counting:
    """The real embedder, with a note of how many texts it was given; may fail on purpose."""

    def __init__(self, embedder: Embedder, *, fail_after: int | None = None, name: str | None = None) -> None:
        self.name, self.source = name or embedder.name, embedder.source
        self.dimension = embedder.dimension
        self.encoded = 0
        self._embedder = embedder
        self._fail_after = fail_after

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embedder.encode_queries(texts)

    def encode_cards(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        if self._fail_after is not None and self.encoded >= self._fail_after:
            raise KeyboardInterrupt
        self.encoded += len(texts)
        return self._embedder.encode_cards(texts, progress=progress)


def build(folder: Path, embedder: Counting, items: Items) -> list[str]:
    """Build, and what the nearest items of the first one are."""
    with VectorIndex.open(folder, embedder=embedder) as index:
        index.build(items)
        return [hit.item_id for hit in index.query(index.vector(items[0].item_id), n=3)]


def collections(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("chroma-*"))


def test_a_second_build_does_nothing(tmp_path: Path, embedder: Embedder, films: Items) -> None:
    first = Counting(embedder)
    found = build(tmp_path, first, films)
    assert first.encoded == len(films) - 1  # the twins share a card
    before = collections(tmp_path)
    again = Counting(embedder)
    assert build(tmp_path, again, films) == found
    assert again.encoded == 0
    assert collections(tmp_path) == before


def test_only_changed_cards_are_embedded(tmp_path: Path, embedder: Embedder, films: Items) -> None:
    build(tmp_path, Counting(embedder), films)
    changed = Counting(embedder)
    smaller = Items([*films[:3], Item("7b", "Aliens", 1986)])
    assert set(build(tmp_path, changed, smaller)) <= set(smaller.ids)
    assert changed.encoded == 1


def test_another_model_embeds_everything_again(tmp_path: Path, embedder: Embedder, films: Items) -> None:
    build(tmp_path, Counting(embedder), films)
    other = Counting(embedder, name="another model")
    build(tmp_path, other, films)
    assert other.encoded == len(films) - 1


def test_a_build_that_was_broken_off_goes_on(
    tmp_path: Path, embedder: Embedder, films: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.embedding.SAVE_EVERY", 2)
    broken = Counting(embedder, fail_after=4)
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, broken, films)
    resumed = Counting(embedder)
    build(tmp_path, resumed, films)
    assert broken.encoded + resumed.encoded == len(films) - 1


DAMAGE = {
    "truncated": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "zeroed": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "flipped": lambda path: path.write_bytes(flipped(path.read_bytes())),
    "removed": lambda path: path.unlink(),
}


def flipped(content: bytes) -> bytes:
    """One byte in the middle is another."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :]


def test_every_write_to_a_large_file_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("retrieval.manifest.WHOLE", 1000)
    monkeypatch.setattr("retrieval.manifest.BLOCK", 8)
    path = tmp_path / "large.bin"
    path.write_bytes(bytes(100_000))
    os.utime(path, ns=(1, 1))
    before = checksums(tmp_path)
    assert checksums(tmp_path) == before
    path.write_bytes(flipped(bytes(100_000)))  # between two of the blocks that are read
    assert checksums(tmp_path) != before
    for content in (bytes(99_999), bytes(100_001), b"x" + bytes(99_999), bytes(99_999) + b"x"):
        path.write_bytes(content)
        os.utime(path, ns=(1, 1))  # as if no time had passed
        assert checksums(tmp_path) != before
    path.write_bytes(bytes(100_000))
    os.utime(path, ns=(1, 1))
    assert checksums(tmp_path) == before


@pytest.mark.parametrize("count", [1000, 1001, 2999, 3000])
def test_a_built_graph_is_written_whole(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    """In parts, of which none is left for Chroma to index again whenever it opens."""
    monkeypatch.setattr("retrieval.chroma.SYNC_BUILDING", 1000)
    monkeypatch.setattr("retrieval.chroma.SYNC", 300)
    monkeypatch.setattr("retrieval.chroma.BATCH", 128)
    items = Items(Item(f"{k:05d}", f"number {k}") for k in range(count))
    with VectorIndex.open(tmp_path, embedder=Numbered(embedder)) as index:
        index.build(items)
    lengths = next(tmp_path.glob("chroma-*/*/length.bin"))
    assert lengths.stat().st_size == 4 * count


class Numbered(Counting):
    """A random vector for each text, for tests of many."""

    def encode_cards(self, texts: Sequence[str], *, progress: Progress | None = None) -> NDArray[np.float32]:
        vectors = [
            np.random.default_rng(list(text.encode())).standard_normal(self.dimension) for text in texts
        ]
        return np.asarray([vector / np.linalg.norm(vector) for vector in vectors], dtype=np.float32)


BUILDER = """
import sys
from catalog import Item, Items
from retrieval import VectorIndex, open_embedder
from tests.retrieval.test_durability import Numbered
def progress(stage, done, total):
    if stage == "index":
        print(stage, done, flush=True)
        sys.stdin.read()
items = Items(Item(f"{k:05d}", f"number {k}") for k in range(4000))
with VectorIndex.open(sys.argv[1], embedder=Numbered(open_embedder())) as index:
    index.build(items, progress=progress)
"""


def test_a_build_that_is_killed_while_it_indexes_starts_the_graph_anew(
    tmp_path: Path, embedder: Embedder
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", BUILDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "index 2048\n"
        builder.kill()
        builder.wait()
    half = collections(tmp_path)
    items = Items(Item(f"{k:05d}", f"number {k}") for k in range(4000))
    resumed = Numbered(embedder)
    with VectorIndex.open(tmp_path, embedder=resumed) as index:
        index.build(items)
        assert [index.query(index.vector(item), n=1)[0].item_id for item in ("00000", "03999")] == [
            "00000",
            "03999",
        ]
    assert len(half) == len(collections(tmp_path)) == 1
    assert half != collections(tmp_path)


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_chroma_files_are_rebuilt(tmp_path: Path, embedder: Embedder, damage: str) -> None:
    items = Items(Item(str(k), f"number {k}") for k in range(1200))  # enough for segments on disk
    found = build(tmp_path, Counting(embedder), items)
    files = [path for path in tmp_path.glob("chroma-*/**/*") if path.is_file()]
    assert {"chroma.sqlite3", "data_level0.bin"} <= {path.name for path in files}
    for name in [path.name for path in files if path.stat().st_size]:
        victim = next(path for path in tmp_path.glob("chroma-*/**/*") if path.name == name)
        before = collections(tmp_path)
        DAMAGE[damage](victim)
        again = Counting(embedder)
        assert build(tmp_path, again, items) == found
        assert again.encoded == 0
        assert collections(tmp_path) != before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 1}', '{"format": 99}'])
def test_a_manifest_that_says_nothing_leads_to_a_rebuild(
    tmp_path: Path, embedder: Embedder, films: Items, text: str
) -> None:
    found = build(tmp_path, Counting(embedder), films)
    (tmp_path / "index.json").write_text(text)
    assert build(tmp_path, Counting(embedder), films) == found


@pytest.mark.parametrize("damage", ["truncated", "zeroed", "removed"])
def test_damaged_vectors_are_embedded_again(
    tmp_path: Path, embedder: Embedder, films: Items, damage: str
) -> None:
    found = build(tmp_path, Counting(embedder), films)
    (path,) = (tmp_path / "cards").glob("*.npy")
    DAMAGE[damage](path)
    again = Counting(embedder)
    assert build(tmp_path, again, films) == found
    assert again.encoded == len(films) - 1


def test_a_damaged_row_is_embedded_again(tmp_path: Path, embedder: Embedder, films: Items) -> None:
    found = build(tmp_path, Counting(embedder), films)
    (path,) = (tmp_path / "cards").glob("*.npy")
    rows = np.load(path)
    rows["vector"][2] *= 2
    np.save(path, rows)
    again = Counting(embedder)
    assert build(tmp_path, again, films) == found
    assert again.encoded == 1


@pytest.mark.parametrize("damage", DAMAGE)
def test_vectors_outlive_the_note_of_their_order(
    tmp_path: Path, embedder: Embedder, films: Items, damage: str
) -> None:
    found = build(tmp_path, Counting(embedder), films)
    DAMAGE[damage](tmp_path / "cards" / ORDER)
    again = Counting(embedder)
    assert build(tmp_path, again, films) == found
    assert again.encoded == 0
    assert len(list((tmp_path / "cards").glob("*.npy"))) == 1


def test_a_copy_with_other_times_keeps_its_vectors(
    tmp_path: Path, embedder: Embedder, films: Items, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("retrieval.manifest.WHOLE", 1000)
    monkeypatch.setattr("retrieval.manifest.BLOCK", 8)
    found = build(tmp_path / "old", Counting(embedder), films)
    shutil.copytree(tmp_path / "old", tmp_path / "new", copy_function=shutil.copyfile)
    again = Counting(embedder)
    assert build(tmp_path / "new", again, films) == found
    assert again.encoded == 0


def test_a_catalogue_is_mapped_as_it_lies(tmp_path: Path, embedder: Embedder, films: Items) -> None:
    for _ in range(2):
        with VectorIndex.open(tmp_path, embedder=embedder) as index:
            index.build(films)
            assert not index.vectors.flags.owndata
            with pytest.raises(ValueError, match="read-only"):
                index.vectors[0] = 0
            np.testing.assert_allclose(
                index.vectors, embedder.encode_cards([card(item) for item in films]), atol=1e-5
            )


def test_what_a_smaller_catalogue_leaves_out_is_kept_for_the_larger(
    tmp_path: Path, embedder: Embedder, films: Items
) -> None:
    found = build(tmp_path, Counting(embedder), films)
    again = Counting(embedder)
    build(tmp_path, again, Items(films[:6]))
    assert build(tmp_path, again, films) == found
    assert again.encoded == 0


VECTOR = np.array([[0.6, 0.8]], dtype=np.float32)


def test_many_small_files_become_one(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, dimension=2)
    keys = [card_hash("m", str(k)) for k in range(9)]
    for key in keys:
        store.add([key], VECTOR)
    kept = [keys[5], keys[2], keys[5]]
    store.compact(kept, of="three of them")
    again = VectorStore(tmp_path, dimension=2)
    for opened in (store, again):
        assert len(list(tmp_path.glob("*.npy"))) == 1
        assert [key in opened for key in keys] == [k in {2, 5} for k in range(9)]  # six others are too many
        np.testing.assert_array_equal(opened.matrix(kept), VECTOR.repeat(3, axis=0))
        assert opened.known("three of them") == kept
        assert opened.known("others") is opened.known("") is None
    again.add([keys[0]], VECTOR)
    np.testing.assert_array_equal(again.matrix(keys[:1]), VECTOR)
    assert again.known("three of them") == kept
    assert bytes(HASH_BYTES) not in again


@pytest.mark.parametrize(("more", "mapped"), [(0, True), (3, True), (200, False)])
def test_a_few_changes_are_laid_over_the_mapped_file(tmp_path: Path, *, more: int, mapped: bool) -> None:
    turned = np.linspace(0, 3, 600)
    vectors = np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)
    keys = [card_hash("m", str(k)) for k in range(600)]
    store = VectorStore(tmp_path, dimension=2)
    store.add(keys[:300], vectors[:300])
    store.compact(keys[:300])
    store.add(keys[300:], vectors[300:])
    order = [*range(300), *range(400, 400 + more)]
    order[7] = 350
    changed = store.matrix([keys[row] for row in order])
    np.testing.assert_array_equal(changed, vectors[order])
    assert changed.flags.owndata is not mapped
    np.testing.assert_array_equal(store.matrix(keys[:300]), vectors[:300])
    np.testing.assert_array_equal(VectorStore(tmp_path, dimension=2).matrix(keys), vectors)


def test_vectors_of_another_length_are_not_there(tmp_path: Path) -> None:
    key = card_hash("m", "a")
    store = VectorStore(tmp_path, dimension=2)
    store.add([key], VECTOR)
    store.compact([key], of="one")
    other = VectorStore(tmp_path, dimension=3)
    assert key not in other
    assert other.known("one") is None


def test_a_second_holder_is_refused_until_the_first_closes(tmp_path: Path, embedder: Embedder) -> None:
    index = VectorIndex.open(tmp_path, embedder=embedder)
    with pytest.raises(IndexInUse, match=r"is in use by another process .* close that one first"):
        VectorIndex.open(tmp_path, embedder=embedder)
    index.close()
    VectorIndex.open(tmp_path, embedder=embedder).close()


HOLDER = """
import sys
from retrieval import VectorIndex, open_embedder
index = VectorIndex.open(sys.argv[1], embedder=open_embedder())
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_process_is_refused_and_a_killed_one_lets_go(tmp_path: Path, embedder: Embedder) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(IndexInUse, match=str(tmp_path)):
            VectorIndex.open(tmp_path, embedder=embedder)
        holder.kill()
        holder.wait()
        VectorIndex.open(tmp_path, embedder=embedder).close()
