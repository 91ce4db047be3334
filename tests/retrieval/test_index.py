from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from catalog import ConfigError, DataError, Item, Items
from retrieval import Embedder, Filter, VectorIndex


@pytest.fixture(scope="module")
def index(
    tmp_path_factory: pytest.TempPathFactory, embedder: Embedder, films: Items
) -> Iterator[VectorIndex]:
    with VectorIndex.open(tmp_path_factory.mktemp("index"), embedder=embedder) as opened:
        opened.build(films)
        yield opened


def say(embedder: Embedder, text: str) -> NDArray[np.float32]:
    return np.asarray(embedder.encode_queries([text])[0])


def test_finds_by_meaning(index: VectorIndex, embedder: Embedder) -> None:
    assert [hit.item_id for hit in index.query(say(embedder, "a monster on a spaceship"), n=1)] == ["7"]
    assert [hit.item_id for hit in index.query(say(embedder, "a spy film with satellites"), n=1)] == ["007"]


def test_every_item_comes_back_once_best_first(index: VectorIndex, embedder: Embedder, films: Items) -> None:
    vector = say(embedder, "crime")
    hits = index.query(vector, n=100)
    assert sorted(hit.item_id for hit in hits) == sorted(films.ids)
    assert [hit.similarity for hit in hits] == sorted((hit.similarity for hit in hits), reverse=True)
    exact = dict(zip(films.ids, index.similarities(vector), strict=True))
    assert all(abs(exact[hit.item_id] - hit.similarity) < 1e-5 for hit in hits)


def test_the_length_of_the_query_does_not_matter(index: VectorIndex, embedder: Embedder) -> None:
    vector = say(embedder, "crime")
    assert [hit.item_id for hit in index.query(vector * 9, n=3)] == [
        hit.item_id for hit in index.query(vector, n=3)
    ]


def test_twins_are_both_there_in_catalogue_order(index: VectorIndex) -> None:
    hits = index.query(index.vector("twin-a"), n=2)
    assert [hit.item_id for hit in hits] == ["twin-b", "twin-a"]
    assert [hit.similarity for hit in hits] == pytest.approx([1, 1], abs=1e-5)


def test_ids_stay_strings(index: VectorIndex) -> None:
    assert [hit.item_id for hit in index.query(index.vector("007"), n=1)] == ["007"]
    assert [hit.item_id for hit in index.query(index.vector("فيلم"), n=1)] == ["فيلم"]


@pytest.mark.parametrize("n", [1, 2, 50])
def test_hard_constraints_hold_and_nothing_that_exists_is_missing(index: VectorIndex, n: int) -> None:
    where = Filter(must={"genre": frozenset({"CRIME"})}, year_max=1960)
    assert [hit.item_id for hit in index.query(index.vector("7"), n=n, where=where)] == ["فيلم"]
    assert index.query(index.vector("7"), n=n, where=Filter(year_min=2000)) == []


def test_excluded_items_stay_away(index: VectorIndex, films: Items) -> None:
    hits = index.query(index.vector("7"), n=50, exclude=["7", "007", "no such id"])
    assert {hit.item_id for hit in hits} == set(films.ids) - {"7", "007"}
    assert index.query(index.vector("7"), n=5, exclude=films.ids) == []


def test_bad_queries_are_named(index: VectorIndex) -> None:
    with pytest.raises(ConfigError, match="n must be at least 1, not 0"):
        index.query(index.vector("7"), n=0)
    for bad in (np.zeros(384), np.full(384, np.nan), np.ones(3)):
        with pytest.raises(ConfigError, match="384 finite numbers"):
            index.query(bad.astype(np.float32), n=1)
    with pytest.raises(KeyError):
        index.vector("no such id")


def test_an_empty_catalogue_is_refused(tmp_path: Path, embedder: Embedder) -> None:
    with (
        VectorIndex.open(tmp_path, embedder=embedder) as index,
        pytest.raises(DataError, match="has no items"),
    ):
        index.build(Items())


def test_order_of_calls_is_named(tmp_path: Path, embedder: Embedder) -> None:
    index = VectorIndex.open(tmp_path, embedder=embedder)
    with pytest.raises(ConfigError, match="has no catalogue yet; call build first"):
        index.query(np.ones(384, dtype=np.float32), n=1)
    index.close()
    index.close()
    with pytest.raises(ConfigError, match="has been closed; open it again"):
        index.query(np.ones(384, dtype=np.float32), n=1)


def test_upsert_is_seen_at_once_and_after_a_restart(tmp_path: Path, embedder: Embedder, films: Items) -> None:
    added = [
        Item("new", "Ratatouille", 2007, "A rat cooks in a restaurant in Paris."),
        Item("heat", "Heat", 1995, "A documentary about summer temperatures and the weather."),
    ]
    with VectorIndex.open(tmp_path, embedder=embedder) as index:
        index.build(films)
        index.upsert(added)
        index.upsert([])
        assert len(index) == len(films) + 1
        assert [hit.item_id for hit in index.query(say(embedder, "cooking rat"), n=1)] == ["new"]
        assert [hit.item_id for hit in index.query(say(embedder, "weather documentary"), n=1)] == ["heat"]
    with VectorIndex.open(tmp_path, embedder=embedder) as index:
        before = {path.name for path in tmp_path.glob("chroma-*")}
        index.build(films.with_added(added))
        assert {path.name for path in tmp_path.glob("chroma-*")} == before
        assert [hit.item_id for hit in index.query(say(embedder, "cooking rat"), n=1)] == ["new"]


def test_agrees_with_the_exact_scan_at_size(tmp_path: Path, embedder: Embedder) -> None:
    words = "thief spy war love space robot ghost sea king child train music winter island doctor".split()
    items = Items(
        Item(f"{k:04d}", f"{a} and {b}", 1900 + k % 100, attributes={"group": (str(k % 50),)})
        for k, (a, b) in enumerate((a, b) for a in words for b in words)
    )
    ids = np.asarray(items.ids)
    with VectorIndex.open(tmp_path, embedder=embedder) as index:
        index.build(items)
        for where in (None, Filter(year_min=1950), Filter(must={"group": frozenset({"7"})})):
            vector = say(embedder, "a ghost on an island in winter")
            scores = index.similarities(vector)
            allowed = [where is None or where.admits(item) for item in items]
            exact = ids[allowed][np.argsort(-scores[allowed], kind="stable")][:5]
            found = [hit.item_id for hit in index.query(vector, n=5, where=where)]
            assert len(found) == len(set(found)) == len(exact)
            assert set(found) == set(exact)
