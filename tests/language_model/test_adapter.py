"""An adapter in the weights gives what peft gives beside them, and nothing else is opened as one."""

import json
import shutil
from pathlib import Path

import numpy as np
import peft
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

from catalog import ConfigError
from language_model import LanguageModel
from language_model.adapter import CONFIG, WEIGHTS, merged, with_layers

TITLES, PREFIX = ["Casino", "Se7en", "Toy Story"], "A person loved Heat and Fargo. Next they loved"


@pytest.fixture(scope="module")
def adapter(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random matrices of rank 3 on every layer of the tiny model."""
    folder = tmp_path_factory.mktemp("adapters") / "trained"
    model = AutoModelForCausalLM.from_pretrained(tiny, dtype="float32")
    fitted = with_layers(model, peft.LoraConfig(r=3, lora_alpha=6, target_modules="all-linear"))
    torch.manual_seed(1)
    for name, part in fitted.named_parameters():
        if "lora_" in name:
            torch.nn.init.normal_(part, std=0.3)
    fitted.save_pretrained(str(folder))
    return folder


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DUETTO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_likelihoods_are_those_of_peft_beside_the_weights(tiny: Path, adapter: Path) -> None:
    opened = LanguageModel.open(tiny, adapter=adapter, threads=1)
    plain = LanguageModel.open(tiny, threads=1)
    bare = AutoModelForCausalLM.from_pretrained(tiny, dtype="float32")
    reference = with_layers(bare, peft.LoraConfig.from_pretrained(str(adapter)))
    peft.set_peft_model_state_dict(reference, load_file(adapter / WEIGHTS))
    reference.eval()
    found = opened.log_likelihood(TITLES, prefix=PREFIX).total
    for title, nats in zip(TITLES, found, strict=True):
        joint = plain._joints([title], PREFIX, None)[0]
        ids = torch.tensor([joint.ids])
        with torch.inference_mode():
            scores = reference(input_ids=ids).logits[0].log_softmax(-1)
        places = range(joint.start, len(joint.ids))
        assert nats == pytest.approx(sum(scores[t - 1, joint.ids[t]].item() for t in places), abs=1e-3)
    assert np.abs(found - plain.log_likelihood(TITLES, prefix=PREFIX).total).min() > 0.1


def test_it_is_merged_once_and_named_by_what_is_in_it(tiny: Path, adapter: Path, tmp_path: Path) -> None:
    first = merged(tiny, adapter)
    written = (first / "model.safetensors").stat().st_mtime_ns
    assert merged(tiny, adapter) == first
    assert (first / "model.safetensors").stat().st_mtime_ns == written
    other = _copy(adapter, tmp_path)
    tensors = load_file(other / WEIGHTS)
    save_file({name: part * 2 for name, part in tensors.items()}, other / WEIGHTS)
    second = merged(tiny, other)
    assert first.name.startswith("tiny+") and second.name.startswith("tiny+") and first.name != second.name
    assert LanguageModel.open(tiny, adapter=adapter, threads=1).name == first.name


def _copy(adapter: Path, place: Path) -> Path:
    return Path(shutil.copytree(adapter, place / "copy"))


def _cut(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:500])


def _pickled(folder: Path) -> None:
    torch.save(load_file(folder / WEIGHTS), folder / "adapter_model.bin")
    (folder / WEIGHTS).unlink()


def _of_other_layers(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    save_file(dict(list(tensors.items())[1:]), folder / WEIGHTS)


def _not_finite(folder: Path) -> None:
    tensors = {name: part * float("nan") for name, part in load_file(folder / WEIGHTS).items()}
    save_file(tensors, folder / WEIGHTS)


def _stating(folder: Path, **fields: object) -> None:
    config = json.loads((folder / CONFIG).read_text("utf-8"))
    (folder / CONFIG).write_text(json.dumps({**config, **fields}), "utf-8")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (shutil.rmtree, "There is no adapter at"),
        (_cut, "cannot be used"),
        (_pickled, "There is no adapter at"),
        (_of_other_layers, "its layers are others"),
        (_not_finite, "not finite"),
        (lambda folder: (folder / CONFIG).write_text("{", "utf-8"), "cannot be used"),
        (lambda folder: _stating(folder, peft_type="IA3"), "no low-rank adapter"),
        (lambda folder: _stating(folder, r=5), "its layers are others"),
        (lambda folder: _stating(folder, target_modules=["nothing"]), "its layers are others"),
        (lambda folder: _stating(folder, target_modules=7), "its scale or its layers"),
        (
            lambda folder: _stating(folder, base_model_name_or_path="x/other"),
            "was trained on other and not on",
        ),
    ],
)
def test_what_is_no_adapter_of_this_model_gets_one_sentence(
    tiny: Path, adapter: Path, tmp_path: Path, home: Path, spoil: "object", says: str
) -> None:
    given = _copy(adapter, tmp_path)
    spoil(given)  # type: ignore[operator]
    with pytest.raises(ConfigError, match=says):
        LanguageModel.open(tiny, adapter=given, threads=1)
    assert not list(home.rglob("*.safetensors"))
