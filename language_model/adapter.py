"""Low-rank adapters: a folder of two files, merged once into the weights of the model that it was trained on.

::

    FOLDER/
    ├── adapter_config.json            rank, scale, layers, and the name of the model, as peft writes it
    └── adapter_model.safetensors      the matrices A and B of every layer

Source of the method: Hu et al. 2022, "LoRA". Only safetensors are read; nothing in the folder is executed.
"""

import hashlib
import json
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Self

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from transformers import AutoModelForCausalLM, PreTrainedModel

from catalog import values
from catalog.errors import ConfigError, MissingDependency
from catalog.paths import cache_home
from catalog.progress import Progress
from language_model.shipped import adapter_folder
from language_model.source import made_once, no_bars

if TYPE_CHECKING:
    from peft import LoraConfig, PeftModel

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
STAGE = "merge adapter"
_NO_TEXT = (".safetensors", ".bin", ".gguf", ".lock")


@dataclass(frozen=True, eq=False)
class Adapter:
    """What an adapter's folder holds; `tensors` by the names that peft saves them under."""

    folder: Path
    base: str
    """The name of the model that it was trained on; empty when it does not say."""
    rank: int
    alpha: float
    layers: tuple[str, ...]
    tensors: dict[str, Tensor]

    @classmethod
    def read(cls, folder: str | Path) -> Self:
        """`folder` may be the name of the shipped one. Raises ConfigError when there is none, or when it is damaged
        or of another kind."""
        folder = adapter_folder(folder)
        if not ((folder / CONFIG).is_file() and (folder / WEIGHTS).is_file()):
            raise ConfigError(
                f"There is no adapter at {folder}: give a folder that holds {CONFIG} and {WEIGHTS}, as "
                "duetto train writes it."
            )
        try:
            config = values.mapping(json.loads((folder / CONFIG).read_text(encoding="utf-8")))
            layers = config.get("target_modules")
            layers = layers if isinstance(layers, list) else [layers]
            rank, alpha = config.get("r"), config.get("lora_alpha")
            if config.get("peft_type") != "LORA" or not isinstance(rank, int) or rank < 1:
                raise ValueError("it is no low-rank adapter")
            names = [name for name in layers if isinstance(name, str)]
            if not isinstance(alpha, int | float) or len(names) != len(layers):
                raise ValueError("its scale or its layers cannot be read")
            base = str(config.get("base_model_name_or_path") or "")
            tensors = load_file(folder / WEIGHTS)
        except (OSError, ValueError, SafetensorError) as error:
            raise ConfigError(
                f"The adapter in {folder} cannot be used ({error}); train it again, or take another."
            ) from error
        return cls(folder, base, rank, float(alpha), tuple(sorted(names)), tensors)

    def fitted_to(self, model: PreTrainedModel, *, name: str) -> "PeftModel":
        """The model with this adapter on it. Raises ConfigError when it belongs to another model."""
        peft = peft_library()
        config: LoraConfig = peft.LoraConfig(
            r=self.rank, lora_alpha=self.alpha, target_modules=list(self.layers), task_type="CAUSAL_LM"
        )
        self._require_base(name)
        try:
            fitted = with_layers(model, config)
        except ValueError as error:
            raise self._foreign(name) from error
        self.check(fitted, name=name)
        peft.set_peft_model_state_dict(fitted, self.tensors)
        return fitted

    def check(self, fitted: "PeftModel", *, name: str) -> None:
        """Raises ConfigError when this is no adapter for these layers of the model of that name."""
        self._require_base(name)
        expected = {key: part.shape for key, part in tensors_of(fitted).items()}
        if expected != {key: part.shape for key, part in self.tensors.items()}:
            raise self._foreign(name)
        if not all(torch.isfinite(part).all() for part in self.tensors.values()):
            raise ConfigError(
                f"The adapter in {self.folder} holds numbers that are not finite; train it again."
            )

    def _require_base(self, name: str) -> None:
        if self.base and Path(self.base).name != name:
            raise ConfigError(
                f"The adapter in {self.folder} was trained on {Path(self.base).name} and not on {name}; open "
                "that model, or train one for this."
            )

    def _foreign(self, name: str) -> ConfigError:
        return ConfigError(
            f"The adapter in {self.folder} does not fit {name}: its layers are others. Open the model that it "
            "was trained on, or train one for this."
        )


def merged(base: Path, adapter: str | Path, *, progress: Progress | None = None) -> Path:
    """A folder in the cache with the model of `base` and the adapter in its weights, made once.

    Its name ends in the hash of both. Raises ConfigError as `Adapter.read` and `Adapter.fitted_to`,
    MissingDependency without peft when it is not there yet.
    """
    given = Adapter.read(adapter)
    folder = cache_home() / "models" / f"{base.name}+{_key(base, given.folder)[:12]}"
    if folder.is_dir():
        return folder
    if progress:
        progress(STAGE, 0, 1)
    made_once(folder, lambda content: _write(base, given, content))
    if progress:
        progress(STAGE, 1, 1)
    return folder


def _key(base: Path, adapter: Path) -> str:
    """SHA-256 over the adapter, and over what tells one model from another without reading all of it."""
    digest = hashlib.sha256(base.name.encode())
    for path in (base / "config.json", adapter / CONFIG, adapter / WEIGHTS):
        digest.update(path.read_bytes())
    for path in sorted(base.glob("*.safetensors")):
        digest.update(f"{path.name} {path.stat().st_size}".encode())
    return digest.hexdigest()


def _write(base: Path, adapter: Adapter, content: Path) -> None:
    with no_bars():
        model = AutoModelForCausalLM.from_pretrained(base, dtype="float32")
        whole = adapter.fitted_to(model, name=base.name).merge_and_unload()
        content.mkdir()
        for path in base.iterdir():
            if path.is_file() and path.suffix not in _NO_TEXT and not path.name.endswith(".index.json"):
                shutil.copy(path, content)
        whole.save_pretrained(content)


def with_layers(model: PreTrainedModel, config: "LoraConfig") -> "PeftModel":
    """The model with fresh low-rank layers beside its own. Raises ValueError when it has no such layers."""
    with warnings.catch_warnings():
        # Peft asks the model for a property under its old name.
        warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing.*", category=FutureWarning)
        fitted: PeftModel = peft_library().get_peft_model(model, config)
    return fitted


def tensors_of(fitted: "PeftModel") -> dict[str, Tensor]:
    """The adapter's tensors by the names that they are saved under. No hub is asked about the vocabulary."""
    found: dict[str, Tensor] = peft_library().get_peft_model_state_dict(fitted, save_embedding_layers=False)
    return found


def peft_library() -> ModuleType:
    """Peft, which takes seconds to import and is only needed to merge and to train."""
    try:
        import peft
    except ModuleNotFoundError as error:
        raise MissingDependency("An adapter", extra="train") from error
    return peft
