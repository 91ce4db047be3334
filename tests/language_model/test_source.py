import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from language_model import LanguageModel
from language_model.source import SMOLLM2, convert, model_folder


@pytest.fixture
def folder(model: LanguageModel) -> Path:
    return model_folder(None)


def test_the_front_door_opens_without_torch() -> None:
    code = "import sys, language_model; sys.exit(any(m in sys.modules for m in ('torch', 'langchain_core')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_name_is_an_attribute_error() -> None:
    import language_model

    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = language_model.Nothing


def test_a_converted_folder_is_complete(folder: Path) -> None:
    assert folder.parent.name == "models"
    assert SMOLLM2.wheel_sha256.startswith(folder.name.rpartition("-")[2])
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= {path.name for path in folder.iterdir()}
    assert not list(folder.parent.glob("part-*"))


def test_a_failed_conversion_leaves_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"not a model")
    with pytest.raises(Exception, match=r".+"):
        convert(broken, tmp_path / "out", None)
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob("part-*"))


@pytest.mark.slow
def test_a_folder_of_ones_own_is_opened_and_checked(
    folder: Path, tmp_path: Path, model: LanguageModel
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for path in folder.iterdir():
        if path.suffix == ".safetensors":
            (own / path.name).symlink_to(path)
        else:
            shutil.copy(path, own)
    opened = LanguageModel.open(own, threads=1)
    assert opened.name == "own"
    expected = model.log_likelihood(["Paris"], prefix="The capital of France is").total
    assert opened.log_likelihood(["Paris"], prefix="The capital of France is").total == pytest.approx(
        expected, abs=1e-3
    )
