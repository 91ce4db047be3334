"""One adapter, several tasks: the loop."""

import math
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from catalog.errors import ConfigError
from language_model.adapter import CONFIG, WEIGHTS
from language_model.source import model_folder
from language_model.training.budget import Budget
from language_model.training.card import Origin, Start, write_card
from language_model.training.checkpoint import Checkpoint, has_checkpoint, part_of
from language_model.training.encoding import Encoded, Encoder, Pack
from language_model.training.example import Lessons, Task
from language_model.training.fusing import by_task, rest_alone
from language_model.training.measuring import summary
from language_model.training.network import Network, TaskWeights, device_of, precision
from language_model.training.record import Log, draw
from language_model.training.sampling import Sampler, fixed
from language_model.training.settings import TrainSettings

Telling = Callable[[str], None]
ADAPTER, BEST, SPREAD, MOMENTS, RANDOM = "adapter.", "best.", "spread", "moments.", "random"
_AFFECTS_NOTHING = {"hours", "tokens", "save_every"}


class Trainer:
    """One run in its folder. `train` goes on until the budget is spent, nothing gets better, or `stop` is called."""

    def __init__(
        self,
        lessons: Mapping[Task, Sequence[Lessons]],
        out: Path,
        *,
        settings: TrainSettings,
        origin: Origin,
        model: str | Path | None = None,
        start: Path | None = None,
        resume: bool = False,
        tell: Telling = lambda _: None,
    ) -> None:
        """`start` is the folder of an adapter to begin with instead of one that changes nothing.

        Raises ConfigError for a folder that holds another run, a model, start or settings that cannot be used.
        """
        if settings.tokens is None and settings.hours is None:
            raise ConfigError("Training has no end: give --hours or --tokens.")
        if not resume and (has_checkpoint(out) or (out / WEIGHTS).exists()):
            raise ConfigError(f"{out} holds a run already: go on with --resume, or choose another folder.")
        saved = Checkpoint.latest(out) if resume else None
        self._out, self._settings, self._origin, self._tell = out, settings, origin, tell
        self._from = None if start is None else Start.read(start, shippable=origin.shippable)
        self._identity = self._identified(lessons, saved)
        self._network = Network(model_folder(model), settings)
        if start is not None:
            self._network.adopt(start)
        self._encoder = Encoder(self._network.tokenizer, longest=settings.longest)
        self._sampler = Sampler(lessons, seed=settings.seed)
        self._weights = TaskWeights(tuple(lessons), floor=settings.weight_floor)
        self._device = device_of()
        self._dtype = precision(self._device) if saved is None else getattr(torch, saved.state["dtype"])
        self._network.to(self._device)
        self._weights.to(self._device)
        self._optimiser = torch.optim.AdamW(
            [
                {"params": list(self._network.layers.values()), "weight_decay": settings.decay},
                {"params": [self._weights.spread, self._network.fusion.scales], "weight_decay": 0.0},
            ],
            betas=(0.9, 0.98),
        )
        self._budget = Budget(settings)
        self._held = {task: self._validation(task, those) for task, those in lessons.items()}
        self._waiting: Encoded | None = None
        self._step = self._best_step = self._worse = 0
        self._start: dict[str, dict[str, float]] = {}
        self._best = math.inf
        self._best_state = self._network.state()
        self._checked = -1
        self._stopping = False
        out.mkdir(parents=True, exist_ok=True)
        if saved is not None:
            self._restore(saved)
        self._log = Log(out, up_to=self._step)

    def stop(self) -> None:
        """End after the step that is under way, with a checkpoint."""
        self._stopping = True

    def train(self) -> bool:
        """True when the run is finished and its adapter written, False when it was stopped before."""
        said = f"{self._device.type}, {str(self._dtype).removeprefix('torch.')}, {torch.get_num_threads()} threads"
        self._tell(f"training on {said}; from step {self._step}")
        if not self._start:
            self._check()
        ended = ""
        while not ended:
            if self._stopping:
                self._save()
                return False
            if self._budget.spent:
                ended = "the budget is spent"
            elif self._worse >= self._settings.patience:
                ended = f"{self._worse} validations brought nothing better"
            else:
                self._advance()
        self._finish(ended)
        return True

    def _advance(self) -> None:
        begun = time.perf_counter()
        told, n_tokens = self._one_step()
        took = time.perf_counter() - begun
        self._step += 1
        self._budget.tokens += n_tokens
        self._budget.seconds += took
        rate = self._optimiser.param_groups[0]["lr"]
        row = {"step": self._step, "tokens": self._budget.tokens, "seconds": round(self._budget.seconds, 2)}
        scales = {"scales": self._network.fusion.told()} if "fused" in self._held else {}
        self._log.add({**row, "train": told, "weights": self._weights.told(), "rate": rate, **scales})
        self._tell(
            f"step {self._step}, {self._budget.share:.1%}, {n_tokens / took:.0f} tokens/s, "
            f"{_clock(self._budget.left)} left, "
            + ", ".join(f"{task} {loss:.3f}" for task, loss in told.items())
        )
        if self._step % self._settings.validate_every == 0:
            self._check()
        if self._step % self._settings.save_every == 0:
            self._save()

    def _one_step(self) -> tuple[dict[str, float], int]:
        """Mean loss of each task over the step's packs, and the tokens read."""
        factor, settings = self._budget.factor(), self._settings
        for group, highest in zip(
            self._optimiser.param_groups, (settings.rate, settings.weight_rate), strict=True
        ):
            group["lr"] = highest * factor
        self._network.train()
        self._optimiser.zero_grad()
        seen: dict[str, list[float]] = {}
        n_tokens = 0
        for _ in range(settings.packs):
            pack = Pack.of(self._next_pack())
            n_tokens += pack.n_tokens
            for task, loss in self._learn(pack).items():
                seen.setdefault(task, []).append(loss)
        torch.nn.utils.clip_grad_norm_(list(self._network.layers.values()), settings.clip)
        self._optimiser.step()
        return {task: sum(losses) / len(losses) for task, losses in sorted(seen.items())}, n_tokens

    def _learn(self, pack: Pack) -> dict[Task, float]:
        faster = self._dtype != torch.float32
        moved = pack.to(self._device, self._dtype)
        with torch.autocast(self._device.type, dtype=self._dtype, enabled=faster):
            losses, _ = self._network.log_losses(moved)
            own = by_task(losses, moved, self._network.fusion)
        torch.autograd.backward(self._weights.joint(own) / self._settings.packs)
        return {task: loss.item() for task, loss in own.items()}

    def _next_pack(self) -> list[Encoded]:
        """Examples in the order in which they are drawn, until one does not fit any more; that one comes next."""
        held: list[Encoded] = []
        room = self._settings.pack_tokens
        while True:
            one = self._waiting or self._encoder.encode(self._sampler.next())
            self._waiting = None
            if held and one.n_tokens > room:
                self._waiting = one
                return held
            held.append(one)
            room -= one.n_tokens

    def _validation(self, task: Task, lessons: Sequence[Lessons]) -> list[Encoded]:
        most = self._settings.validation_examples
        held = fixed(lessons, "validation", seed=self._settings.seed, most=most)
        if not held:
            raise ConfigError(
                f"Nobody is left to validate {task} on: these data are too few. Leave it out of --tasks."
            )
        return [self._encoder.encode(one) for one in held]

    def _check(self) -> None:
        """Validate, and keep the adapter when the tasks' losses, each relative to its start, are lower than ever."""
        begun, self._checked = time.perf_counter(), self._step
        found = summary(self._network, self._held, tokens=self._settings.pack_tokens)
        if self._step:
            self._budget.seconds += time.perf_counter() - begun
        self._start = self._start or found
        mean = sum(found[task]["loss"] / self._start[task]["loss"] for task in found) / len(found)
        if mean < self._best:
            self._best, self._best_step, self._worse = mean, self._step, 0
            self._best_state = self._network.state()
        else:
            self._worse += 1
        row = {"step": self._step, "tokens": self._budget.tokens, "seconds": round(self._budget.seconds, 2)}
        self._log.add({**row, "validation": found, "relative": mean})
        draw(self._log.rows, self._out)
        self._tell(
            f"validation at step {self._step}: {mean:.4f} of the start; "
            + ", ".join(f"{task} {one['loss']:.3f}" for task, one in found.items())
        )

    def _finish(self, ended: str) -> None:
        """Write the best adapter, measured as it is stored."""
        if self._checked != self._step:
            self._check()
        self._save()
        rounded = {name: part.half().float() for name, part in self._best_state.items()}
        self._network.restore(rounded)
        end = summary(self._network, self._held, tokens=self._settings.pack_tokens)
        with tempfile.TemporaryDirectory(prefix=".adapter-", dir=self._out) as scratch:
            self._network.write(Path(scratch))
            for name in (WEIGHTS, CONFIG):
                shutil.move(Path(scratch, name), self._out / name)
        write_card(
            self._out,
            base=self._network.base,
            settings=self._settings,
            origin=self._origin,
            result={
                "start": self._start,
                "end": end,
                "steps": self._step,
                "best_step": self._best_step,
                "tokens": self._budget.tokens,
                "hours": self._budget.seconds / 3600,
                "ended": ended,
                "rest": rest_alone(self._held["fused"]) if "fused" in self._held else None,
                "scales": self._network.fusion.told(),
            },
            start=self._from,
        )
        draw(self._log.rows, self._out)
        self._tell(f"done after {self._step} steps: {ended}; the adapter of step {self._best_step} is kept")

    def _save(self) -> None:
        moments: dict[str, Tensor] = {
            f"{MOMENTS}{place}.{name}": value
            for place, own in self._optimiser.state_dict()["state"].items()
            for name, value in own.items()
        }
        tensors = {
            **{f"{ADAPTER}{name}": part for name, part in self._network.state().items()},
            **{f"{BEST}{name}": part for name, part in self._best_state.items()},
            **moments,
            SPREAD: self._weights.spread.detach(),
            RANDOM: torch.get_rng_state(),
        }
        waiting = self._waiting
        state = {
            "identity": self._identity,
            "settings": self._settings.model_dump(mode="json"),
            "dtype": str(self._dtype).removeprefix("torch."),
            "step": self._step,
            "tokens": self._budget.tokens,
            "seconds": self._budget.seconds,
            "sampler": self._sampler.state(),
            "waiting": None if waiting is None else waiting.plain(),
            "start": self._start,
            "best": [self._best, self._best_step, self._worse, self._checked],
        }
        Checkpoint(self._step, tensors, state).write(self._out)

    def _restore(self, saved: Checkpoint) -> None:
        state, tensors = saved.state, saved.tensors
        self._network.restore(part_of(tensors, ADAPTER))
        self._best_state = part_of(tensors, BEST)
        with torch.no_grad():
            self._weights.spread.copy_(tensors[SPREAD])
        moments: dict[int, dict[str, Tensor]] = {}
        for name, value in part_of(tensors, MOMENTS).items():
            place, _, kind = name.partition(".")
            moments.setdefault(int(place), {})[kind] = value
        groups = self._optimiser.state_dict()["param_groups"]
        self._optimiser.load_state_dict({"state": moments, "param_groups": groups})
        self._sampler.restore(state["sampler"])
        if state["waiting"] is not None:
            self._waiting = Encoded.of(state["waiting"])
        self._step, self._start = state["step"], state["start"]
        self._best, self._best_step, self._worse, self._checked = state["best"]
        self._budget.tokens, self._budget.seconds = state["tokens"], state["seconds"]
        torch.set_rng_state(tensors[RANDOM])

    def _identified(
        self, lessons: Mapping[Task, Sequence[Lessons]], saved: Checkpoint | None
    ) -> dict[str, Any]:
        """What must be the same when a run goes on. Raises ConfigError when it is not."""
        own: dict[str, Any] = {
            "lessons": {task: [one.name for one in those] for task, those in lessons.items()},
            "data": asdict(self._origin)["checksums"],
            "settings": self._settings.model_dump(mode="json", exclude=_AFFECTS_NOTHING),
        }
        if self._from is not None:
            own["start"] = self._from.checksum
        if saved is not None and saved.state["identity"] != own:
            names = {*own, *saved.state["identity"]}
            differs = [name for name in sorted(names) if saved.state["identity"].get(name) != own.get(name)]
            raise ConfigError(
                f"{self._out} holds another run ({', '.join(differs)} differ): resume with the same data, tasks, "
                "start and settings, or choose another folder."
            )
        return own


def _clock(seconds: float) -> str:
    if not math.isfinite(seconds):
        return "?"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"
