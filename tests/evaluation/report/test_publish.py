"""Pages of runs, published in one call or in several."""

from pathlib import Path

from evaluation.report import Report, Run, Table, publish


def _run(folder: Path, value: str) -> Path:
    table = Table("Found", ("system", "NDCG@10"), (("cf", value),))
    Report(
        folder.name, f"Title [{folder.name}]", (table,), (), (), Run.of(seed=0, data={}, settings={})
    ).write(folder)
    return folder


def test_what_was_published_before_stays_and_what_is_made_again_is_replaced(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    publish([_run(tmp_path / "a", "0.1"), _run(tmp_path / "b", "0.2")], docs=docs)
    publish([_run(tmp_path / "c", "0.3"), _run(tmp_path / "a", "0.4")], docs=docs)
    index = (docs / "README.md").read_text("utf-8")
    places = [index.index(f"]({name}/README.md)") for name in ("a", "b", "c")]
    assert places == sorted(places)
    assert index.count("## [") == 3
    assert "0.1" not in index
    assert all(value in index for value in ("0.2", "0.3", "0.4"))
    assert index.count(Run.of(seed=0, data={}, settings={}).date) == 1


def test_a_page_that_is_gone_leaves_the_index(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    publish([_run(tmp_path / "a", "0.1")], docs=docs)
    for path in (docs / "a").iterdir():
        path.unlink()
    (docs / "a").rmdir()
    publish([_run(tmp_path / "b", "0.2")], docs=docs)
    assert "](a/README.md)" not in (docs / "README.md").read_text("utf-8")


def test_published_once_or_in_parts_is_the_same(tmp_path: Path) -> None:
    runs = [_run(tmp_path / name, value) for name, value in (("a", "0.1"), ("b", "0.2"))]
    publish(runs, docs=tmp_path / "once")
    for one in runs:
        publish([one], docs=tmp_path / "parts")
    once, parts = ((tmp_path / name / "README.md").read_text("utf-8") for name in ("once", "parts"))
    assert once == parts
