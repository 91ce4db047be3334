"""A run learns, goes on exactly where it was stopped, and leaves an adapter that opens."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from catalog import ConfigError, DataError
from language_model import LanguageModel
from language_model.adapter import WEIGHTS
from language_model.training import Trainer, network
from language_model.training.checkpoint import FOLDER, TENSORS

Make = Callable[..., Trainer]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUETTO_HOME", str(tmp_path / "home"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "run"


def _rows(out: Path) -> list[dict[str, object]]:
    rows = [json.loads(line) for line in (out / "metrics.jsonl").read_text("utf-8").splitlines()]
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows]


def test_losses_fall_on_every_task_and_the_adapter_opens(trainer: Make, out: Path, tiny: Path) -> None:
    assert trainer(out, tokens=10_000, rate=2e-2, weight_rate=5e-2, validate_every=1000).train()
    first, last = [row["validation"] for row in _rows(out) if "validation" in row]
    assert isinstance(first, dict) and isinstance(last, dict)
    for task in ("behaviour", "reply", "fused"):
        assert last[task]["loss"] < 0.9 * first[task]["loss"]
    prompt, right = "The place of test c:", ["c is 2"]
    plain = LanguageModel.open(tiny, threads=1).log_likelihood(right, prefix=prompt).total
    learned = LanguageModel.open(tiny, adapter=out, threads=1).log_likelihood(right, prefix=prompt).total
    assert learned[0] > plain[0] + 3
    assert load_file(out / WEIGHTS).popitem()[1].dtype == torch.float16
    card = (out / "README.md").read_text("utf-8")
    assert "duetto train letters" in card and "letters: own" in card
    assert re.search(r"\| behaviour \| \d+\.\d{3} \| \d+\.\d{3} ", card)
    assert "The other voices by themselves" in card and "loss 0.693, accuracy 0.000" in card
    assert (out / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_a_run_that_was_stopped_ends_bit_for_bit_as_one_that_was_not(trainer: Make, tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    assert trainer(whole).train()
    torch.manual_seed(99)
    for steps in (1, 5, 4):
        part = trainer(broken, resume=(broken / FOLDER).exists())
        _stop_after(part, steps)
        assert not part.train()
        assert not (broken / WEIGHTS).exists()
        torch.rand(7)
    assert trainer(broken, resume=True).train()
    assert _rows(broken) == _rows(whole)
    assert (broken / WEIGHTS).read_bytes() == (whole / WEIGHTS).read_bytes()
    names = [max((one / FOLDER).iterdir()).name for one in (whole, broken)]
    assert names[0] == names[1]
    ends = [load_file(max((one / FOLDER).iterdir()) / TENSORS) for one in (whole, broken)]
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])


def test_what_was_written_after_the_checkpoint_is_done_again(trainer: Make, tmp_path: Path) -> None:
    """A killed process leaves log lines, perhaps half a line, that its last checkpoint knows nothing of."""
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert trainer(whole).train()
    part = trainer(killed)
    _stop_after(part, 3)
    assert not part.train()
    with (killed / "metrics.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"step": 4, "tokens": 1, "train": {}}\n{"step": 5, "tok')
    (killed / FOLDER / ".part-x").mkdir()
    assert trainer(killed, resume=True).train()
    assert _rows(killed) == _rows(whole)


def _stop_after(part: Trainer, steps: int) -> None:
    """As a signal would between steps."""
    advance, left = part._advance, [steps]

    def counted() -> None:
        advance()
        left[0] -= 1
        if not left[0]:
            part.stop()

    part._advance = counted  # type: ignore[method-assign]


def test_training_ends_when_nothing_gets_better(trainer: Make, out: Path) -> None:
    """With so low a rate nothing changes, and the first adapter, which changes nothing, is kept."""
    assert trainer(out, rate=1e-30, weight_rate=1e-30, tokens=10**9, validate_every=1, patience=3).train()
    checks = [row for row in _rows(out) if "validation" in row]
    assert [row["step"] for row in checks] == [0, 1, 2, 3]
    assert "3 validations brought nothing better" in (out / "README.md").read_text("utf-8")
    assert all(not part.any() for name, part in load_file(out / WEIGHTS).items() if "lora_B" in name)


def test_checkpoints_do_not_pile_up(trainer: Make, out: Path) -> None:
    assert trainer(out, save_every=1).train()
    assert len(list((out / FOLDER).iterdir())) == 2


def test_an_hour_limit_ends_it_too(trainer: Make, out: Path) -> None:
    assert trainer(out, tokens=None, hours=1e-9).train()
    assert [row["step"] for row in _rows(out)] == [0, 1, 1]


def test_another_run_is_not_mixed_in(trainer: Make, out: Path) -> None:
    with pytest.raises(ConfigError, match="no checkpoint"):
        trainer(out, resume=True)
    assert trainer(out).train()
    with pytest.raises(ConfigError, match="holds a run already"):
        trainer(out)
    with pytest.raises(ConfigError, match=r"another run \(settings differ\)"):
        trainer(out, resume=True, rank=3)
    (max((out / FOLDER).iterdir()) / TENSORS).write_bytes(b"cut")
    with pytest.raises(DataError, match="damaged"):
        trainer(out, resume=True)


def test_a_run_begins_where_another_ended(trainer: Make, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert trainer(first, rate=2e-2).train()
    part = trainer(second, start=first, rate=1e-30)
    _stop_after(part, 2)
    assert not part.train()
    assert trainer(second, start=first, rate=1e-30, resume=True).train()
    before, after = load_file(first / WEIGHTS), load_file(second / WEIGHTS)
    assert all(torch.equal(before[name], after[name]) for name in before)
    card = (second / "README.md").read_text("utf-8")
    assert card.count("\nbase_model:") == 1
    assert "\n## The adapter that it began from\n" in card and "\n#### Validation\n" in card
    with pytest.raises(ConfigError, match=r"another run \(start differ\)"):
        trainer(second, rate=1e-30, resume=True)


def test_only_a_fitting_adapter_is_begun_from(trainer: Make, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with pytest.raises(ConfigError, match="no adapter at"):
        trainer(second, start=first)
    assert trainer(first).train()
    with pytest.raises(ConfigError, match="has rank 2 and not 3; train with --rank 2"):
        trainer(second, start=first, rank=3)
    with pytest.raises(ConfigError, match="does not say that it may be given"):
        trainer(second, start=first, shippable=True)
    assert not second.exists()
    assert trainer(tmp_path / "free", shippable=True).train()
    assert trainer(second, start=tmp_path / "free", shippable=True).train()


def test_settings_that_cannot_be_met_are_named(
    trainer: Make, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match="no end"):
        trainer(out, tokens=None)
    size = 2 * sum(part.numel() for part in trainer(out, rank=4)._network.layers.values())
    monkeypatch.setattr(network, "LARGEST_ADAPTER", size)
    with pytest.raises(ConfigError, match="Choose a rank up to 4"):
        trainer(out / "other", rank=5)
    assert not (out / "other").exists()
