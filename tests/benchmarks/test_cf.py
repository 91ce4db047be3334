import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.__main__ import _parser
from benchmarks.cf.build import Rounds
from benchmarks.cf.engines import ENGINES, FLOOR, NAME, OURS, PEER, nearest_mean
from benchmarks.cf.part import FIRST, not_installed
from benchmarks.cf.people import KNOWN, held_out
from benchmarks.cf.run import run
from benchmarks.shapes import SHAPES, Shape, generate

FIGURES = {
    "foldin_user_p95_ms",
    "foldin_item_p95_ms",
    "build_peak_mb",
    "batch_people_per_cpu_s",
    "scale_times_sooner",
}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Method expects CSR input")  # of what implicit makes itself
def test_every_engine_finds_the_same_neighbours(small: Shape) -> None:
    matrix = generate(small)
    matrix.data[:] = 1

    found = {
        name: nearest_mean(engine.pairs(engine.ready(matrix)()))
        for name, engine in ENGINES.items()
        if engine.pairs is not None and not engine.missing
    }

    assert f"{NAME}, scipy" in found
    assert list(found.values()) == pytest.approx([found[f"{NAME}, scipy"]] * len(found), abs=1e-5)


def test_the_floor_counts_every_pair_once(small: Shape) -> None:
    pytest.importorskip("numba")
    from benchmarks.cf.floor_kernel import count_pairs

    matrix = generate(small)
    columns, count = matrix.tocsc(), np.zeros(small.items, np.int32)
    after = matrix.indptr[:-1].copy()
    count_pairs(columns.indptr, columns.indices, matrix.indptr, matrix.indices, after, count)

    per_user = np.diff(matrix.indptr).astype(np.int64)
    assert count.sum() == (per_user * (per_user - 1) // 2).sum()


def test_people_held_out_tell_ratings_they_gave(small: Shape) -> None:
    matrix = generate(small)

    rest, people = held_out(matrix, 30)

    assert rest.shape == (370, 300)
    assert len(people) == 30
    dense, kept = matrix.toarray(), {row.tobytes() for row in rest.toarray()}
    for known in people:
        assert len(known.item) == KNOWN
        givers = (dense[:, known.item] == known.rating).all(axis=1)
        assert any(row.tobytes() not in kept for row in dense[givers])


def test_ratios_are_taken_within_a_round() -> None:
    ours = [{"cpu_s": 1.0}, {"cpu_s": 3.0}, {"cpu_s": 1.0}]
    theirs = [{"cpu_s": 2.0}, {"cpu_s": 6.0}, {"cpu_s": 4.0}]

    found = Rounds({"duetto, scipy": ours, "implicit": theirs})

    assert found.ours == "duetto, scipy"
    assert found.ratios("duetto, scipy", to="implicit") == [0.5, 0.5, 0.25]
    assert found.ratios("duetto, numba", to="implicit") == []


def test_a_library_that_is_not_there_is_named() -> None:
    assert not_installed("json", "no_such_library") == ["no_such_library: not measured, it is not installed"]


@pytest.mark.parametrize(
    "words", [["cf", "--rounds", "0"], ["cf", "--part", "all"], ["turn", "--part", "build"], []]
)
def test_what_cannot_be_asked_for(words: list[str]) -> None:
    with pytest.raises(SystemExit):
        _parser().parse_args(words)


def test_what_can_be_asked_for() -> None:
    asked = _parser().parse_args(["cf", "--part", "build", "--part", "batch", "--shape", "10m", "--quick"])

    assert (asked.part, asked.shape, asked.quick, asked.data) == (["build", "batch"], ["10m"], True, False)


@pytest.mark.slow
def test_a_small_run_has_every_figure(small: Shape, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("implicit", "numba"):
        pytest.importorskip(package)
    monkeypatch.setenv("DUETTO_HOME", str(tmp_path))
    monkeypatch.setitem(SHAPES, "1m", small)
    some = {name: ENGINES[name] for name in (OURS[0], OURS[-1], PEER, FLOOR)}
    monkeypatch.setattr("benchmarks.cf.build.ENGINES", some)

    report = run(quick=True, rounds=1)

    assert set(report.figures) >= FIGURES
    assert all(np.isfinite(value) and value > 0 for value in report.figures.values())
    assert [table.title.partition(",")[0] for table in report.tables] == [
        "build",
        "fold-in",
        "batch",
        "scale",
        "scale",
    ]
    assert report.figures["scale_equal_tables"] == 1
    assert {"build_cpu_s", "foldin_item_p50_ms"} <= set(report.peers["implicit"])
    assert "implicit" in report.as_text()
    assert tuple(json.loads(report.as_json())["figures"])[: len(FIRST)] == FIRST
