"""Which adapter a folder is opened with, and that a built folder keeps its own."""

from pathlib import Path

import pytest

from agent.library import ADAPTER, NO_ADAPTER, adapter_for, build
from agent.models import Later, Models
from catalog import ConfigError, Dataset


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    folder = tmp_path / "trained"
    folder.mkdir()
    for name in ("adapter_config.json", "adapter_model.safetensors", "README.md", "metrics.jsonl"):
        (folder / name).write_text(name, "utf-8")
    return folder


def test_what_is_stated_comes_before_the_environment_before_what_was_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DUETTO_ADAPTER", raising=False)
    assert adapter_for(tmp_path) is None
    (tmp_path / ADAPTER).mkdir()
    assert adapter_for(tmp_path) == tmp_path / ADAPTER
    assert adapter_for(tmp_path, NO_ADAPTER) is None
    monkeypatch.setenv("DUETTO_ADAPTER", "set")
    assert adapter_for(tmp_path) == Path("set")
    assert adapter_for(tmp_path, "given") == Path("given")


def test_a_built_folder_keeps_a_copy(
    dataset: Dataset, folder: Path, models: Models, trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DUETTO_ADAPTER", raising=False)
    adapted = Models(models.embedder, models.language, adapter=trained)
    build(dataset, folder, adapted).index.close()
    kept = adapter_for(folder)
    assert kept == folder / ADAPTER
    assert {path.name for path in kept.iterdir()} == {
        "adapter_config.json",
        "adapter_model.safetensors",
        "README.md",
    }
    build(dataset, folder, Models(models.embedder, models.language, adapter=kept)).index.close()
    assert (kept / "adapter_config.json").read_text("utf-8") == "adapter_config.json"
    build(dataset, folder, models).index.close()
    assert adapter_for(folder) is None


def test_a_bad_adapter_stops_a_build_before_it_begins(
    dataset: Dataset, folder: Path, models: Models, trained: Path
) -> None:
    opened = Models.open(adapter=trained)
    with pytest.raises(ConfigError, match="cannot be used"):
        build(dataset, folder, Models(models.embedder, Later(opened.language), adapter=trained))
    assert not folder.exists()
