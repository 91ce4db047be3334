import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.fusion import fuse
from catalog import ConfigError, DataError
from evaluation.records import PersonRecord, RecordLog

RUN = {"dataset": "abc", "settings": {"k": 2}}


def person(user_id: str = "ana", target: str = "b", behind: int | None = None) -> PersonRecord:
    return PersonRecord(
        "test",
        user_id,
        target,
        rank={"CF alone": 2},
        top={"CF alone": ("a", "b")},
        pool=("a", "b", "c"),
        cf=(3.0, 2.0, 2.0),
        lm=(-5.0, -1.0, -2.0),
        behind=behind,
    )


def test_reranked_by_hand() -> None:
    assert person().reranked(np.array([0.0, 1.0, 2.0]), k=2) == (2, ("c", "b"))
    assert person().reranked(np.array([1.0, 1.0, 1.0]), k=9) == (2, ("a", "b", "c"))  # ties in CF order
    assert person(target="z", behind=7).reranked(np.array([0.0, 1.0, 2.0]), k=1) == (7, ("c",))


def test_the_ends_of_alpha_are_the_two_parents() -> None:
    record = person()
    cf, lm = np.array(record.cf), np.array(record.lm)
    for normalisation in ("z-score", "min-max", "rank"):
        only_cf, _, _ = fuse(cf, lm, alpha=1.0, normalisation=normalisation)
        only_lm, _, _ = fuse(cf, lm, alpha=0.0, normalisation=normalisation)
        assert record.reranked(only_cf, k=3)[1] == record.pool
        assert record.reranked(only_lm, k=3)[1] == ("b", "c", "a")


def test_a_log_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    log = RecordLog(path, run=RUN, kind=PersonRecord)
    log.add(person("ana"))
    log.add(person("bob", target="z", behind=4))
    whole = path.read_text("utf-8")
    path.write_text(whole[:-30], "utf-8")
    again = RecordLog(path, run=RUN, kind=PersonRecord)
    assert again.get("test", "ana") == person("ana")
    assert again.get("test", "bob") is None
    assert again.get("validation", "ana") is None
    again.add(person("bob", target="z", behind=4))
    assert path.read_text("utf-8") == whole
    assert RecordLog(path, run=RUN, kind=PersonRecord).get("test", "bob") == person(
        "bob", target="z", behind=4
    )


def test_a_log_of_another_run_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    RecordLog(path, run=RUN, kind=PersonRecord).add(person())
    before = path.read_text("utf-8")
    with pytest.raises(ConfigError, match="another run"):
        RecordLog(path, run={**RUN, "dataset": "other"}, kind=PersonRecord)
    assert path.read_text("utf-8") == before


@pytest.mark.parametrize("line", ["not json", "[]", '{"phase": "test"}', "null"])
def test_a_line_that_is_no_record_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text(f"{json.dumps(RUN, sort_keys=True)}\n{line}\n", "utf-8")
    with pytest.raises(DataError, match="line 2"):
        RecordLog(path, run=RUN, kind=PersonRecord)


@pytest.mark.parametrize("content", [b"some notes\n", b"some notes", b"\xff\xfe\n"])
def test_a_file_that_is_no_log_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "records.jsonl"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="another run"):
        RecordLog(path, run=RUN, kind=PersonRecord)
    assert path.read_bytes() == content


@settings(deadline=None)
@given(score=st.lists(st.integers(-2, 2), min_size=3, max_size=3), k=st.integers(1, 5))
def test_the_rank_is_the_place_in_the_list(score: list[int], k: int) -> None:
    rank, top = person().reranked(np.array(score, float), k=k)
    assert sorted(person().reranked(np.array(score, float), k=3)[1]) == ["a", "b", "c"]
    assert ("b" in top) == (rank <= k)
    if rank <= k:
        assert top[rank - 1] == "b"
