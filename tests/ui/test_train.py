"""`duetto train` as people use it: its own process, stopped and resumed, and an adapter that `recommend` takes."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from language_model.source import model_folder
from tests.ui.test_cli import ITEMS, duetto

RATINGS = "user_id,item_id,rating\n" + "".join(
    f"u{user},{item:03},{5 if (item < 3) == (user % 2 == 0) else 1}\n"
    for user in range(80)
    for item in range(6)
)
FAST = (
    "--save-every 2 --validate-every 100 --pack-tokens 128 --threads 1 --rank 2 --packs 1 --examples 4 "
    "--tasks behaviour,content,reply"
).split()


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "items.csv").write_text(ITEMS, encoding="utf-8")
    (folder / "interactions.csv").write_text(RATINGS, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models") / "tiny"
    config = LlamaConfig(
        vocab_size=49152,
        hidden_size=24,
        intermediate_size=48,
        num_hidden_layers=1,
        num_attention_heads=4,
        num_key_value_heads=2,
        tie_word_embeddings=True,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=2,
    )
    torch.manual_seed(0)
    LlamaForCausalLM(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(model_folder(None) / name, folder)
    return folder


def test_help_comes_without_the_heavy_libraries() -> None:
    code = "import sys, ui.cli; ui.cli.cli(['train', '--help'], standalone_mode=False); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    for option in (
        "--out",
        "--tasks",
        "--rank",
        "--seed",
        "--hours",
        "--tokens",
        "--resume",
        "--from",
        "--shippable",
    ):
        assert option in done.stdout
    for heavy in ("'torch'", "'peft'", "'transformers'", "'chromadb'"):
        assert heavy not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["train", "{tables}"], 2, "--out"),
        (["train", "{tables}", "--out", "{out}", "--tasks", "cooking"], 2, "cooking is no task"),
        (["train", "{tables}", "--out", "{out}", "--hours", "-1"], 2, "positive"),
        (["train", "{tables}", "--out", "{out}", "--resume"], 1, "no checkpoint"),
        (["train", "{tables}", "--out", "{out}", "--from", "nowhere"], 1, "no adapter at nowhere"),
        (["train", "{tables}", "--out", "{out}", "--tasks", "fused"], 1, "nothing here to learn fused from"),
        (["train", "{tables}", "--out", "{out}", "--shippable"], 1, "may not be given to others"),
        (["train", "nowhere", "--out", "{out}"], 1, "nowhere"),
        (["train", "{tables}", "--out", "{out}", "--model", "nowhere"], 1, "no language model at nowhere"),
        (["evaluate", "ablation", "{tables}", "--task", "cooking"], 2, "cooking"),
    ],
)
def test_bad_input_gets_one_sentence(
    tables: Path, tmp_path: Path, arguments: list[str], code: int, words: str
) -> None:
    out = tmp_path / "out"
    done = duetto(*(argument.format(tables=tables, out=out) for argument in arguments))
    assert done.returncode == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()


@pytest.mark.slow
def test_a_signal_saves_and_resume_finishes(tables: Path, tiny: Path, tmp_path: Path) -> None:
    out = tmp_path / "adapter"
    command = ["train", str(tables), "--out", str(out), "--model", str(tiny), *FAST]
    process = subprocess.Popen(
        [sys.executable, "-m", "ui.cli", *command, "--tokens", "1000000000"],
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
        env=os.environ | {"NO_COLOR": "1"},
    )
    assert process.stderr is not None
    before = []
    for line in process.stderr:
        before.append(line)
        if line.startswith("step 3,"):
            break
    said = "".join(before)
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=120)
    assert process.returncode == 130, said + rest
    assert "Stopped, with a checkpoint" in rest
    assert "tokens/s" in said and "left" in said
    assert not (out / "adapter_model.safetensors").exists()
    done = duetto(*command, "--tokens", "1", "--resume")
    assert done.returncode == 0, done.stderr
    assert "from step 3" in done.stderr or "from step 4" in done.stderr
    assert {path.name for path in out.iterdir()} == {
        "adapter_config.json",
        "adapter_model.safetensors",
        "README.md",
        "curves.png",
        "metrics.jsonl",
        "checkpoints",
    }
    assert str(tables.parent) not in (out / "README.md").read_text("utf-8")
