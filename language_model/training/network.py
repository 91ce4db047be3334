"""The model with its adapter, the losses of a pack, and the number format that this machine is fast in."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, linear
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast

from catalog.errors import ConfigError
from language_model.adapter import WEIGHTS, Adapter, peft_library, tensors_of, with_layers
from language_model.source import no_bars
from language_model.training.encoding import Pack
from language_model.training.example import Task
from language_model.training.fusing import Fusion
from language_model.training.settings import LARGEST_ADAPTER, TrainSettings

SCALES = "scales"
FASTER = 1.3
"""bfloat16 is taken when its products are so many times as fast."""


def device_of() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def precision(device: torch.device) -> torch.dtype:
    """bfloat16 where a short measurement of both shows that it brings something, else float32."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    return torch.bfloat16 if _seconds(torch.float32) > FASTER * _seconds(torch.bfloat16) else torch.float32


def _seconds(dtype: torch.dtype) -> float:
    """The best of a few products of the size of a layer."""
    left, right = torch.ones(512, 576, dtype=dtype), torch.ones(1536, 576, dtype=dtype)
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        linear(left, right)
        best = min(best, time.perf_counter() - begun)
    return best


class Network(nn.Module):
    """A frozen causal language model with a fresh adapter on every linear layer."""

    def __init__(self, folder: Path, settings: TrainSettings) -> None:
        """Raises ConfigError when the model cannot be opened, or the adapter would be too large."""
        super().__init__()
        try:
            with no_bars():
                tokenizer = AutoTokenizer.from_pretrained(folder)
                model = AutoModelForCausalLM.from_pretrained(
                    folder, dtype="float32", attn_implementation="sdpa"
                )
        except (OSError, ValueError) as error:
            raise ConfigError(f"The language model in {folder} cannot be opened: {error}") from error
        if not isinstance(tokenizer, PreTrainedTokenizerFast):
            raise ConfigError(
                f"The tokenizer in {folder} has no tokenizer.json; save a fast tokenizer there."
            )
        config = peft_library().LoraConfig(
            r=settings.rank,
            lora_alpha=2 * settings.rank,
            lora_dropout=settings.dropout,
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        )
        torch.manual_seed(settings.seed)
        model.config.use_cache = False
        self.tokenizer = tokenizer
        self.base = folder.name
        self.fitted = with_layers(model, config)
        self.fusion = Fusion()
        self.layers = {name: part for name, part in self.fitted.named_parameters() if part.requires_grad}
        size = 2 * sum(part.numel() for part in self.layers.values())
        if size > LARGEST_ADAPTER:
            raise ConfigError(
                f"An adapter of rank {settings.rank} takes {size / 1e6:.1f} MB; at most {LARGEST_ADAPTER / 1e6:.0f} "
                f"are allowed. Choose a rank up to {settings.rank * LARGEST_ADAPTER // size}."
            )

    def log_losses(self, pack: Pack) -> tuple[Tensor, Tensor]:
        """-log P of each learned token, float32 (n,), and whether it is the likeliest, bool (n,)."""
        whole = cast(Any, self.fitted.get_base_model())
        hidden = whole.base_model(
            input_ids=pack.ids, position_ids=pack.positions, attention_mask=pack.mask, use_cache=False
        ).last_hidden_state[0]  # (T, d)
        logits = whole.get_output_embeddings()(hidden[pack.rows]).float()  # (n, V)
        return cross_entropy(logits, pack.targets, reduction="none"), logits.argmax(-1) == pack.targets

    def state(self) -> dict[str, Tensor]:
        """The adapter's own parameters and the scales of lists, by name."""
        return {name: part.detach().cpu().clone() for name, part in self._learned.items()}

    @torch.no_grad()
    def restore(self, state: Mapping[str, Tensor]) -> None:
        for name, part in self._learned.items():
            part.copy_(state[name])

    @property
    def _learned(self) -> dict[str, nn.Parameter]:
        return {**self.layers, SCALES: self.fusion.scales}

    def adopt(self, folder: Path) -> None:
        """Take the adapter that is written there. Raises ConfigError when it is of another model or rank."""
        given = Adapter.read(folder)
        own = self.fitted.peft_config["default"].r  # type: ignore[attr-defined]
        if given.rank != own:
            raise ConfigError(
                f"The adapter in {folder} has rank {given.rank} and not {own}; train with --rank {given.rank}."
            )
        given.check(self.fitted, name=self.base)
        peft_library().set_peft_model_state_dict(self.fitted, given.tensors)

    def write(self, folder: Path) -> None:
        """The adapter as peft writes it, in float16, into a folder that is there."""
        from safetensors.torch import save_file

        config = cast(Any, self.fitted.peft_config["default"])
        config.base_model_name_or_path = self.base
        config.inference_mode = True
        config.target_modules = sorted(config.target_modules)
        config.save_pretrained(str(folder))
        halves = {
            name: part.detach().to("cpu", torch.float16).contiguous()
            for name, part in tensors_of(self.fitted).items()
        }
        save_file(halves, folder / WEIGHTS, metadata={"format": "pt"})


class TaskWeights(nn.Module):
    """Learned weights of the tasks' losses by their uncertainty, with a floor under each.

    A task of loss L adds w L + s / 2, w = exp(-s), s learned: noisy tasks come to weigh less, and none is
    switched off. Source: Kendall, Gal and Cipolla 2018.
    """

    def __init__(self, tasks: tuple[Task, ...], *, floor: float) -> None:
        super().__init__()
        self.tasks, self._floor = tasks, floor
        self.spread = nn.Parameter(torch.zeros(len(tasks)))

    def weights(self) -> Tensor:
        """(tasks,)"""
        return self.spread.neg().exp().clamp(min=self._floor)

    def joint(self, losses: Mapping[Task, Tensor]) -> Tensor:
        """One loss of the mean losses of those tasks that are there."""
        weights = self.weights()
        parts = [
            weights[place] * losses[task] + self.spread[place] / 2
            for place, task in enumerate(self.tasks)
            if task in losses
        ]
        return torch.stack(parts).mean()

    def told(self) -> dict[str, float]:
        return dict(zip(self.tasks, self.weights().tolist(), strict=True))
