"""The whole ablation on a tiny model: every system on every task, and a stopped run that goes on."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from agent.lessons import Material, Sources
from catalog import ConfigError, Dataset, Interactions, Item, Items
from evaluation.ablation import AblationSettings, run_ablation
from evaluation.ablation.run import JOINT, ZERO
from language_model.source import model_folder
from language_model.training import Task, Trainer, TrainSettings
from language_model.training.card import Origin

TASKS: tuple[Task, ...] = ("content", "understanding")
SYSTEMS = (ZERO, "content alone", "understanding alone", JOINT)


@pytest.fixture(scope="module")
def sources() -> Sources:
    words = "River Stone Winter Lake Garden Night Silver Paper Glass Summer".split()
    items = Items(
        Item(
            f"{a}{b}",
            f"{words[a]} {words[b]}",
            1990 + a,
            attributes={"genre": ("Crime" if a % 2 else "Comedy",)},
        )
        for a in range(10)
        for b in range(10)
    )
    return Sources((Material(Dataset("tiny", items, Interactions.of([], []), noun="film")),))


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
        initializer_range=0.3,
    )
    torch.manual_seed(0)
    LlamaForCausalLM(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copy(model_folder(None) / name, folder)
    return folder


@pytest.fixture(scope="module")
def settings() -> AblationSettings:
    training = TrainSettings(rank=2, rate=3e-2, pack_tokens=128, packs=1, save_every=2, validation_examples=4)
    return AblationSettings(tasks=TASKS, tokens=5000, examples=8, training=training)


@pytest.mark.slow
def test_every_system_on_every_task_and_a_stopped_run_goes_on(
    sources: Sources, tiny: Path, settings: AblationSettings, tmp_path: Path
) -> None:
    origin = Origin("duetto evaluate ablation", {"tiny": "own"}, {"tiny": "0" * 64})
    began: list[str] = []

    def stopped_in_the_second(trainer: Trainer) -> bool:
        began.append("")
        if len(began) == 2:
            trainer.stop()
        return trainer.train()

    first = run_ablation(
        sources, tmp_path, settings=settings, origin=origin, model=tiny, train=stopped_in_the_second
    )
    assert first is None
    said: list[str] = []
    report = run_ablation(sources, tmp_path, settings=settings, origin=origin, model=tiny, tell=said.append)
    assert report is not None
    trained = [line for line in said if line.startswith("training ") and "from step" not in line]
    assert trained == ["training understanding alone", "training joint"]
    for task in TASKS:
        table = report.table(task)
        assert [row[0] for row in table.rows] == list(SYSTEMS)
        assert {row[1] for row in table.rows} == {"8"}
        means = {row[0]: float(row[2].split()[0]) for row in table.rows}
        assert means[f"{task} alone"] < 0.98 * means[ZERO]
        assert means[JOINT] < 0.98 * means[ZERO]
        values = [one.values["loss"] for one in report.examples if one.example.startswith(task)]
        assert np.mean(values[:8]) == pytest.approx(means[ZERO], abs=1e-4)
    differ = report.table("Differences, paired")
    assert [row[:2] for row in differ.rows][:3] == [
        ("content", "content alone - zero-shot"),
        ("content", "joint - zero-shot"),
        ("content", "joint - content alone"),
    ]
    said.clear()
    again = run_ablation(sources, tmp_path, settings=settings, origin=origin, model=tiny, tell=said.append)
    assert said == []
    assert again is not None and again.tables == report.tables
    other = settings.model_copy(update={"tokens": 7000})
    with pytest.raises(ConfigError, match="another run"):
        run_ablation(sources, tmp_path, settings=other, origin=origin, model=tiny)
    with pytest.raises(ConfigError, match="another run"):
        run_ablation(
            sources, tmp_path, settings=settings, origin=replace(origin, checksums={"tiny": "1"}), model=tiny
        )
